"""A request, an answer or a decision, as the interface tells of it."""

from datetime import datetime

from ninja import Schema


class ActOut(Schema):
    """Who did what, and whether his body signed it: `signature` is `verified`, `unsigned` or `not_believed`."""

    action: str
    at: datetime
    signature: str
