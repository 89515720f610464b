"""What is particular to each sheet; the tables themselves are written by tables.py."""
