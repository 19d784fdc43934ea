"""Who is who, and the making of Viewers."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.db.models import Q

from liaison.apps.members.models import SYSTEM_READER_ID, Reader, SigningKey, User
from liaison.apps.members.networks import admits
from liaison.apps.members.roles import LABELS, RIGHTS, Role
from liaison.apps.policies import public as policies
from liaison.databases import all_databases
from liaison.refusal import Finding, NotAllowed, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.membership import NEEDS_AGREEMENT, open_to
from liaison.rules.use import ADMINISTRATIVE_USE
from liaison.viewer import (
    ADMINISTRATIVE_RIGHTS,
    NO_DATABASE,
    PRIVATE_RIGHTS,
    Level,
    Purpose,
    ReaderKind,
    Right,
    Viewer,
)

_AUDIENCES_OF = """
select coalesce(array_agg(held.audience_id), '{}') from members_audience_reader held where held.reader_id = %s
"""
SYSTEM_USER_ID = UUID("00000000-0000-7000-8000-000000000002")


@dataclass(frozen=True, slots=True)
class ReaderCard:
    """What everybody may know of a reader."""

    id: UUID
    code: str
    name: str
    kind: ReaderKind
    country: str


@dataclass(frozen=True, slots=True)
class UserCard:
    """What a user sees of himself."""

    id: UUID
    sign_in_name: str
    display_name: str
    reader_code: str
    reader_name: str
    role_label: str


@dataclass(frozen=True, slots=True)
class SigningKeyCard:
    """A key by which the viewer's own body signs. `revoked_at` is None while it was not revoked."""

    key_id: str
    label: str
    public_key: bytes
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An account that is in force: its Viewer and role, and the moment of the answer.

    `first`: its password is one that somebody else has made. `stamp` changes with the password.
    """

    viewer: Viewer
    role: Role
    at: datetime
    first: bool
    stamp: str


def viewer_for(user_id: UUID, purpose: Purpose) -> Viewer | None:
    """Return the Viewer of an account, made afresh so that lost rights hold; None when it is not in force.

    The account, its body and the body's agreement have to be in force today: one function of the database says so.
    """
    standing = standing_of(user_id, purpose)
    return standing.viewer if standing else None


def standing_of(user_id: UUID, purpose: Purpose) -> Standing | None:
    """Return what there is to know of an account before it does anything; None when it is not in force."""
    with connection.cursor() as cursor:
        cursor.execute("select * from members_viewer_row(%s)", [user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    found_id, display_name, role, level, reader_id, code, kind_name, country, queries, enters, at, first, stamp = row
    kind = ReaderKind(kind_name)
    asked, entered = _opened(kind, _named(queries), _named(enters))
    rights = RIGHTS[Role(role)]
    if purpose is Purpose.ADMINISTRATIVE and not administrative_use():
        return None
    if purpose is Purpose.ADMINISTRATIVE or kind is ReaderKind.PRIVATE_PARTNER:
        asked, entered = NO_DATABASE, NO_DATABASE
        rights &= PRIVATE_RIGHTS if kind is ReaderKind.PRIVATE_PARTNER else ADMINISTRATIVE_RIGHTS
    viewer = Viewer(
        user_id=found_id,
        reader_id=reader_id,
        reader_code=code,
        reader_kind=kind,
        purpose=purpose,
        rights=rights,
        level=Level(level),
        country=country,
        user_name=display_name,
        queries=asked,
        enters=entered,
    )
    return Standing(viewer, Role(role), at, first, stamp)


def _opened(
    kind: ReaderKind, queries: frozenset[str], enters: frozenset[str]
) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Return the databases that a body may ask and enter into; None is every one (RPD art. 54 to 56)."""
    most = open_to(kind)
    if kind in NEEDS_AGREEMENT:
        return most & queries, enters
    return None if most == frozenset(all_databases()) else most, None


def _named(lists: str | list[list[str]]) -> frozenset[str]:
    """Return the databases that several agreements name together."""
    read: list[list[str]] = json.loads(lists) if isinstance(lists, str) else lists
    return frozenset(name for names in read for name in names)


def administrative_use() -> bool:
    """Whether the policy has administrative use on."""
    return policies.value(ADMINISTRATIVE_USE) == 1


