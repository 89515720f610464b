"""The reconciliations as specifications over the matcher."""
