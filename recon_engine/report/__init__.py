"""Frames to report data: receivables, ageing, summary."""
