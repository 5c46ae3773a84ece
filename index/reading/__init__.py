"""Files of every readable format -> articles: one small module per format, one that finds the structure of the text."""
