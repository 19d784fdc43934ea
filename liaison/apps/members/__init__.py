"""Bureaus, agencies, partners, users, rights and audiences; the only maker of a Viewer.

Serves RPD art. 6 and 54 to 58 (who may read), 107 to 111 (users and their rights) and 112 (levels).
"""
