"""The digest by which two systems find out whether they say the same of a record, in any language.

>>> digest_of({"number": "QM1", "country": "QM"})
'53f5d4b2e2dffa05e61d81caf71fcb2bd384b97327ffb056396c9008cb8bbd05'
"""

import hashlib
from collections.abc import Mapping

from liaison.ledger.canonical import canonical_json


def digest_of(fields: Mapping[str, object]) -> str:
    """Return SHA-256, in hexadecimal, over the canonical JSON (RFC 8785) of fields in their normal form."""
    return hashlib.sha256(canonical_json(fields)).hexdigest()  # type: ignore[arg-type]  # a declaration keeps JSON only
