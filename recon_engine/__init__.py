"""Tieout's engine: files in, a proven close out.  Knows no Excel and no screen."""

__version__ = "0.1.0"
