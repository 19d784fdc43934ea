"""The strings that find a record exactly: whatever keys its database declares, and the numbers of its documents.

A key is any string that the question spells like the record; `liaison.databases.keys` makes those of the declared
databases (a range of blank documents is a handful of keys there). The numbers of documents are kept here besides, in
the form in which usual misreadings fall together and without their country, so that a number alone finds a person.

A key is kept as 96 bits of a keyed hash. Among 400 million keys, one that nobody put in is taken for one of them
once in 2 * 10^20 questions, and any two of them share a hash with a probability of 10^-12. Who tries 2^48 keys can
make two that do. Such a hit is no leak: whoever shows a record reads it again under the viewer's rights and looks for
the key itself.
"""

from collections.abc import Mapping
from hashlib import blake2b
from struct import Struct

from liaison.matching.search_document import KEYS_MAX, SearchDocument

HASH_BYTES = 12
_KEYED = b"liaison-exact"
_high_and_low = Struct(">QL").unpack


def number_key(misread: str) -> str:
    """Return the key of a document number in the form in which usual misreadings fall together."""
    return f"number:{misread}"


def keys_of(content: Mapping[str, object], read: SearchDocument) -> list[str]:
    """Return every key under which a record is kept, at most KEYS_MAX."""
    return list(dict.fromkeys([*document_keys(read), *_declared(content)]))[:KEYS_MAX]


def _declared(content: Mapping[str, object]) -> list[str]:
    keys = content.get("keys")
    return [key for key in keys if isinstance(key, str) and key.strip()] if isinstance(keys, list | tuple) else []


def document_keys(read: SearchDocument) -> list[str]:
    """Return the keys of the documents of a query or record."""
    return list(dict.fromkeys(number_key(document.misread) for document in read.documents))


def exact_bytes(key: str) -> bytes:
    """Return the 12 bytes under which an exact key is kept; capitals and outer spaces make no difference."""
    return blake2b(key.strip().upper().encode(), digest_size=HASH_BYTES, key=_KEYED).digest()


def exact_hash(key: str) -> tuple[int, int]:
    """Return the upper 64 and the lower 32 bits of `exact_bytes`, by which a segment sorts its keys."""
    high, low = _high_and_low(exact_bytes(key))
    return high, low
