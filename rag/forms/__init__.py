"""The forms of question that are answered otherwise than by the nearest sentences: claims, choices, lists, timelines."""
