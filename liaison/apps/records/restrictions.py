"""A source keeps bodies out of one of its databases, or out of everything it holds (RPD art. 58).

Such a restriction needs no look at any record: all that a source has of a kind is one holding, and the rows, the
index and the preview ask whether a holding is closed to the reader. So it holds in the same moment for a million
records and for those still to come. One person restricts; to lift it takes a second. One on everything is confirmed
every year: if nobody does, the bureau and headquarters are told, and by the policy it stays (which hides too much) or
lapses.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, connections

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records.models import Lift, Restriction
from liaison.databases import all_databases
from liaison.identifiers import references
from liaison.ledger.canonical import canonical_json
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

CONFIRM_DAYS = "records.restriction_confirm_days"
GRACE_DAYS = "records.restriction_grace_days"
LAPSES = "records.restriction_lapses"
REFERENCE_PREFIX = "DR"
EVERYTHING = ""
"""The kind of a restriction that is of all databases."""
REASON_LENGTH_MAX = 500
STANDING_MAX = 200
"""Restrictions of one body that may stand at once: each is asked with every statement that reads records."""
CONTENT = "restriction@1"

_CLOSED = """
    select r.source_id, r.kind from records_restriction r
      join members_audience_reader held on held.audience_id = r.audience_id and held.reader_id = %s
     where r.lifted_at is null
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RestrictionCard:
    """A restriction of the viewer's own body. `kind` is empty where it is of everything.

    `lift_reason` is given where somebody asked to lift it; `may_decide`: somebody else, so that the viewer may
    decide.
    """

    reference: str
    kind: str
    excludes: str
    reason: str
    made_at: datetime
    confirmed_at: datetime
    confirm_by: datetime | None
    stands_until: datetime | None
    read_at: datetime
    lift_reason: str = ""
    lift_asked_at: datetime | None = None
    may_decide: bool = False

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been confirmed."""
        return self.confirm_by is not None and self.confirm_by < self.read_at


@dataclass(frozen=True, slots=True)
class Overdue:
    """A body whose restriction of everything nobody confirmed in time; headquarters is not told whom it excludes."""

    code: str
    confirm_by: datetime
    stands_until: datetime


def restrictions(viewer: Viewer) -> tuple[RestrictionCard, ...]:
    """Return what the viewer's own body restricts now, those of everything first."""
    viewer.needs(Right.ENTER_RECORDS)
    with viewing(viewer):
        rows = Restriction.objects.filter(source_id=viewer.reader_id, lifted_at__isnull=True)
        found = list(rows.order_by("kind", "made_at")[:STANDING_MAX])
        lifts = {lift.restriction_id: lift for lift in Lift.objects.filter(restriction__in=[row.pk for row in found])}
        moment = now()
    return tuple(_card(row, lifts.get(row.pk), viewer, moment) for row in found)


def holdings_closed_to(reader_id: UUID) -> frozenset[tuple[UUID, str]]:
    """Return (source, kind) of everything that a source keeps this body out of; kind is empty where it is all.

    Read by the role that follows the ledger, for the installation's work on behalf of a body that reads nothing.
    """
    with connections["system"].cursor() as cursor:
        cursor.execute(_CLOSED, [reader_id])
        return frozenset((source, kind) for source, kind in cursor.fetchall())


def overdue(viewer: Viewer) -> tuple[Overdue, ...]:
    """Return who is late with confirming: one's own body, and to membership officers of headquarters every body."""
    with viewing(viewer), connection.cursor() as cursor:
        cursor.execute("select source_id, confirm_by, stands_until from records_overdue()")
        rows = cursor.fetchall()
        readers = members.readers([row[0] for row in rows])
    found = [Overdue(readers[source].code, confirm_by, until) for source, confirm_by, until in rows]
    return tuple(sorted(found, key=lambda one: (one.confirm_by, one.code)))


def findings_of(kind: str, excludes: str, reason: str, by: Viewer) -> list[Finding]:
    """Return what is wrong with a restriction that this viewer's body would make."""
    found = [*members.audience_findings(excludes, by)]
    if kind != EVERYTHING:
        found += database_findings(kind)
    if not found and not members.canonical_audience(excludes):
        found.append(_excludes_nobody())
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        found.append(no_reason())
    return found


def database_findings(kind: str) -> list[Finding]:
    """Return that there is no such database, if there is none."""
    return [] if kind in all_databases() else [_no_database(kind)]


