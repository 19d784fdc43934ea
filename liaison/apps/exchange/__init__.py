"""Lists and formats meet tables, row by row, with a report.

A list is read in a jail, compared with what its last edition left, and then entered, changed and withdrawn in small
batches on behalf of the body that publishes it. What would change much shows first; what could harm needs two
persons.
"""
