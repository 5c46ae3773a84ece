"""Question sets, runs, scores, comparisons, reports."""
