"""The matcher's bench: months with a known truth, peers to beat, and a score."""
