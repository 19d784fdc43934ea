"""Liaison: an open, self-hostable platform on which the police of many countries work together."""

__version__ = "0.1.0"
