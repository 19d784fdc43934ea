"""Answers as yente does, so that programs written for it can ask here: by example, by words and by reference.

What a yente client sends is understood into a question of `screening`, which answers it: the same rights, purposes,
limits and looks as everywhere (RPD art. 10).
"""
