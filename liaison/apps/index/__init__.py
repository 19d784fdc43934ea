"""Follows the ledger, owns the segments, answers candidates."""
