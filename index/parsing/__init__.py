"""Files are read in processes of their own: a hostile one can cost its process, not the program, its secrets or the net."""
