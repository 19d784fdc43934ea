"""The apps, in order: each may import only the public.py of those before it in INSTALLED_APPS."""
