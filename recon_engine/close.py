"""The close of a month, top to bottom: the one place that knows the order of the steps."""
