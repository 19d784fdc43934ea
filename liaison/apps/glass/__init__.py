"""Emergency openings: two persons of two bodies let one of them see exact records of a third, for hours.

Serves RPD art. 5 and 7 (the source controls its data) by telling the source at once, and F100 of other systems. The
glass is a function that answers one record at a time, never a policy of the records' table: so nothing that is opened
here can come into an answer, a list, a count, a copy or a feed.
"""
