"""Fingerprints and digests."""
