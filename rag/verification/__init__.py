"""The checks that a sentence must pass to stand on its citations: one small module each, all pure."""
