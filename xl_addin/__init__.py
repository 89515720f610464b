"""The shell: the command line, and the actions behind the ribbon."""
