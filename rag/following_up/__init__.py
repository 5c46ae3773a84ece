"""From a follow-up to a question that stands alone, by the rules of English and nothing else."""
