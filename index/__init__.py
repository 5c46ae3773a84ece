"""From files to a library of passages that can be searched; knows nothing of questions."""
