"""Who may do what, what was done by whom, and by which numbers a change shows."""
