"""Strings that point at one thing, and what can be said of them alone: dates, countries, documents, references."""
