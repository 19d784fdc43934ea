"""The list of members and the page of one: what everybody may know of a body, and what its own people may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When

from liaison.apps.members.contacts import ContactCard, contacts
from liaison.apps.members.desks import Desk, desks
from liaison.apps.members.models import SYSTEM_READER_ID, Agreement, MembershipChange, Reader, Suspension, User
from liaison.apps.members.people import has_administrator, missing_offices
from liaison.apps.members.queries import taking_part
from liaison.apps.members.roles import LABELS, looks_after
from liaison.refusal import Absent, Finding, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.membership import NEEDS_AGREEMENT
from liaison.viewer import ReaderKind, Right, Viewer

PAGE_SIZE = 50
PAGE_MAX = 1_000
CHANGES_SHOWN_MAX = 100
_ORDER = (
    ReaderKind.SECRETARIAT,
    ReaderKind.COMMISSION,
    ReaderKind.REGIONAL_BODY,
    ReaderKind.PARTNER,
    ReaderKind.PRIVATE_PARTNER,
    ReaderKind.BUREAU,
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body as the list shows it. `country` is empty for international ones, `parent` for all but agencies."""

    id: UUID
    code: str
    name: str
    kind: ReaderKind
    country: str
    parent: str
    takes_part: bool
    joined_at: datetime
    ended_at: datetime | None
    contact: ContactCard | None
    desk: Desk | None
    deputy: str


