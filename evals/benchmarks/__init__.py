"""Benchmarks: what the program's work costs, beside the plain way of doing the same, on the same machine in one run."""
