"""The index: who could be meant, found in milliseconds, by following the ledger.

Builder and follower are readers of the ledger like others: the builder of each home keeps the segment files, each
worker maps them and holds the newest changes in memory. What a viewer may not see is not scored, counted or returned
(RPD art. 58 and 112); whoever shows a candidate reads its row again under the viewer's rights.
"""
