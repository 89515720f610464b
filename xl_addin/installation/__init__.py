"""What an installation puts on a machine, and how it is taken away again.

Standard library only: any Python can take an installation away, even when its own environment no
longer runs.
"""
