"""Who looked, and whether he should have (RPD art. 120 to 127).

On a record: who saw it, who changed it, who received it. At the desk of data protection: questions about looks, spot
checks, signals of curiosity and the opened text of a query. Each question is a look of its own.
"""
