"""The strings that find a record exactly: whatever keys its database declares, and the numbers of its documents.

A key is any string that the question spells like the record; `liaison.databases.keys` makes those of the declared
databases (a range of blank documents is a handful of keys there). The numbers of documents are kept here besides, in
the form in which usual misreadings fall together and without their country, so that a number alone finds a person.
"""

from collections.abc import Mapping

from liaison.matching.search_document import KEYS_MAX, SearchDocument


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