@dataclass(frozen=True, slots=True)
class Directory:
    """One page of the list, with shown and total."""

    bodies: tuple[Body, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class AgreementCard:
    """An agreement and whether it holds today; databases by their kind."""

    number: str
    title: str
    starts_on: date
    ends_on: date
    queries: tuple[str, ...]
    enters: tuple[str, ...]
    opinion: str
    approval: str
    matches_to: str
    holds: bool


@dataclass(frozen=True, slots=True)
class SuspensionCard:
    """Since when, why and until when a body takes no part; None until it is lifted."""

    began_at: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed change as the list of what waits shows it. `may_decide`: the viewer is a second person for it."""

    id: UUID
    verb: str
    code: str
    name: str
    asker: str
    reason: str
    status: str
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    document: Mapping[str, object]
    may_decide: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One body with what this viewer may know and do there.

    `may_end`, `may_hide` and `may_show`: end it for good, hide or show the records of one that has ended.
    """

    body: Body
    agreements: tuple[AgreementCard, ...]
    suspension: SuspensionCard | None
    agencies: tuple[Body, ...]
    missing: tuple[str, ...]
    needs_agreement: bool
    has_administrator: bool
    is_own: bool
    may_change: bool
    may_suspend: bool
    may_end: bool
    may_hide: bool
    may_show: bool


def directory(viewer: Viewer, *, page: int = 1, text: str = "") -> Directory:
    """Return one page of the members, every body but other bureaus' agencies: one's own first, then by kind and code.

    `text` is the beginning of a code or a part of a name.
    """
    page = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = known_to(viewer)
        if text:
            rows = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))
        total = rows.count()
        own = Case(When(Q(pk=viewer.reader_id) | Q(parent_id=viewer.reader_id), then=0), default=1)
        order = Case(*(When(kind=kind, then=place) for place, kind in enumerate(_ORDER)), default=len(_ORDER))
        ordered = rows.order_by(own, order, "code")
        bodies = _bodies(ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], viewer)
    return Directory(tuple(bodies), page, max(1, -(-total // PAGE_SIZE)), total)


def own_body(viewer: Viewer) -> Body:
    """Return the viewer's own body as the list shows it."""
    with viewing(viewer, savepoint=False):
        (body,) = _bodies(Reader.objects.select_related("parent").filter(pk=viewer.reader_id), viewer)
    return body


def body_of(code: str, viewer: Viewer) -> Body:
    """Return one body as the list shows it; raise Absent for another bureau's agency and for none alike."""
    with viewing(viewer, savepoint=False):
        row = known_to(viewer).filter(code=code).first()
        if row is None:
            raise _no_such(code)
        (body,) = _bodies([row], viewer)
    return body


def page_of(code: str, viewer: Viewer) -> Page:
    """Return one body; raise Absent for another bureau's agency and for none alike."""
    with viewing(viewer):
        row = known_to(viewer).filter(code=code).first()
        if row is None:
            raise _no_such(code)
        connected = known_to(viewer).filter(parent=row).order_by("code")[:PAGE_SIZE] if _connects(row) else ()
        body, *agencies = _bodies([row, *connected], viewer)
        connects = row.parent_id == viewer.reader_id
        keeps = row.parent_id is None and viewer.may(Right.ADMIT_MEMBERS) and row.id != viewer.reader_id
        looks_in = row.id == viewer.reader_id or connects or viewer.may(Right.OVERSEE)
        suspension = Suspension.objects.filter(reader=row, lifted_at__isnull=True).first()
        return Page(
            body=body,
            agreements=_agreements(row) if row.kind in NEEDS_AGREEMENT else (),
            suspension=_suspension(suspension) if suspension else None,
            agencies=tuple(agencies),
            missing=tuple(LABELS[role] for role in missing_offices(row)) if looks_in else (),
            needs_agreement=row.kind in NEEDS_AGREEMENT,
            has_administrator=not keeps or has_administrator(row),
            is_own=row.id == viewer.reader_id,
            may_change=row.ended_at is None and ((connects and viewer.may(Right.ADMINISTER_MEMBERS)) or keeps),
            may_suspend=row.ended_at is None and ((connects and looks_after(viewer)) or keeps),
            may_end=row.ended_at is None and keeps and row.kind != ReaderKind.COMMISSION,
            may_hide=row.ended_at is not None and keeps and row.records_hidden_at is None,
            may_show=keeps and row.records_hidden_at is not None,
        )


def looked_after(viewer: Viewer) -> list[Body]:
    """Return the viewer's own body and the agencies that it connects, those that ended excepted."""
    with viewing(viewer):
        own = Q(pk=viewer.reader_id) | Q(parent_id=viewer.reader_id)
        return _bodies(
            Reader.objects.select_related("parent").filter(own, ended_at__isnull=True).order_by("code"), viewer
        )


def changes(viewer: Viewer) -> list[Change]:
    """Return the changes that the viewer's body asked for or decides: those that wait first, the newest first."""
    with viewing(viewer):
        own = Q(asker_id=viewer.reader_id) | Q(decider_id=viewer.reader_id)
        waits = Case(When(status=MembershipChange.Status.PROPOSED, then=0), default=1)
        rows = list(
            MembershipChange.objects.select_related("asker")
            .filter(own)
            .order_by(waits, "-proposed_at")[:CHANGES_SHOWN_MAX]
        )
        names = dict(User.objects.filter(pk__in=[row.proposed_by for row in rows]).values_list("id", "display_name"))
        moment = now()
    cards = [_change(row, viewer, names.get(row.proposed_by, ""), moment) for row in rows]
    return sorted(cards, key=lambda card: card.status != "proposed")


def waiting_count(viewer: Viewer) -> int:
    """Return how many changes this viewer could decide now."""
    return sum(change.may_decide for change in changes(viewer))


def known_to(viewer: Viewer) -> QuerySet[Reader]:
    """Return the bodies that this viewer may know of: agencies of other bureaus are not among them."""
    rows = Reader.objects.select_related("parent").exclude(pk=SYSTEM_READER_ID)
    if viewer.may(Right.ADMIT_MEMBERS) or viewer.may(Right.OVERSEE):
        return rows
    return rows.filter(Q(parent__isnull=True) | Q(parent_id=viewer.reader_id) | Q(pk=viewer.reader_id))


def _connects(row: Reader) -> bool:
    return row.kind == ReaderKind.BUREAU


def _bodies(rows: Sequence[Reader] | QuerySet[Reader], viewer: Viewer) -> list[Body]:
    shown = list(rows)
    ids = [row.id for row in shown]
    part, called, open_ones = set(taking_part()), contacts(ids, viewer), desks(ids, viewer)
    deputies = {desk.deputy_id for desk in open_ones.values() if desk.deputy_id}
    codes = dict(Reader.objects.filter(pk__in=deputies).values_list("id", "code"))
    return [
        Body(
            id=row.id,
            code=row.code,
            name=row.name,
            kind=ReaderKind(row.kind),
            country=row.country,
            parent=row.parent.code if row.parent else "",
            takes_part=row.id in part,
            joined_at=row.joined_at,
            ended_at=row.ended_at,
            contact=called.get(row.id),
            desk=open_ones.get(row.id),
            deputy=_deputy(open_ones.get(row.id), codes),
        )
        for row in shown
    ]


def _deputy(desk: Desk | None, codes: Mapping[UUID, str]) -> str:
    return codes.get(desk.deputy_id, "") if desk and desk.deputy_id else ""


def _agreements(row: Reader) -> tuple[AgreementCard, ...]:
    today = now().date()
    return tuple(
        AgreementCard(
            number=one.number,
            title=one.title,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            queries=tuple(one.queries),
            enters=tuple(one.enters),
            opinion=one.opinion,
            approval=one.approval,
            matches_to=one.matches_to,
            holds=one.ended_at is None and one.starts_on <= today <= one.ends_on,
        )
        for one in Agreement.objects.filter(reader=row).order_by("-starts_on", "-id")[:CHANGES_SHOWN_MAX]
    )


def _suspension(row: Suspension) -> SuspensionCard | None:
    if row.until is not None and row.until <= now():
        return None
    return SuspensionCard(row.began_at, row.until, row.reason)


def _change(row: MembershipChange, viewer: Viewer, proposer: str, moment: datetime) -> Change:
    waits = row.status == MembershipChange.Status.PROPOSED and row.expires_at > moment
    decides = row.decider_id == viewer.reader_id and viewer.may(Right.APPROVE_MEMBERS)
    return Change(
        id=row.id,
        verb=row.verb,
        code=row.code,
        name=str(row.document.get("name", "")),
        asker=row.asker.code,
        reason=row.reason,
        status=row.status if waits or row.status != MembershipChange.Status.PROPOSED else "expired",
        proposed_by=proposer,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        decided_at=row.decided_at,
        document=row.document,
        may_decide=waits and decides and row.proposed_by != viewer.user_id,
        is_own=row.proposed_by == viewer.user_id,
    )


def _no_such(code: str) -> Absent:
    return Absent(
        Finding(
            code="members.no_reader",
            problem=mark("No member has the code “%(code)s”."),
            remedy=mark("Check it in the list of members."),
            values={"code": code[:12]},
        )
    )
