"""The passes, surest first: each takes what the ones before it left open."""
