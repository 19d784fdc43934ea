"""Regions, programmes and lists of bodies, and whom an audience that names them holds (RPD art. 58).

Whoever joins a group sees what its audiences hold: adding takes two persons, taking out one. The secretariat keeps
regions and programmes, known to all; a body keeps lists of its own, known to itself.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from uuid import UUID

from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.members.audiences import ALL, LIST, Named, canonical, parse
from liaison.apps.members.models import Group, GroupMember, MembershipChange, Reader
from liaison.apps.members.roles import HEADQUARTERS, needs_to_look_after
from liaison.ledger.canonical import Json, canonical_json
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import ReaderKind, Viewer

NAME_LENGTH_MAX = 120
CODE_LENGTH_MAX = 20
MEMBERS_MAX = 400


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group that the viewer may name, with the codes of its bodies; `is_own`: his body keeps it."""

    kind: str
    code: str
    name: str
    bodies: tuple[str, ...]
    is_own: bool

    @property
    def expression(self) -> str:
        """How an audience names it."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom an expression holds at this moment: bureaus and other bodies by code, and one's own agencies.

    Agencies of other bureaus see what their bureau sees and are not listed. `missing` are bureaus that take part and
    are not held: whom a restriction keeps out.
    """

    expression: str
    holds: tuple[str, ...]
    missing: tuple[str, ...]


def found_regions() -> int:
    """Make the regions of the world that are not there yet, with their bureaus; return how many."""
    known = set(Group.objects.filter(kind=Group.Kind.REGION).values_list("code", flat=True))
    readers = dict(Reader.objects.filter(kind=ReaderKind.BUREAU).values_list("code", "id"))
    owner = Reader.objects.get(code=HEADQUARTERS)
    made = 0
    for code, said in _regions().items():
        if code in known:
            continue
        group = Group.objects.create(kind="region", code=code, name=said["name"], owner=owner, made_at=now())
        GroupMember.objects.bulk_create(
            GroupMember(group=group, reader_id=readers[one]) for one in said["countries"].split() if one in readers
        )
        made += 1
    return made


def join_regions(body: Reader) -> None:
    """Put a bureau that joins into the regions of its country, in the decider's transaction."""
    if body.kind != ReaderKind.BUREAU:
        return
    named = [code for code, said in _regions().items() if body.code in said["countries"].split()]
    there = Group.objects.filter(kind=Group.Kind.REGION, code__in=named, ended_at__isnull=True)
    for group in there.exclude(members__reader=body):
        GroupMember.objects.create(group=group, reader=body)


def groups(viewer: Viewer) -> list[GroupCard]:
    """Return the groups that this viewer may name: regions, programmes, and his own body's lists."""
    with viewing(viewer):
        rows = list(Group.objects.filter(ended_at__isnull=True).order_by("kind", "code"))
        held: dict[UUID, list[str]] = {}
        for group_id, code in GroupMember.objects.order_by("reader__code").values_list("group_id", "reader__code"):
            held.setdefault(group_id, []).append(code)
    return [
        GroupCard(row.kind, row.code, row.name, tuple(held.get(row.id, ())), row.owner_id == viewer.reader_id)
        for row in rows
    ]


def findings_of_group(kind: str, code: str, name: str, bodies: Sequence[str], by: Viewer) -> list[Finding]:
    """Return what is wrong with a group that this viewer's body would keep."""
    return [*_who_keeps(kind, code, by), *_named(code, name), *_bodies(bodies)]


def write_group(change: MembershipChange, *, by: Viewer) -> None:
    """Make or change the group of a decided change in the decider's transaction, and tell the audiences."""
    said = change.document
    if findings := findings_of_group(said["kind"], change.code, said["name"], said["bodies"], by):
        raise Refused(*findings)
    again = Group.objects.filter(kind=said["kind"], code=change.code, ended_at__isnull=False).exists()
    group, _ = Group.objects.update_or_create(
        kind=said["kind"],
        code=change.code,
        defaults={"name": said["name"], "ended_at": None},
        create_defaults={"name": said["name"], "owner": change.asker, "made_at": now()},
    )
    wanted = dict(Reader.objects.filter(code__in=said["bodies"]).values_list("id", "code"))
    there = set(GroupMember.objects.filter(group=group).values_list("reader_id", flat=True))
    GroupMember.objects.filter(group=group).exclude(reader__in=wanted).delete()
    GroupMember.objects.bulk_create(GroupMember(group=group, reader_id=one) for one in wanted if one not in there)
    _record("members.group_changed", group, [*sorted(wanted.values())], by)
    expand_audiences(there | wanted.keys() if again else there ^ wanted.keys())


