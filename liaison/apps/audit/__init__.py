"""The ledger of every change and every look, kept so that its readers can prove it whole (RPD-15, RPD-126).

Changes write an entry in their own transaction; one sequencer numbers what was committed and extends the tree.
Content is sealed under a key per record, and dies with that key. People, bureaus and records are opaque ids here.
"""
