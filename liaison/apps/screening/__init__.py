"""Asks the index on behalf of a viewer and answers the officer; every look leaves its event before its answer.

Serves RPD art. 10(2) (purposes) and the limits on logs of queries, which are no movement log.
"""
