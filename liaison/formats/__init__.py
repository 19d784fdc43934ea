"""Bytes to plain values and back: one module a format, each tested with hostile files as well as with good ones."""
