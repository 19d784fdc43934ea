"""What may be restricted of a record, and what may not: all that is wrong at once, before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records.parts import AUDIENCES_MAX
from liaison.databases.declaration import Database, checked
from liaison.databases.restricting import NOBODY, Wish, normal_wishes, split
from liaison.refusal import Finding, mark
from liaison.rows.clock import now
from liaison.rules import special_data
from liaison.viewer import Viewer


def checked_wishes(database: Database, wishes: Iterable[Wish], by: Viewer) -> tuple[tuple[Wish, ...], list[Finding]]:
    """Return wishes in normal form, and everything that keeps a source from having them."""
    asked = list(wishes)
    findings = [found for said in sorted({one.audience for one in asked} - {NOBODY}) for found in _audience(said, by)]
    if findings:
        return (), findings
    canonical = [replace(one, audience=members.canonical_audience(one.audience)) for one in asked]
    if len({one.audience for one in canonical} - {NOBODY}) > AUDIENCES_MAX:
        findings.append(_too_many_audiences())
    normal, found = normal_wishes(database, canonical)
    return normal, [*findings, *found]


def _audience(said: str, by: Viewer) -> list[Finding]:
    return [replace(one, field="restricted") for one in members.audience_findings(said, by)]


def restricted_findings(
    database: Database, fields: Mapping[str, object], wishes: Iterable[Wish], *, recorded_on: date | None
) -> list[Finding]:
    """Return why fields in normal form may not be split so.

    What is open has to be a record by itself, for whoever sees least of it; and nothing may be kept on which it hangs
    what an officer does with a person, or how he is protected: that is one thing for all who see the record.
    """
    parts = split(database, fields, wishes)
    if not parts.kept:
        return []
    if lacking := checked(database, parts.open)[1]:
        return [_open_lacks(), *lacking]
    if database.field(special_data.STATUS) is None:
        return []
    policy, day = special_policy(), recorded_on or now().date()
    whole, open_ = (
        special_data.conditions(database, one, recorded_on=day, policy=policy) for one in (fields, parts.open)
    )
    if whole != open_ or fields.get(special_data.STATUS) != parts.open.get(special_data.STATUS):
        return [_decides_handling()]
    return special_data.findings(database, parts.open, open_, policy)


def special_policy() -> special_data.Policy:
    """Return the policy in force for people whom the law protects most."""
    return special_data.Policy.of(policies.values(list(special_data.POLICIES)))


def _open_lacks() -> Finding:
    return Finding(
        code="restricted.open_lacks",
        problem=mark("What everybody sees who sees the record would be no record by itself."),
        remedy=mark("Leave open what a record has to say, or give the whole record another audience."),
        source="policy: restrictions",
        field="restricted",
    )


def _decides_handling() -> Finding:
    return Finding(
        code="restricted.decides_handling",
        problem=mark("What is restricted decides how the person is treated or protected."),
        remedy=mark(
            "Leave it open, as it has to be the same for all who see the record. Or give the record another audience."
        ),
        source="policy: restrictions",
        field="restricted",
    )


def _too_many_audiences() -> Finding:
    return Finding(
        code="restricted.too_many_audiences",
        problem=mark("The statements of one record have more than %(most)s different audiences."),
        remedy=mark("Give some of them the same audience."),
        source="policy: restrictions",
        field="restricted",
        values={"most": AUDIENCES_MAX},
    )
