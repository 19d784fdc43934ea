"""Effective-dated policy values, changed by two persons."""
