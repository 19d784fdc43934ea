"""Statements of a record that fewer readers see than the record: splitting its fields into open and kept, and back.

A statement is a whole field, or one value of a field that holds several. It is named by its value and never by its
place, so that an edition of a list that moves it does not open it. What is not certain is kept: a restricted value
that is gone while others come into its field may have been corrected, and takes those with it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from liaison.databases.checking import checked
from liaison.databases.database import Database, Fields
from liaison.refusal import Finding, mark

NOBODY = ""
"""The audience that holds the source alone."""
WISHES_MAX = 1_000
WHOLE = None
"""The value of a wish that is about a whole field, and about what comes into it later."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a source lets see a statement of its record, besides itself and among those who see the record.

    `value` is one value of a field that holds several, in normal form; WHOLE is the field with all that it will hold.
    """

    field: str
    audience: str = NOBODY
    value: object = WHOLE


@dataclass(frozen=True, slots=True)
class Statement:
    """A field, or one value of it; `at` says how many values stand before it, None where a field holds one.

    Of a statement for some readers only open values are counted: its place tells nobody what else is kept.
    """

    field: str
    value: object
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """The fields that whoever sees the record sees; by audience what fewer see; and `book`: all of that.

    In the book places count all values, so that the source, which alone reads it, has its fields as they were.
    """

    open: dict[str, object]
    kept: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    book: tuple[Statement, ...] = ()


def split(database: Database, fields: Fields, wishes: Iterable[Wish]) -> Split:
    """Return what is open of fields in normal form, and what the wishes keep.

    A wish for a value goes before one for its field.
    """
    wanted = {(wish.field, spelled(wish.value)): wish.audience for wish in wishes}
    names = {name for name, _ in wanted}
    opened = {name: value for name, value in fields.items() if name not in names}
    kept: dict[str, list[Statement]] = {}
    book: list[Statement] = []
    for name in sorted(names & set(fields)):
        whole = wanted.get((name, spelled(WHOLE)))
        left: list[object] = []
        for at, item in _numbered(database, name, fields[name]):
            audience = wanted.get((name, spelled(item)), whole) if at is not None else whole
            if audience is None:
                left.append(item)
                continue
            kept.setdefault(audience, []).append(Statement(name, item, None if at is None else len(left)))
            book.append(Statement(name, item, at))
        if left:
            opened[name] = left if _is_many(database, name) else left[0]
    return Split(opened, {audience: tuple(found) for audience, found in kept.items()}, tuple(book))


def merged(opened: Fields, statements: Iterable[Statement]) -> dict[str, object]:
    """Return the open fields with statements that some readers see, in an order that depends on nothing else."""
    whole, by_field = dict(opened), _by_field(statements)
    for name, found in by_field.items():
        before = sorted(found, key=lambda one: (one.at or 0, spelled(one.value)))
        if before[0].at is None:
            whole[name] = before[0].value
            continue
        items: list[object] = []
        for place, item in enumerate([*_items(opened.get(name)), WHOLE]):
            is_last = item is WHOLE
            items += [one.value for one in before if one.at == place or (is_last and (one.at or 0) > place)]
            items += [] if is_last else [item]
        whole[name] = items
    return whole


def restored(opened: Fields, book: Iterable[Statement]) -> dict[str, object]:
    """Return the open fields with all that was split off, as the fields were."""
    whole = dict(opened)
    for name, found in _by_field(book).items():
        if found[0].at is None:
            whole[name] = found[0].value
            continue
        items = list(_items(opened.get(name)))
        for one in sorted(found, key=lambda one: one.at or 0):
            items.insert(one.at or 0, one.value)
        whole[name] = items
    return whole


def carried(before: Fields, after: Fields, wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """Return the wishes that hold after a change which did not speak of them.

    All of them stay, also those for values that are gone: they may come back. Where a restricted value of a field is
    gone, values that are new in this field are kept too, from everybody but the source if several might be meant.
    """
    found = list(wishes)
    for name in dict.fromkeys(wish.field for wish in wishes if wish.value is not WHOLE):
        there = {spelled(item) for item in _items(after.get(name))}
        known = {spelled(item) for item in _items(before.get(name))}
        known |= {spelled(wish.value) for wish in wishes if wish.field == name}
        gone = {wish.audience for wish in wishes if wish.field == name and _is_gone(wish, there)}
        if not gone or any(wish.field == name and wish.value is WHOLE for wish in wishes):
            continue
        audience = gone.pop() if len(gone) == 1 else NOBODY
        found += [Wish(name, audience, item) for item in _items(after.get(name)) if spelled(item) not in known]
    return tuple(found)


def normal_wishes(database: Database, wishes: Iterable[Wish]) -> tuple[tuple[Wish, ...], list[Finding]]:
    """Return the wishes with their values in normal form, each once, and everything that is wrong with them."""
    normal: dict[tuple[str, str], Wish] = {}
    findings: list[Finding] = []
    for wish in wishes:
        declared = database.field(wish.field)
        if declared is None:
            findings.append(_no_field(wish.field))
            continue
        value = wish.value
        if value is not WHOLE and not declared.many:
            findings.append(_holds_one(declared.label))
            continue
        if value is not WHOLE:
            form, _ = checked(database, {wish.field: [value]})
            items = _items(form.get(wish.field))
            if not items:
                findings.append(_no_value(declared.label))
                continue
            value = items[0]
        key = (wish.field, spelled(value))
        if key in normal and normal[key].audience != wish.audience:
            findings.append(_twice(declared.label))
        normal[key] = Wish(wish.field, wish.audience, value)
    if len(normal) > WISHES_MAX:
        findings.append(_too_many())
    return tuple(normal.values()), findings


def adds(before: Iterable[Wish], after: Iterable[Wish]) -> bool:
    """Whether something is kept that no wish spoke of before."""
    known = {(wish.field, spelled(wish.value)) for wish in before}
    return any((wish.field, spelled(wish.value)) not in known for wish in after)


def spelled(value: object) -> str:
    """Return one text for equal values in normal form."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _is_gone(wish: Wish, there: set[str]) -> bool:
    return wish.value is not WHOLE and spelled(wish.value) not in there


