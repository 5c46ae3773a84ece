"""Conversations kept for the browser that they were held in: listed, opened again, renamed, deleted, exported."""
