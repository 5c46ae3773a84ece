"""Learning the few weights that choose evidence and decide on refusing:  python -m evals.training  (see evals/README.md)."""
