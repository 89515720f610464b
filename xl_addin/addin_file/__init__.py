"""Makes the files that Excel opens, from text: the add-in, and the templates beside it."""