def _numbered(database: Database, name: str, value: object) -> Iterator[tuple[int | None, object]]:
    """Yield the values of a field with their places; a single one with none."""
    if _is_many(database, name):
        yield from enumerate(_items(value))
    else:
        yield None, value


def _by_field(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for one in statements:
        found.setdefault(one.field, []).append(one)
    return found


def _is_many(database: Database, name: str) -> bool:
    declared = database.field(name)
    return declared is not None and declared.many


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _no_field(name: str) -> Finding:
    return Finding(
        code="restricted.no_field",
        problem=mark("The database has no field “%(name)s”."),
        remedy=mark("Name a field of the declaration, not a part of one."),
        field="restricted",
        values={"name": name[:80]},
    )


def _holds_one(label: str) -> Finding:
    return Finding(
        code="restricted.holds_one",
        problem=mark("“%(label)s” holds one value, so that it is restricted as a whole."),
        remedy=mark("Leave the value out."),
        field="restricted",
        values={"label": label},
    )


def _no_value(label: str) -> Finding:
    return Finding(
        code="restricted.no_value",
        problem=mark("The value to restrict can be no value of “%(label)s”."),
        remedy=mark("Send the value as the record has it."),
        field="restricted",
        values={"label": label},
    )


def _twice(label: str) -> Finding:
    return Finding(
        code="restricted.twice",
        problem=mark("Something of “%(label)s” is restricted twice, to different readers."),
        remedy=mark("Say once who sees it."),
        field="restricted",
        values={"label": label},
    )


def _too_many() -> Finding:
    return Finding(
        code="restricted.too_many",
        problem=mark("More than %(most)s statements of one record are restricted."),
        remedy=mark("Restrict whole fields."),
        source="policy: restrictions",
        field="restricted",
        values={"most": WISHES_MAX},
    )
