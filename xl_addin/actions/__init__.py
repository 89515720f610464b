"""What the buttons do: one function an action, and the registry that names them all."""
