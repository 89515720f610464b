"""Tests of the reconciliations and of what a person decides about them."""
