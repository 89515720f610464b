"""Two sets of items to match groups: one module a pass, in one visible order."""