def take_out(kind: str, code: str, body: str, *, by: Viewer) -> None:
    """Take a body out of a group of one's own at once; it sees nothing any more that it saw through the group."""
    needs_to_look_after(by)
    with viewing(by):
        group = _own_group(kind, code, by)
        if _excludes(group):
            raise Refused(_would_see_more())
        taken, _ = GroupMember.objects.filter(group=group, reader__code=body).delete()
        if not taken:
            raise _not_in_it(body)
        left: list[Json] = [*GroupMember.objects.filter(group=group).values_list("reader__code", flat=True)]
        _record("members.group_changed", group, left, by)
        expand_audiences(Reader.objects.filter(code=body).values_list("id", flat=True))


def end_group(kind: str, code: str, *, by: Viewer) -> None:
    """End a group of one's own at once: an audience that names it holds nobody through it from now on.

    What an audience takes away by it stays as it is on this day, so that nobody sees more. Records that name it are
    listed to their sources. Made again under the same code, by two persons, it is what they then say.
    """
    needs_to_look_after(by)
    with viewing(by):
        group = _own_group(kind, code, by)
        with connection.cursor() as cursor:
            cursor.execute("select members_end_group(%s)", [group.id])
        _record("members.group_ended", group, [], by)
        expand_audiences(GroupMember.objects.filter(group=group).values_list("reader_id", flat=True))


def audiences_of_ended(viewer: Viewer) -> list[int]:
    """Return the ids of audiences that name a group which has ended and which this viewer knew."""
    with viewing(viewer, savepoint=False), connection.cursor() as cursor:
        cursor.execute("select members_audiences_of_ended()")
        return [row[0] for row in cursor.fetchall()]


