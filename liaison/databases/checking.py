"""Whether fields satisfy a declaration, and their one normal form; all findings at once, each with a path.

Imports check records by the million. So each declaration is looked through once, and a value that already is in its
form is only recognised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from liaison.databases.database import Database, Fields
from liaison.databases.fields import Field, FieldType
from liaison.databases.values import normal_value
from liaison.identifiers.countries import all_countries
from liaison.identifiers.scripts import SCRIPTS, script_of
from liaison.refusal import Finding, Refused, mark

_MISSING = "field.missing"


def checked(database: Database, fields: Fields) -> tuple[dict[str, object], list[Finding]]:
    """Return the normal form of the fields and everything that keeps them from being a record, in one pass.

    The normal form is whole only where no finding but those of the minimum is there.
    """
    normal, findings = _group(_plan_of(database.fields), fields, path="")
    for least in database.minimum:
        if not least.is_met(normal):
            findings.append(_below_minimum(least.fields, least.problem, least.remedy))
    for rule in database.rules:
        findings += rule(normal)
    return normal, findings


def validate(database: Database, fields: Fields) -> list[Finding]:
    """Return everything that keeps these fields from being a record; an empty list means that they may be entered."""
    return checked(database, fields)[1]


def normalise(database: Database, fields: Fields) -> dict[str, object]:
    """Return the fields in their normal form, empty ones left out; raise Refused where one has none.

    What is missing, the minimum and the rules of the database are the business of `validate`: a draft may still lack
    something.
    """
    normal, findings = _group(_plan_of(database.fields), fields, path="")
    if unreadable := [finding for finding in findings if finding.code != _MISSING]:
        raise Refused(*unreadable)
    return normal


@dataclass(frozen=True, slots=True)
class _Step:
    """How one field is brought to its form. `own_form` are texts that are already in it, where they can be listed."""

    field: Field
    name: str
    many: bool
    required: bool
    own_form: frozenset[object]
    parts: "_Plan | None"


@dataclass(frozen=True, slots=True)
class _Plan:
    """A declaration looked through once; it holds what it was made from, so that its identity stays its own."""

    declared: tuple[Field, ...]
    steps: tuple[_Step, ...]
    names: frozenset[str]
    derived: tuple[Field, ...]


_PLANS: dict[int, _Plan] = {}
"""Plans by the identity of their declaration: to compare whole declarations would take longer than to follow them."""


def _plan_of(declared: tuple[Field, ...]) -> _Plan:
    plan = _PLANS.get(id(declared))
    if plan is None:
        steps = tuple(_step(field) for field in declared)
        derived = tuple(field for field in declared if field.derived_from)
        plan = _PLANS[id(declared)] = _Plan(declared, steps, frozenset(field.name for field in declared), derived)
    return plan


def _step(field: Field) -> _Step:
    grouped = field.type is FieldType.GROUP
    return _Step(
        field=field,
        name=field.name,
        many=field.many,
        required=field.required,
        own_form=_own_form(field),
        parts=_plan_of(field.parts) if grouped else None,
    )


def _own_form(field: Field) -> frozenset[object]:
    if field.type is FieldType.CHOICE:
        return frozenset(choice.value for choice in field.choices)
    if field.type is FieldType.COUNTRY:
        return frozenset(country.alpha2 for country in all_countries())
    return SCRIPTS if field.type is FieldType.SCRIPT else frozenset()


def _group(plan: _Plan, values: Mapping[str, object], *, path: str) -> tuple[dict[str, object], list[Finding]]:
    """Return the normal form of a group, and findings."""
    normal: dict[str, object] = {}
    findings = [] if plan.names.issuperset(values) else _unknown_fields(plan.names, values, path)
    for step in plan.steps:
        value = values.get(step.name)
        if value is None and not step.required:
            continue
        before = len(findings)
        if value is not None:
            at = f"{path}.{step.name}" if path else step.name
            value = _many(step, value, at, findings) if step.many else _one(step, value, at, findings)
        if not _is_empty(value):
            normal[step.name] = value
        elif step.required and len(findings) == before:
            findings.append(_missing(step.field, f"{path}.{step.name}" if path else step.name))
    for field in plan.derived:
        if field.derived_from in normal and field.name not in normal:
            normal[field.name] = script_of(str(normal[field.derived_from]))
    return normal, findings


def _is_empty(value: object) -> bool:
    """Whether nothing was said: neither no nor nought is nothing."""
    return not value and (value is None or value == "" or value == [] or value == {})


def _many(step: _Step, value: object, path: str, findings: list[Finding]) -> list[object] | None:
    if _is_empty(value):
        return None
    if not isinstance(value, list | tuple):
        findings.append(_not_a_list(step.field, path))
        return None
    if len(value) > step.field.most:
        findings.append(_too_many(step.field, path, len(value)))
        return None
    kept: list[object] = []
    for place, item in enumerate(value):
        normal = _one(step, item, f"{path}.{place}", findings)
        if not _is_empty(normal) and normal not in kept:
            kept.append(normal)
    return kept


def _one(step: _Step, value: object, path: str, findings: list[Finding]) -> object:
    """Return one value in its form; a group left blank, such as an empty row of a form, is nothing."""
    if _is_empty(value):
        return None
    if step.parts is not None:
        return _part(step, step.parts, value, path, findings)
    if type(value) is str and value in step.own_form:
        return value
    try:
        return normal_value(step.field, value)
    except Refused as refused:
        findings += [replace(finding, field=path) for finding in refused.findings]
        return None


def _part(step: _Step, plan: _Plan, value: object, path: str, findings: list[Finding]) -> object:
    if not isinstance(value, Mapping):
        findings.append(_not_a_group(step.field, path))
        return None
    normal, found = _group(plan, value, path=path)
    if found and (normal or any(finding.code != _MISSING for finding in found)):
        findings += found
    return normal


def _unknown_fields(known: frozenset[str], values: Mapping[str, object], path: str) -> list[Finding]:
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
        code=_MISSING,
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
