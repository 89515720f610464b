"""Monitoring: what in a close is unlike itself, its peers or its contract, each with evidence."""
