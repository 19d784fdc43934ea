"""The bureau's agent: holds a body's private keys and puts its name to what is well-formed; nobody else can.

A program of its own, under a user of its own, on the bureau's premises where it wants: no database, no Django. The
web process asks it over a socket (`client`) and never holds a key.
"""
