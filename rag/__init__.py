"""From a question to an answer whose every sentence is anchored in an article."""
