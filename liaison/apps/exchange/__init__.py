"""Lists and formats meet tables, row by row, with a report."""
