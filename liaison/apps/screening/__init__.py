"""Asks the index, answers the officer."""
