"""One table for every declared database."""
