"""Effective-dated policy values, each with article and mark, changed only by two persons (RPD art. 13 and 29)."""
