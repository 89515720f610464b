"""Who sits before the machine: the users file, the sign-in, and what the person may do."""
