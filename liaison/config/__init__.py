"""Puts the house together: environment, settings, urls, asgi."""
