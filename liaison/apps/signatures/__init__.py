"""Bodies put their names to what they say: signed by their agents, kept beside the ledger, checked at every door.

The web process holds no key. What could lead to an arrest is not acted on where no signature holds (ADR 18).
"""
