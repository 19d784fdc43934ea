"""The ledger, its readers and the looks."""
