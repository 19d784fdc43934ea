"""What is unusual about fields in normal form: nothing is refused for it, somebody compares it once more.

Numbers that do not add up, dates in an impossible order, birthdays that nobody can have. Each doubt has its path.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from liaison.databases.database import Database, Fields
from liaison.databases.fields import Field, FieldType
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.registry import scheme_named
from liaison.identifiers.schemes import Verdict
from liaison.identifiers.warning_lists import is_no_text, is_placeholder_date, is_specimen, name_parts_unknown
from liaison.refusal import Finding, mark

AGE_YEARS_MAX = 120
_OPEN_TO_THE_FUTURE = ("expires", "until", "valid")
_PAIRS = (
    ("issued_on", "expires_on"),
    ("since", "until"),
    ("valid_from", "valid_until"),
    ("incorporated_on", "dissolved_on"),
)
_UNSURE = frozenset({Verdict.INVALID, Verdict.DOUBTFUL})


def doubts(database: Database, fields: Fields, *, today: date) -> list[Finding]:
    """Return what is unusual about fields in their normal form, in the order of the declaration."""
    together = (finding for rule in database.unusual for finding in rule(fields))
    return [*_group(database.fields, fields, "", today), *together]


def _group(declared: tuple[Field, ...], values: Mapping[str, object], path: str, today: date) -> Iterator[Finding]:
    for field in declared:
        at = f"{path}.{field.name}" if path else field.name
        value = values.get(field.name)
        if isinstance(value, list):
            for place, item in enumerate(value):
                yield from _one(field, item, values, f"{at}.{place}", today)
        elif value is not None:
            yield from _one(field, value, values, at, today)
    yield from _order(values, path)


def _one(field: Field, value: object, beside: Mapping[str, object], path: str, today: date) -> Iterator[Finding]:
    if field.type is FieldType.GROUP and isinstance(value, Mapping):
        yield from _group(field.parts, value, path, today)
    elif field.type is FieldType.IDENTIFIER:
        country = str(beside.get(field.country_from, "")) if field.country_from else ""
        checked = scheme_named(field.scheme).check(str(value), country)
        said = checked.findings or ((_does_not_add_up(),) if checked.verdict in _UNSURE else ())
        yield from (replace(finding, field=path) for finding in said)
    elif field.type in (FieldType.PARTIAL_DATE, FieldType.DATE):
        yield from _date(field, PartialDate.from_json(value), path, today)
    elif field.type is FieldType.NAME:
        if parts := name_parts_unknown(str(value)):
            problem = mark("“%(parts)s” stands for a part of the name that is not known.")
            yield _doubt("name_part_unknown", problem, path, parts=" ".join(parts)[:80])
    elif field.type is FieldType.DOCUMENT_NUMBER:
        if is_specimen(str(value)):
            yield _doubt("specimen", mark("This is the number of a printed specimen."), path)
    elif field.type in (FieldType.TEXT, FieldType.LONG_TEXT) and is_no_text(str(value)):
        problem = mark("“%(text)s” says that nothing is known; an empty field says the same.")
        yield _doubt("says_nothing", problem, path, text=str(value)[:40])


def _date(field: Field, day: PartialDate, path: str, today: date) -> Iterator[Finding]:
    if is_placeholder_date(str(day)):
        yield _doubt("placeholder_date", mark("“%(day)s” is often put where no date is known."), path, day=str(day))
    if day.earliest() > today and not any(word in field.name for word in _OPEN_TO_THE_FUTURE):
        yield _doubt("in_the_future", mark("“%(day)s” has not come yet."), path, day=str(day))
    if field.name.startswith("birth_date") and day.latest().year < today.year - AGE_YEARS_MAX:
        problem = mark("“%(day)s” is more than %(years)s years ago.")
        yield _doubt("too_long_ago", problem, path, day=str(day), years=AGE_YEARS_MAX)


def _order(values: Mapping[str, object], path: str) -> Iterator[Finding]:
    for first, last in _PAIRS:
        if first in values and last in values:
            begins, ends = PartialDate.from_json(values[first]), PartialDate.from_json(values[last])
            if begins.earliest() > ends.latest():
                at = f"{path}.{last}" if path else last
                problem = mark("“%(last)s” comes before “%(first)s”.")
                yield _doubt("order", problem, at, first=str(begins), last=str(ends))


def _does_not_add_up() -> Finding:
    return Finding(
        code="doubt.does_not_add_up",
        problem=mark("The number does not add up."),
        remedy=mark("Compare it character by character with where it is written."),
    )


def _doubt(code: str, problem: str, path: str, **values: object) -> Finding:
    return Finding(
        code=f"doubt.{code}", problem=problem, remedy=mark("Compare it with its source."), field=path, values=values
    )
