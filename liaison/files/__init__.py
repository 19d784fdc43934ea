"""Bytes from outside: read in a process that can do nothing but read them."""
