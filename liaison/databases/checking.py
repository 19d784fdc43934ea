"""Whether fields satisfy a declaration, and their one normal form; all findings at once, each with a path."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from liaison.databases.database import Database, Fields
from liaison.databases.fields import Field, FieldType
from liaison.databases.values import normal_value
from liaison.identifiers.scripts import script_of
from liaison.refusal import Finding, Refused, mark

_EMPTY: tuple[object, ...] = (None, "", [], {})


def validate(database: Database, fields: Fields) -> list[Finding]:
    """Return everything that keeps these fields from being a record; an empty list means that they may be entered."""
    normal, findings = _group(database.fields, fields, path="")
    findings += [_below_minimum(least.fields, least.problem, least.remedy) for least in _unmet(database, normal)]
    return findings + [finding for rule in database.rules for finding in rule(normal)]


def normalise(database: Database, fields: Fields) -> dict[str, object]:
    """Return the fields in their normal form, empty ones left out; raise Refused where one has none.

    The minimum and the rules of the database are the business of `validate`: a draft may still lack something.
    """
    normal, findings = _group(database.fields, fields, path="", whole=False)
    if findings:
        raise Refused(*findings)
    return normal


def _group(
    declared: Sequence[Field], values: Mapping[str, object], *, path: str, whole: bool = True
) -> tuple[dict[str, object], list[Finding]]:
    """Return the normal form of a group, and findings; required parts count where it must be whole."""
    normal: dict[str, object] = {}
    findings = _unknown_fields(declared, values, path)
    for field in declared:
        at = f"{path}.{field.name}" if path else field.name
        value, found = _field(field, values.get(field.name), at, whole=whole)
        findings += found
        if value not in _EMPTY:
            normal[field.name] = value
        elif field.required and whole and not found:
            findings.append(_missing(field, at))
    for field in declared:
        if field.derived_from in normal and field.name not in normal:
            normal[field.name] = script_of(str(normal[field.derived_from]))
    return normal, findings


def _field(field: Field, value: object, path: str, *, whole: bool) -> tuple[object, list[Finding]]:
    if value in _EMPTY:
        return None, []
    if not field.many:
        return _one(field, value, path, whole=whole)
    if not isinstance(value, list | tuple):
        return None, [_not_a_list(field, path)]
    if len(value) > field.most:
        return None, [_too_many(field, path, len(value))]
    kept: list[object] = []
    findings: list[Finding] = []
    for place, item in enumerate(value):
        normal, found = _one(field, item, f"{path}.{place}", whole=whole)
        findings += found
        if normal not in _EMPTY and normal not in kept:
            kept.append(normal)
    return kept, findings


def _one(field: Field, value: object, path: str, *, whole: bool) -> tuple[object, list[Finding]]:
    """Return one value in its form; a group left blank, such as an empty row of a form, is nothing."""
    if value in _EMPTY:
        return None, []
    if field.type is FieldType.GROUP:
        if not isinstance(value, Mapping):
            return None, [_not_a_group(field, path)]
        normal, findings = _group(field.parts, value, path=path, whole=whole)
        blank = not normal and all(finding.code == "field.missing" for finding in findings)
        return normal, [] if blank else findings
    try:
        return normal_value(field, value), []
    except Refused as refused:
        return None, [replace(finding, field=path) for finding in refused.findings]


def _unmet(database: Database, normal: Fields) -> Iterable:
    return (least for least in database.minimum if not least.is_met(normal))


def _unknown_fields(declared: Sequence[Field], values: Mapping[str, object], path: str) -> list[Finding]:
    known = {field.name for field in declared}
    return [_unknown(f"{path}.{name}" if path else str(name)) for name in values if name not in known]


def _unknown(path: str) -> Finding:
    return Finding(
        code="field.unknown",
        problem=mark("The database has no field “%(name)s”."),
        remedy=mark("Use the fields of its reference page; nothing is dropped in silence."),
        field=path,
        values={"name": path[:80]},
    )


def _missing(field: Field, path: str) -> Finding:
    return Finding(
        code="field.missing",
        problem=mark("“%(label)s” is missing."),
        remedy=mark("Fill it in."),
        source="policy: minimum_data",
        field=path,
        values={"label": field.label},
    )


def _below_minimum(fields: tuple[str, ...], problem: str, remedy: str) -> Finding:
    return Finding(
        code="database.minimum", problem=problem, remedy=remedy, source="policy: minimum_data", field=fields[0]
    )


def _not_a_list(field: Field, path: str) -> Finding:
    return Finding(
        code="field.not_a_list",
        problem=mark("“%(label)s” holds a list."),
        remedy=mark("Send a JSON array, also for a single value."),
        field=path,
        values={"label": field.label},
    )


def _not_a_group(field: Field, path: str) -> Finding:
    return Finding(
        code="field.not_a_group",
        problem=mark("“%(label)s” has parts of its own."),
        remedy=mark("Send a JSON object with these parts."),
        field=path,
        values={"label": field.label},
    )


def _too_many(field: Field, path: str, count: int) -> Finding:
    return Finding(
        code="field.too_many",
        problem=mark("“%(label)s” has %(count)s values; at most %(most)s are kept."),
        remedy=mark("Leave out those that help least."),
        field=path,
        values={"label": field.label, "count": count, "most": field.most},
    )
