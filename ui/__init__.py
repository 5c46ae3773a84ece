"""The browser window and the command line."""
