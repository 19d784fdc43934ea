"""Bureaus, agencies, partners, users, rights and audiences; the only maker of a Viewer."""
