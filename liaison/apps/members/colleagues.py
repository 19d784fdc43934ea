"""Who looked, by name: accounts as the viewer may know them, whose bodies they are, and when they were on duty."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from liaison.apps.members.desks import Desk, desks
from liaison.apps.members.directory import known_to
from liaison.apps.members.models import Duty, Reader, User
from liaison.apps.members.queries import SYSTEM_USER_ID, ReaderCard, card_of, taking_part
from liaison.rows.viewing import viewing
from liaison.viewer import Purpose, ReaderKind, Right, Viewer

TURNS_READ_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account whose name the viewer may know."""

    id: UUID
    sign_in_name: str
    display_name: str
    reader_id: UUID
    is_system: bool


@dataclass(frozen=True, slots=True)
class Duties:
    """When a body works: its desk, and the turns of its people that touch a stretch of time."""

    desk: Desk
    turns: Mapping[UUID, tuple[tuple[datetime, datetime], ...]]


def accounts(ids: Collection[UUID], viewer: Viewer) -> dict[UUID, Colleague]:
    """Return those of these accounts, ended ones too, that the viewer may know."""
    if not ids:
        return {}
    with viewing(viewer, savepoint=False):
        return {user.id: _colleague(user) for user in User.objects.filter(pk__in=set(ids))}


def account_called(sign_in_name: str, viewer: Viewer) -> Colleague | None:
    """Return the account that signs in by this name, ended or not, if the viewer may know it; else None."""
    with viewing(viewer, savepoint=False):
        user = User.objects.filter(sign_in_name=sign_in_name.strip().casefold()).first()
    return _colleague(user) if user else None


def bodies_known_to(viewer: Viewer) -> dict[UUID, ReaderCard]:
    """Return the cards of the bodies that the viewer may know of: agencies of other bureaus are not among them."""
    with viewing(viewer, savepoint=False):
        return {reader.id: card_of(reader) for reader in known_to(viewer)}


def own_bodies(viewer: Viewer) -> list[UUID]:
    """Return the viewer's body and the agencies that it connects, for whose people it answers."""
    with viewing(viewer, savepoint=False):
        rows = Reader.objects.filter(Q(pk=viewer.reader_id) | Q(parent_id=viewer.reader_id))
        return list(rows.values_list("pk", flat=True))


def system_accounts(viewer: Viewer) -> list[UUID]:
    """Return the accounts of systems, not of people, that the viewer may know."""
    with viewing(viewer, savepoint=False):
        return list(User.objects.filter(is_system=True).values_list("pk", flat=True))


def duties_of(viewer: Viewer, since: datetime, until: datetime) -> Duties:
    """Return when the desk of the viewer's body is open, and the turns of its people between two moments."""
    with viewing(viewer, savepoint=False):
        rows = Duty.objects.filter(reader_id=viewer.reader_id, ends_at__gt=since, starts_at__lt=until)
        turns: dict[UUID, list[tuple[datetime, datetime]]] = {}
        for row in rows.order_by("starts_at")[:TURNS_READ_MAX]:
            turns.setdefault(row.user_id, []).append((row.starts_at, row.ends_at))
        desk = desks([viewer.reader_id], viewer)[viewer.reader_id]
    return Duties(desk, {user: tuple(spans) for user, spans in turns.items()})


def watched_bodies() -> list[UUID]:
    """Return the bodies whose people's looks are watched: those that take part.

    Nobody watches the commission, and private partners are shown nothing that they could look at.
    """
    kinds = (ReaderKind.SYSTEM, ReaderKind.COMMISSION, ReaderKind.PRIVATE_PARTNER)
    return list(Reader.objects.filter(pk__in=taking_part()).exclude(kind__in=kinds).values_list("pk", flat=True))


def steward_of(reader_id: UUID) -> Viewer:
    """Return the installation's own Viewer on behalf of a body, for watching over its looks and nothing else.

    It sees that body's own looks, for PostgreSQL shows it no others.
    """
    reader = Reader.objects.using("system").get(pk=reader_id)
    return Viewer(
        user_id=SYSTEM_USER_ID,
        reader_id=reader.id,
        reader_code=reader.code,
        reader_kind=ReaderKind(reader.kind),
        purpose=Purpose.SYSTEM,
        rights=frozenset({Right.AUDIT, Right.JUDGE_LOOKS}),
    )


def _colleague(user: User) -> Colleague:
    return Colleague(user.id, user.sign_in_name, user.display_name, user.reader_id, user.is_system)
