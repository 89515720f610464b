"""The reconciliation with own books: ledger entries and stock movements."""