def for_purpose(viewer: Viewer, purpose: Purpose) -> Viewer:
    """Return the same user's Viewer for another purpose; administrative use takes what opens police data from him.

    Raise NotAllowed for administrative use where the policy has it off, and for the way back from it: what was taken
    is not known any more.
    """
    assert purpose is not Purpose.SYSTEM, "no user works for the installation's own purpose"
    if purpose is viewer.purpose:
        return viewer
    if viewer.purpose is Purpose.ADMINISTRATIVE:
        raise NotAllowed(_stays_apart())
    if purpose is not Purpose.ADMINISTRATIVE:
        return replace(viewer, purpose=purpose)
    if not administrative_use():
        raise NotAllowed(administrative_use_is_off())
    rights = viewer.rights & ADMINISTRATIVE_RIGHTS
    return replace(viewer, purpose=purpose, rights=rights, queries=NO_DATABASE, enters=NO_DATABASE)


def viewer_by_name(sign_in_name: str, purpose: Purpose) -> Viewer | None:
    """Return the Viewer of the user of that sign-in name, or None."""
    known = _credentials(sign_in_name)
    return viewer_for(known[0], purpose) if known else None


def name_is_taken(sign_in_name: str) -> bool:
    """Whether somebody, in whatever body, signs in with this name."""
    return _credentials(sign_in_name) is not None


def _credentials(sign_in_name: str) -> tuple[UUID, str, bool] | None:
    """Return id, hashed password and whether it is a system's account, of exactly this name.

    Before anybody is known, nothing else is to be read.
    """
    with connection.cursor() as cursor:
        cursor.execute("select user_id, password, is_system from members_credentials(%s)", [sign_in_name.casefold()])
        row = cursor.fetchone()
    return (row[0], row[1], row[2]) if row else None


def system_viewer() -> Viewer:
    """Return the installation's own Viewer, which founds membership and sees no police data."""
    return Viewer(
        user_id=SYSTEM_USER_ID,
        reader_id=SYSTEM_READER_ID,
        reader_code="SYSTEM",
        reader_kind=ReaderKind.SYSTEM,
        purpose=Purpose.SYSTEM,
        rights=frozenset({Right.ADMINISTER_MEMBERS, Right.APPROVE_MEMBERS, Right.ADMIT_MEMBERS}),
    )


def custodian_of(reader_id: UUID, *, also: Collection[Right] = (), level: Level = Level.OFFICIAL_USE) -> Viewer:
    """Return the installation's own Viewer on behalf of a body, for what a rule does by itself when time is over.

    It may read and erase what that body answers for: to withdraw it in time, or to have it signed late. For the
    latter it is given rights besides, and the level of what the body's people said.
    """
    reader = Reader.objects.using("system").get(pk=reader_id)
    return Viewer(
        user_id=SYSTEM_USER_ID,
        reader_id=reader.id,
        reader_code=reader.code,
        reader_kind=ReaderKind(reader.kind),
        purpose=Purpose.SYSTEM,
        rights=frozenset({Right.READ_RECORDS, Right.ERASE_RECORDS, *also}),
        level=level,
    )


def check_sign_in(sign_in_name: str, password: str) -> UUID | None:
    """Return the id of the account whose name and password these are; an unknown name costs as much time.

    Whether the account is in force says `viewer_for`. A system account has no password.
    """
    known = _credentials(sign_in_name)
    if known is None or known[2]:
        make_password(password)
        return None
    return known[0] if check_password(password, known[1]) else None


def own_name(viewer: Viewer) -> str:
    """Return one's own sign-in name."""
    with viewing(viewer):
        return User.objects.filter(pk=viewer.user_id).values_list("sign_in_name", flat=True).get()


