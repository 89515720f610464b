"""Any file to records and rejects, each row accounted for."""
