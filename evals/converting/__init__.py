"""Public question sets -> question sets of this program and folders of articles."""