def restrict_database(kind: str, *, excludes: str, reason: str, by: Viewer) -> str:
    """Keep whom an expression names out of a database, or with EVERYTHING out of all, at once; return its reference.

    It holds for all records of the body, present and to come, on top of what each record's own audience says.
    """
    by.needs(Right.ENTER_RECORDS)
    if findings := findings_of(kind, excludes, reason, by):
        raise Refused(*findings)
    with viewing(by):
        standing = Restriction.objects.filter(source_id=by.reader_id, lifted_at__isnull=True)
        if standing.count() >= STANDING_MAX:
            raise Refused(_too_many())
        moment, expression = now(), members.canonical_audience(excludes)
        confirm_by, until = _terms(moment) if kind == EVERYTHING else (None, None)
        row = Restriction.objects.create(
            reference=references.make(REFERENCE_PREFIX, moment.year, secrets.token_bytes),
            source_id=by.reader_id,
            kind=kind,
            expression=expression,
            audience_id=members.audience_id(expression),
            reason=reason.strip(),
            made_by=by.user_id,
            made_at=moment,
            confirmed_by=by.user_id,
            confirmed_at=moment,
            confirm_by=confirm_by,
            stands_until=until,
        )
        _enter("restrictions.made", row, by)
    return row.reference


def confirm(reference: str, *, by: Viewer) -> datetime:
    """Say that a restriction of everything is still needed; return until when it is to be confirmed again."""
    by.needs(Right.ENTER_RECORDS)
    with viewing(by):
        row = _own(reference, by)
        if row.confirm_by is None:
            raise Refused(_needs_none())
        moment = now()
        row.confirmed_by, row.confirmed_at = by.user_id, moment
        row.confirm_by, row.stands_until = _terms(moment)
        row.save(update_fields=["confirmed_by", "confirmed_at", "confirm_by", "stands_until"])
        _enter("restrictions.confirmed", row, by)
        return row.confirm_by


def ask_to_lift(reference: str, *, reason: str, by: Viewer) -> None:
    """Ask for a restriction to be lifted, which a second person of the body decides: it lets others see more."""
    by.needs(Right.ENTER_RECORDS)
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Refused(no_reason())
    with viewing(by):
        row = _own(reference, by)
        if Lift.objects.filter(restriction=row).exists():
            raise Refused(_asked_already())
        Lift.objects.create(
            restriction=row, source_id=row.source_id, asked_by=by.user_id, asked_at=now(), reason=reason.strip()
        )
        _enter("restrictions.lift_asked", row, by, reason=reason.strip())


def decide_lift(reference: str, *, approve: bool, by: Viewer) -> None:
    """Lift a restriction that somebody else asked to lift, or leave it; whoever asked may only take it back."""
    by.needs(Right.ENTER_RECORDS)
    with viewing(by):
        row = _own(reference, by)
        lift = Lift.objects.filter(restriction=row).first()
        if lift is None:
            raise Refused(_nobody_asked())
        if approve and lift.asked_by == by.user_id:
            raise Refused(_second_person())
        if approve:
            row.lifted_by, row.lifted_at = by.user_id, now()
            row.save(update_fields=["lifted_by", "lifted_at"])
        else:
            lift.delete()
        _enter("restrictions.lifted" if approve else "restrictions.lift_rejected", row, by)


def keep_time() -> int:
    """End what the policy lets lapse because nobody confirmed it; return how many ended (system role, by timer)."""
    if not policies.value(LAPSES):
        return 0
    due = Restriction.objects.using("system").filter(lifted_at__isnull=True, stands_until__lte=now("system"))
    rows = list(due.values_list("reference", "source_id").order_by("stands_until")[:STANDING_MAX])
    for reference, source_id in rows:
        _lapse(reference, source_id)
    return len(rows)


def _lapse(reference: str, source_id: UUID) -> None:
    by = members.custodian_of(source_id)
    with viewing(by):
        row = _own(reference, by)
        row.lifted_by, row.lifted_at = by.user_id, now()
        row.save(update_fields=["lifted_by", "lifted_at"])
        _enter("restrictions.lapsed", row, by)
    _log.info("A restriction of everything lapsed, as nobody had confirmed it.")


