"""What a signed batch says: its number, when it was made, and the records that it creates, changes and deletes.

The envelope is read strictly and whole, or refused; an item that is not of the form is refused by itself, so that
one bad item never stops the others. No finding repeats what was sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from liaison.apps.exchange.signed import PAYLOAD_BYTES_MAX
from liaison.ledger.canonical import INTEGER_MAX, Json, parse_json
from liaison.refusal import Finding, Refused, mark

ITEMS_MAX = 5_000
NUMBER_LENGTH_MAX = 80
KEY_LENGTH_MAX = 200
REASON_LENGTH_MAX = 500
_PLACE = re.compile(r"at `\$\.?([^`]*)`$")
_ENVELOPE = frozenset({"batch", "sequence", "made_at", "items"})


class Item(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One operation on one record, which the source names by its own key.

    `audience`, `level` and `expires_on` are None where the sender left them to the house, or to what is there.
    """

    op: Literal["create", "change", "delete"]
    database: str
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=KEY_LENGTH_MAX)]
    fields: dict[str, object] = {}
    reason: Annotated[str, msgspec.Meta(max_length=REASON_LENGTH_MAX)] = ""
    audience: str | None = None
    level: Literal[1, 2, 3] | None = None
    expires_on: date | None = None
    confirm_doubts: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """An item and its position, counted from 0; a Finding in its place where it could not be read."""

    position: int
    item: Item | Finding
    op: str
    database: str
    key: str


@dataclass(frozen=True, slots=True)
class Document:
    """One batch as it was signed. `sequence` is None where the source does not count its batches."""

    number: str
    sequence: int | None
    made_at: datetime
    items: tuple[Placed, ...]


def read_document(payload: bytes) -> Document:
    """Return what the batch says; raise Refused where the envelope is not of the documented form."""
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise Refused(too_large())
    try:
        value = parse_json(payload)
    except ValueError:
        raise Refused(_not_json()) from None
    if not isinstance(value, Mapping) or not set(value) <= _ENVELOPE:
        raise Refused(_not_of_the_form("batch"))
    items = value.get("items")
    if not isinstance(items, list) or not items:
        raise Refused(_not_of_the_form("items"))
    if len(items) > ITEMS_MAX:
        raise Refused(_too_many(len(items)))
    return Document(
        number=_number(value.get("batch")),
        sequence=_sequence(value.get("sequence")),
        made_at=_moment(value.get("made_at")),
        items=tuple(_placed(position, item) for position, item in enumerate(items)),
    )


def _number(value: Json) -> str:
    if isinstance(value, str) and 0 < len(value) <= NUMBER_LENGTH_MAX and _is_one_line(value):
        return value
    raise Refused(_not_of_the_form("batch"))


def _sequence(value: Json) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < INTEGER_MAX:
        return value
    raise Refused(_not_of_the_form("sequence"))


def _moment(value: Json) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(_not_of_the_form("made_at"))
    return moment


def _placed(position: int, value: Json) -> Placed:
    item = _read_item(value)
    given = value if isinstance(value, Mapping) else {}
    op, database, key = (_short(given.get(name)) for name in ("op", "database", "key"))
    return Placed(position, item, op, database, key)


def _read_item(value: Json) -> Item | Finding:
    try:
        item = msgspec.convert(value, Item)
    except msgspec.ValidationError as error:
        found = _PLACE.search(str(error))
        return _bad_item(found[1] if found else "")
    if not _is_one_line(item.key):
        return _bad_item("key")
    if item.op == "delete":
        stray = next((name for name in ("fields", "audience", "level", "expires_on") if getattr(item, name)), "")
        return _bad_item(stray or "reason") if stray or not item.reason.strip() else item
    return item if item.fields else _bad_item("fields")


def _short(value: Json) -> str:
    return value[:KEY_LENGTH_MAX] if isinstance(value, str) else ""


def _is_one_line(text: str) -> bool:
    """Whether text is what a person can read aloud: no control characters, no space around it."""
    return text.isprintable() and text == text.strip()


def too_large() -> Finding:
    """Say that a batch is larger than one may be."""
    return Finding(
        code="batches.too_large",
        problem=mark("The batch is larger than %(megabytes)s MB."),
        remedy=mark("Send it as several batches."),
        values={"megabytes": PAYLOAD_BYTES_MAX // (1024 * 1024)},
    )


def _too_many(count: int) -> Finding:
    return Finding(
        code="batches.too_many",
        problem=mark("The batch has %(count)s items; %(most)s are read at most."),
        remedy=mark("Send it as several batches."),
        field="items",
        values={"count": count, "most": ITEMS_MAX},
    )


def _not_json() -> Finding:
    return Finding(
        code="batches.not_json",
        problem=mark("What was signed is not JSON as it is read here."),
        remedy=mark("Write UTF-8, whole numbers, each key once, and no more than 64 levels."),
        source="RFC 8259",
    )


def _not_of_the_form(field: str) -> Finding:
    return Finding(
        code="batches.not_of_the_form",
        problem=mark("The batch is not of the documented form."),
        remedy=mark("Compare “%(field)s” with the reference page on batches."),
        field=field,
        values={"field": field},
    )


def _bad_item(field: str) -> Finding:
    return Finding(
        code="batches.bad_item",
        problem=mark("The item is not of the documented form."),
        remedy=mark("Compare it with the reference page on batches."),
        field=field[:80],
    )
