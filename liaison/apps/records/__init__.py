"""One table for every declared database: source, audience, level, status and retention in columns, fields sealed.

Serves RPD art. 7 (the source controls its data), 34 to 48 (recording), 49 to 53 (retention) and 58 (restrictions).
"""