def _own(reference: str, by: Viewer) -> Restriction:
    row = (
        Restriction.objects.select_for_update()
        .filter(reference=reference, source_id=by.reader_id, lifted_at__isnull=True)
        .first()
    )
    if row is None:
        raise _absent(reference)
    return row


def _terms(moment: datetime) -> tuple[datetime, datetime]:
    """Return until when it is to be confirmed, and when the policy's time of grace is over after that."""
    held = policies.values([CONFIRM_DAYS, GRACE_DAYS])
    confirm_by = moment + timedelta(days=held[CONFIRM_DAYS])
    return confirm_by, confirm_by + timedelta(days=held[GRACE_DAYS])


def _enter(action: str, row: Restriction, by: Viewer, reason: str = "") -> None:
    content = canonical_json(
        {"database": row.kind, "excludes": row.expression, "reason": reason or row.reason, "reference": row.reference}
    )
    draft = audit.EntryDraft(action=action, subject=row.id, source=row.source_id, kind=CONTENT, content=content)
    audit.record(draft, by=by)


def _card(row: Restriction, lift: Lift | None, viewer: Viewer, moment: datetime) -> RestrictionCard:
    return RestrictionCard(
        reference=row.reference,
        kind=row.kind,
        excludes=row.expression,
        reason=row.reason,
        made_at=row.made_at,
        confirmed_at=row.confirmed_at,
        confirm_by=row.confirm_by,
        stands_until=row.stands_until,
        read_at=moment,
        lift_reason=lift.reason if lift else "",
        lift_asked_at=lift.asked_at if lift else None,
        may_decide=lift is not None and lift.asked_by != viewer.user_id,
    )


def labels(cards: Sequence[RestrictionCard]) -> list[tuple[RestrictionCard, str]]:
    """Return each card with the label of its database; an empty label is everything."""
    return [(card, all_databases()[card.kind].label if card.kind else "") for card in cards]


def _absent(reference: str) -> Absent:
    return Absent(
        Finding(
            code="restrictions.absent",
            problem=mark("Your body has no restriction %(reference)s."),
            remedy=mark("Check the reference; it may have been lifted."),
            values={"reference": reference[:24]},
        )
    )


def _no_database(kind: str) -> Finding:
    return Finding(
        code="records.no_database",
        problem=mark("There is no database “%(kind)s”."),
        remedy=mark("Choose one from the register of databases."),
        field="kind",
        values={"kind": kind[:40]},
    )


def _excludes_nobody() -> Finding:
    return Finding(
        code="restrictions.excludes_nobody",
        problem=mark("The restriction excludes nobody."),
        remedy=mark("Name at least one body, region, programme or list."),
        source="policy: audience",
        field="excludes",
    )


def no_reason() -> Finding:
    """Return what is said where a reason is missing, or too long."""
    return Finding(
        code="restrictions.no_reason",
        problem=mark("No reason is given, or one of more than %(most)s characters."),
        remedy=mark("Say why in a sentence; your own body alone reads it."),
        source="policy: restrictions",
        field="reason",
        values={"most": REASON_LENGTH_MAX},
    )


def _too_many() -> Finding:
    return Finding(
        code="restrictions.too_many",
        problem=mark("Your body restricts %(most)s times already."),
        remedy=mark("Lift what is not needed, or name several bodies in one restriction."),
        source="policy: restrictions",
        values={"most": STANDING_MAX},
    )


def _needs_none() -> Finding:
    return Finding(
        code="restrictions.needs_no_confirmation",
        problem=mark("A restriction of one database needs no confirmation."),
        remedy=mark("Lift it when it is not needed any more."),
        source="policy: restrictions",
    )


def _asked_already() -> Finding:
    return Finding(
        code="restrictions.lift_asked_already",
        problem=mark("Somebody asked to lift this restriction already."),
        remedy=mark("Decide it, or have a colleague decide it."),
        source="policy: two_persons",
    )


def _nobody_asked() -> Finding:
    return Finding(
        code="restrictions.nobody_asked",
        problem=mark("Nobody asked to lift this restriction."),
        remedy=mark("Ask first; a colleague decides."),
        source="policy: two_persons",
    )


def _second_person() -> Finding:
    return Finding(
        code="restrictions.second_person",
        problem=mark("You asked for this yourself; to let others see more takes a second person."),
        remedy=mark("Have a colleague of your body decide it."),
        source="policy: two_persons",
    )
