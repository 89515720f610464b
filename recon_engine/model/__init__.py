"""What things are: money, records, policy, decisions, results.  Frozen data, no behaviour."""