def expand_audiences(changed: Iterable[UUID] | None = None) -> None:
    """Work out anew which audiences hold these bodies and the agencies that they connect; everybody if None is given.

    In the caller's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("select members_expand_audiences(%s)", [None if changed is None else list(changed)])


def audience_findings(expression: str, viewer: Viewer) -> list[Finding]:
    """Return what is wrong with an expression: that it is none, or names whom this viewer does not know."""
    try:
        parsed = parse(expression)
    except Refused as refused:
        return list(refused.findings)
    named = {one for one in parsed.adds | parsed.less if one.kind != ALL}
    if not named:
        return []
    with viewing(viewer, savepoint=False):
        codes = [one.code for one in named if one.kind == LIST]
        known = {Named(LIST, code) for code in Reader.objects.filter(code__in=codes).values_list("code", flat=True)}
        if groups_named := [one.code for one in named if one.kind != LIST]:
            rows = Group.objects.filter(code__in=groups_named, ended_at__isnull=True).values_list("kind", "code")
            known |= {Named(kind, code) for kind, code in rows}
    return [_unknown(one) for one in sorted(named - known)]


def preview(expression: str, viewer: Viewer) -> Preview:
    """Return whom an expression holds now, as the very function says that is asked when a record is entered.

    Raise Refused for what is no audience.
    """
    if findings := audience_findings(expression, viewer):
        raise Refused(*findings)
    with viewing(viewer), connection.cursor() as cursor:
        cursor.execute("select members_preview(%s)", [canonical(expression)])
        held = [row[0] for row in cursor.fetchall()]
        holds = sorted(Reader.objects.filter(pk__in=held).values_list("code", flat=True))
        cursor.execute("select members_taking_part()")
        part = [row[0] for row in cursor.fetchall()]
        bureaus = Reader.objects.filter(pk__in=part, kind=ReaderKind.BUREAU).exclude(pk__in=held)
        missing = sorted(bureaus.exclude(pk=viewer.reader_id).values_list("code", flat=True))
    return Preview(canonical(expression), tuple(holds), tuple(missing))


def audience_digest(audience_id: int) -> str:
    """Return the digest of whom an audience holds: SHA-256 of the sorted ids of its readers, joined by commas."""
    with connection.cursor() as cursor:
        cursor.execute("select members_audience_digest(%s)", [audience_id])
        return str(cursor.fetchone()[0])


def _regions() -> dict[str, dict[str, str]]:
    """Return the regions of the world as they are packaged: name and countries by code."""
    text = resources.files("liaison.apps.members").joinpath("data/regions.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)["regions"]
    return found


def _who_keeps(kind: str, code: str, by: Viewer) -> Iterable[Finding]:
    if kind not in Group.Kind.values:
        yield _finding("kind", mark("There is no such kind of group."), mark("Choose one from the list."))
    elif kind != Group.Kind.GROUP and by.reader_code != HEADQUARTERS:
        yield _finding(
            "kind", mark("The secretariat keeps regions and programmes."), mark("Keep a list of your own instead.")
        )
    elif kind == Group.Kind.GROUP and not code.startswith(f"{by.reader_code}-"):
        yield _finding(
            "code",
            mark("The code of your list begins with %(start)s."),
            mark("Put your body's code and a hyphen before it."),
            start=f"{by.reader_code}-",
        )


def _named(code: str, name: str) -> Iterable[Finding]:
    try:
        fits = len(code) <= CODE_LENGTH_MAX and canonical(f"{LIST}:{code}") == f"{LIST}:{code}"
    except Refused:
        fits = False
    if not fits:
        yield _finding(
            "code",
            mark("“%(code)s” is no code of a group."),
            mark("Use up to 20 capital letters, digits and hyphens, beginning with a letter."),
            code=code[:24],
        )
    if not 0 < len(name.strip()) <= NAME_LENGTH_MAX:
        yield _finding(
            "name",
            mark("The name of a group has 1 to %(most)s characters."),
            mark("Write what it is called."),
            most=NAME_LENGTH_MAX,
        )


def _bodies(bodies: Sequence[str]) -> Iterable[Finding]:
    if not 0 < len(bodies) <= MEMBERS_MAX:
        yield _finding(
            "bodies",
            mark("A group has 1 to %(most)s bodies."),
            mark("Write their codes, with commas between."),
            most=MEMBERS_MAX,
        )
    known = set(Reader.objects.filter(code__in=bodies, parent__isnull=True).values_list("code", flat=True))
    if unknown := sorted(set(bodies) - known - {"SYSTEM"}):
        yield _finding(
            "bodies",
            mark("No member has the code “%(code)s”."),
            mark("Check it in the list of members; agencies come with their bureau."),
            code=unknown[0][:20],
        )


def _own_group(kind: str, code: str, by: Viewer) -> Group:
    group = Group.objects.filter(kind=kind, code=code, owner_id=by.reader_id, ended_at__isnull=True).first()
    if group is None:
        raise _no_such_group(code)
    return group


def _excludes(group: Group) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select members_group_excludes(%s)", [group.id])
        return bool(cursor.fetchone()[0])


def _record(action: str, group: Group, bodies: list[Json], by: Viewer) -> None:
    content = canonical_json({"kind": group.kind, "code": group.code, "name": group.name, "bodies": bodies})
    draft = audit.EntryDraft(action=action, subject=group.id, source=group.owner_id, kind="group@1", content=content)
    audit.record(draft, by=by)


def _finding(field: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(code=f"group.{field}", problem=problem, remedy=remedy, field=field, values=values)


def _unknown(named: Named) -> Finding:
    return Finding(
        code="audience.unknown",
        problem=mark("Nobody is called “%(name)s”, so the audience says something else than it seems to."),
        remedy=mark("Check it in the list of members, or among regions, programmes and your own lists."),
        source="policy: audience",
        field="audience",
        values={"name": str(named)},
    )


def _would_see_more() -> Finding:
    return Finding(
        code="group.would_see_more",
        problem=mark(
            "An audience takes this group away: whoever leaves it would see more, and that takes two persons."
        ),
        remedy=mark("Propose the other bodies of the group; another person decides."),
        source="policy: two_persons",
    )


def _no_such_group(code: str) -> Absent:
    return Absent(
        Finding(
            code="group.none",
            problem=mark("Your body keeps no group “%(code)s”."),
            remedy=mark("Check the code in the list of groups."),
            values={"code": code[:24]},
        )
    )


def _not_in_it(body: str) -> Absent:
    return Absent(
        Finding(
            code="group.not_in_it",
            problem=mark("“%(code)s” is not in this group."),
            remedy=mark("It may have been taken out already."),
            values={"code": body[:20]},
        )
    )