def viewer_of_token(digest: bytes, address: str = "") -> Viewer | None:
    """Return the Viewer of a live token that this address may use, with no more rights than the token; else None."""
    with connection.cursor() as cursor:
        cursor.execute("select user_id, purpose, rights, networks from members_token(%s)", [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    user_id, purpose, rights, networks = row
    standing = standing_of(user_id, Purpose(purpose)) if admits(_listed(networks) or [], address) else None
    if standing is None or standing.first:
        return None
    scope = _listed(rights)
    viewer = standing.viewer
    return viewer if scope is None else replace(viewer, rights=viewer.rights & {Right(one) for one in scope})


def _listed(value: str | list[str] | None) -> list[str] | None:
    """Return a list that the database keeps as JSON, or None where it keeps none."""
    return json.loads(value) if isinstance(value, str) else value


def readers(ids: Sequence[UUID]) -> dict[UUID, ReaderCard]:
    """Return the cards of these readers."""
    return {reader.id: card_of(reader) for reader in Reader.objects.filter(pk__in=set(ids))}


def readers_known_to(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, ReaderCard]:
    """Return the cards under which this viewer knows these bodies: another bureau's agency is its bureau to him."""
    rows = Reader.objects.select_related("parent").filter(pk__in=set(ids))
    return {row.id: card_of(row.parent if row.parent and _is_of_others(row, viewer) else row) for row in rows}


def _is_of_others(agency: Reader, viewer: Viewer) -> bool:
    overlooks = viewer.may(Right.OVERSEE) or viewer.may(Right.ADMIT_MEMBERS)
    return viewer.reader_id not in (agency.id, agency.parent_id) and not overlooks


def reader_by_code(code: str) -> ReaderCard:
    """Return the card of the reader of that code; raise Refused when there is none."""
    reader = Reader.objects.filter(code=code).first()
    if reader is None:
        raise Refused(
            Finding(
                code="members.no_reader",
                problem=mark("No member has the code “%(code)s”."),
                remedy=mark("Check it in the list of members."),
                values={"code": code[:12]},
            )
        )
    return card_of(reader)


def has_joined(code: str) -> bool:
    """Whether a body of this code ever joined."""
    return Reader.objects.filter(code=code).exists()


def bureau_codes() -> list[str]:
    """Return the codes of all bureaus that take part, sorted."""
    bureaus = Reader.objects.filter(kind=ReaderKind.BUREAU, pk__in=taking_part())
    return sorted(bureaus.values_list("code", flat=True))


def taking_part() -> list[UUID]:
    """Return the bodies that take part today: not ended, not suspended, under an agreement where they need one."""
    with connection.cursor() as cursor:
        cursor.execute("select members_taking_part()")
        return [row[0] for row in cursor.fetchall()]


def users(viewer: Viewer) -> list[UserCard]:
    """Return the users of the viewer's own body and of the agencies that it connects."""
    with viewing(viewer, savepoint=False):
        own = Q(reader_id=viewer.reader_id) | Q(reader__parent_id=viewer.reader_id)
        found = User.objects.select_related("reader").filter(own, is_active=True).order_by("sign_in_name")
        return [_user_card(user) for user in found]


def _user_card(user: User) -> UserCard:
    """Return what a user sees of himself."""
    return UserCard(
        user.id, user.sign_in_name, user.display_name, user.reader.code, user.reader.name, LABELS[Role(user.role)]
    )


def audiences_of(viewer: Viewer) -> frozenset[int]:
    """Return the ids of all audiences that hold the viewer's reader."""
    with viewing(viewer, savepoint=False), connection.cursor() as cursor:
        # As one value: thousands of rows of one number each take ten times as long to read.
        cursor.execute(_AUDIENCES_OF, [viewer.reader_id])
        return frozenset(cursor.fetchone()[0])


def hidden_sources() -> frozenset[UUID]:
    """Return the bodies that have ended and whose records nobody else sees until it is decided."""
    hidden = Reader.objects.filter(records_hidden_at__isnull=False)
    return frozenset(hidden.values_list("pk", flat=True))


def signing_keys(viewer: Viewer) -> list[SigningKeyCard]:
    """Return every key that the viewer's own body ever added, newest first."""
    with viewing(viewer):
        rows = SigningKey.objects.filter(reader_id=viewer.reader_id).order_by("-created_at", "-id")
        return [_key_card(key) for key in rows]


def live_signing_key(key_id: str, viewer: Viewer) -> SigningKeyCard | None:
    """Return the key of that name if the viewer's own body may sign with it today; None for any other."""
    with viewing(viewer):
        key = SigningKey.objects.filter(
            reader_id=viewer.reader_id, key_id=key_id, revoked_at__isnull=True, expires_at__gt=now()
        ).first()
    return _key_card(key) if key else None


def card_of(reader: Reader) -> ReaderCard:
    """Return what everybody may know of a reader."""
    return ReaderCard(reader.id, reader.code, reader.name, ReaderKind(reader.kind), reader.country)


def _stays_apart() -> Finding:
    return Finding(
        code="use.administrative_stays_apart",
        problem=mark("Administrative use opens no police data and does not turn into a police purpose."),
        remedy=mark("Sign in again for the police purpose."),
        source=f"policy: {ADMINISTRATIVE_USE}",
        field="purpose",
    )


def administrative_use_is_off() -> Finding:
    """Return what is said where the policy value has administrative use off."""
    return Finding(
        code="use.administrative_is_off",
        problem=mark("This installation is not used for administration, accounting or research."),
        remedy=mark("Choose the police purpose that you work for; two policy officers may open administrative use."),
        source=f"policy: {ADMINISTRATIVE_USE}",
        field="purpose",
    )


def _key_card(key: SigningKey) -> SigningKeyCard:
    return SigningKeyCard(
        key.key_id, key.label, bytes(key.public_key), key.created_at, key.expires_at, key.revoked_at
    )
