"""The keys by which a body puts its name to what it says: enrolled by two persons, rotated, rehearsed, revoked.

The private halves are with the body's agent and never here. Signatures that a key made while it held stay believed
when it is replaced or ends; after a revocation, those made before the moment from which it is void.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.members.models import BodyKey, MembershipChange, Reader
from liaison.apps.members.roles import HEADQUARTERS, needs_to_look_after
from liaison.apps.policies import public as policies
from liaison.ledger.canonical import Json, canonical_json, parse_json
from liaison.ledger.enrolments import Enrolment, parse_enrolment
from liaison.ledger.entries import parse_moment
from liaison.ledger.statements import REHEARSAL, decoded, parse_statement, thumbprint, verifies
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import ReaderKind, Right, Viewer

DAYS, REHEARSAL_DAYS = "members.key_days", "members.key_rehearsal_days"
REHEARSAL_FRESH = timedelta(days=7)
"""So long a paper of rehearsal may wait for whoever brings it in."""
REHEARSAL_LENGTH_MAX = 2_048
KEYS_SHOWN_MAX = 50
_FINGERPRINT_GROUP = 6


@dataclass(frozen=True, slots=True)
class BodyKeyCard:
    """One key of a body: its public half, and from when to when what it signs is believed."""

    id: UUID
    reader_id: UUID
    key_id: str
    signing_key: bytes
    need: int
    of: int
    enrolled_at: datetime
    expires_at: datetime
    rehearsed_at: datetime | None
    replaced_at: datetime | None
    revoked_at: datetime | None
    void_from: datetime | None
    rehearse_by: datetime
    read_at: datetime

    @property
    def believed_until(self) -> datetime:
        """Until when a signature must have been made to be believed."""
        ends = (self.expires_at, self.replaced_at, self.void_from)
        return min(end for end in ends if end is not None)

    @property
    def state(self) -> str:
        """`in_force`, `replaced`, `ended` or `revoked`."""
        if self.revoked_at:
            return "revoked"
        if self.replaced_at:
            return "replaced"
        return "in_force" if self.read_at < self.expires_at else "ended"

    @property
    def fingerprint(self) -> str:
        """The thumbprint in groups, for reading it to each other."""
        starts = range(0, len(self.key_id), _FINGERPRINT_GROUP)
        return " ".join(self.key_id[at : at + _FINGERPRINT_GROUP] for at in starts)

    @property
    def rehearsal_is_due(self) -> bool:
        """Whether the shares were not tried for too long."""
        return self.state == "in_force" and self.rehearse_by <= self.read_at

    def held_at(self, moment: datetime) -> bool:
        """Whether a signature of that moment is believed."""
        return self.enrolled_at <= moment < self.believed_until


def enrolment_findings(text: str, by: Viewer) -> list[Finding]:
    """Return what is wrong with a paper of enrolment that this viewer's body brings, in the viewer's transaction."""
    try:
        paper = parse_enrolment(text)
    except ValueError as error:
        return [_no_paper(str(error))]
    return [*_of_this_body(paper, by), *_follows(paper, by)]


def enrolment_document(text: str) -> dict[str, Json]:
    """Return what a proposed change keeps of a paper without findings."""
    paper = parse_enrolment(text)
    return {"key": paper.key_id, "paper": paper.to_text(), "old": paper.old, "need": paper.need, "of": paper.of}


def write_key(change: MembershipChange, *, by: Viewer) -> None:
    """Let the key of a decided change in, in the decider's transaction; the one it follows is replaced."""
    text = str(change.document["paper"])
    if findings := enrolment_findings(text, by):
        raise Refused(*findings)
    paper, moment = parse_enrolment(text), now()
    for old in BodyKey.objects.filter(reader_id=by.reader_id, replaced_at__isnull=True, revoked_at__isnull=True):
        BodyKey.objects.filter(pk=old.pk).update(replaced_at=moment)
        audit.record(_of_key("members.key_replaced", old, by=paper.key_id), by=by)
    key = BodyKey.objects.create(
        reader_id=by.reader_id,
        change=change,
        key_id=paper.key_id,
        signing_key=paper.signing_key,
        opening_key=paper.opening_key,
        shares_needed=paper.need,
        shares=paper.of,
        enrolled_at=moment,
        expires_at=moment + timedelta(days=policies.value(DAYS)),
    )
    content = canonical_json({"body": paper.body, "paper": text})
    draft = audit.EntryDraft(
        action="members.key_enrolled", subject=key.id, source=key.reader_id, kind="body_key@1", content=content
    )
    audit.record(draft, by=by)


def revoke_key(key_id: str, *, reason: str, by: Viewer, void_from: datetime | None = None) -> None:
    """Believe nothing that is signed with a key of one's own body from now on, or from an earlier moment on."""
    needs_to_look_after(by)
    with viewing(by):
        key = BodyKey.objects.select_for_update().filter(reader_id=by.reader_id, key_id=key_id).first()
        if key is None or key.revoked_at is not None:
            raise _no_such(key_id)
        moment = now()
        BodyKey.objects.filter(pk=key.pk).update(revoked_at=moment, void_from=min(void_from or moment, moment))
        audit.record(_of_key("members.key_revoked", key, reason=reason.strip()), by=by)


def note_rehearsal(text: str, *, by: Viewer) -> str:
    """Write down that enough shares restored a key of one's own body, as the restored key itself says; return its id.

    Raise Refused for a paper that is none, is of another key or too old, or was not signed by that key.
    """
    by.needs(Right.ADMINISTER_MEMBERS)
    said, signature = _rehearsal(text)
    with viewing(by):
        key = BodyKey.objects.select_for_update().filter(reader_id=by.reader_id, key_id=str(said["key"])).first()
        if key is None or key.revoked_at is not None or said["body"] != by.reader_code:
            raise _no_such(str(said["key"]))
        made_at, moment = parse_moment(str(said["at"])), now()
        fresh = moment - REHEARSAL_FRESH <= made_at <= moment + timedelta(hours=1)
        if not verifies(said, signature, bytes(key.signing_key)) or said["need"] != key.shares_needed or not fresh:
            raise Refused(_no_rehearsal())
        BodyKey.objects.filter(pk=key.pk).update(rehearsed_at=moment)
        audit.record(_of_key("members.key_rehearsed", key, need=key.shares_needed), by=by)
    return key.key_id


def body_keys(reader_ids: Collection[UUID], *, using: str = "default") -> list[BodyKeyCard]:
    """Return every key that these bodies ever had, newest first: public halves, which all may know.

    One whose thumbprint is not that of its key is left out: nobody enrolled that.
    """
    rows = list(BodyKey.objects.using(using).filter(reader_id__in=reader_ids).order_by("-enrolled_at", "-id"))
    if not rows:
        return []
    moment, days = now(using), timedelta(days=policies.value(REHEARSAL_DAYS))
    return [_card(row, moment, days) for row in rows if thumbprint(bytes(row.signing_key)) == row.key_id]


def key_in_force(reader_id: UUID) -> BodyKeyCard | None:
    """Return the key by which a body signs today; None where it has none."""
    return next((key for key in body_keys([reader_id]) if key.state == "in_force"), None)


def signers_of(source_ids: Collection[UUID], *, using: str = "default") -> Mapping[UUID, frozenset[UUID]]:
    """Return for each source the bodies whose signature is good for its records.

    A bureau signs for the agencies that it connects, headquarters for the partners whose lists it brings in.
    """
    rows = Reader.objects.using(using).filter(pk__in=source_ids).values_list("pk", "kind", "parent_id")
    found = {pk: (ReaderKind(kind), parent) for pk, kind, parent in rows}
    partners = any(kind is ReaderKind.PARTNER for kind, _ in found.values())
    headquarters = Reader.objects.using(using).get(code=HEADQUARTERS).pk if partners else None
    return {pk: frozenset(_signers(pk, kind, parent, headquarters)) for pk, (kind, parent) in found.items()}


def _signers(pk: UUID, kind: ReaderKind, parent: UUID | None, headquarters: UUID | None) -> Iterable[UUID]:
    yield parent if kind is ReaderKind.AGENCY and parent else pk
    if kind is ReaderKind.PARTNER and headquarters:
        yield headquarters


def _card(row: BodyKey, moment: datetime, days: timedelta) -> BodyKeyCard:
    return BodyKeyCard(
        id=row.pk,
        reader_id=row.reader_id,
        key_id=row.key_id,
        signing_key=bytes(row.signing_key),
        need=row.shares_needed,
        of=row.shares,
        enrolled_at=row.enrolled_at,
        expires_at=row.expires_at,
        rehearsed_at=row.rehearsed_at,
        replaced_at=row.replaced_at,
        revoked_at=row.revoked_at,
        void_from=row.void_from,
        rehearse_by=(row.rehearsed_at or row.enrolled_at) + days,
        read_at=moment,
    )


def _of_this_body(paper: Enrolment, by: Viewer) -> Iterable[Finding]:
    if paper.body != by.reader_code:
        yield _finding(
            "body",
            mark("The paper is of %(paper)s, and you are of %(own)s."),
            mark("Bring the paper of your own body's agent."),
            paper=paper.body[:20],
            own=by.reader_code,
        )
    if BodyKey.objects.filter(key_id=paper.key_id).exists():
        yield _finding(
            "known",
            mark("This key was enrolled before."),
            mark("Let the agent make a new one with “liaison agent rotate”."),
        )


def _follows(paper: Enrolment, by: Viewer) -> Iterable[Finding]:
    """A key in force names its successor itself; who lost it revokes it first, which all can see."""
    old = next((key for key in body_keys([by.reader_id]) if key.state == "in_force"), None)
    if old is not None and not paper.follows(old.signing_key):
        yield _finding(
            "rotation",
            mark("Your body has a key in force, and it does not name this one as its successor."),
            mark("Make the new one with “liaison agent rotate”; if the old one is lost, revoke it first."),
        )


def _rehearsal(text: str) -> tuple[Mapping[str, Json], bytes]:
    try:
        paper = parse_json(text[:REHEARSAL_LENGTH_MAX].encode())
        if not isinstance(paper, Mapping) or paper.keys() != {"statement", "signature"}:
            raise ValueError
        said = parse_statement(canonical_json(paper["statement"]))
        if said["type"] != REHEARSAL:
            raise ValueError
        return said, decoded(str(paper["signature"]))
    except ValueError:
        raise Refused(_no_rehearsal()) from None


def _of_key(action: str, key: BodyKey, **notes: Json) -> audit.EntryDraft:
    reason = notes.pop("reason", "")
    said: dict[str, Json] = {"key": key.key_id, **notes}
    if not reason:
        return audit.EntryDraft(action=action, subject=key.id, source=key.reader_id, notes=said)
    content = canonical_json({**said, "reason": reason})
    return audit.EntryDraft(action=action, subject=key.id, source=key.reader_id, kind="body_key@1", content=content)


def _finding(code: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(code=f"body_key.{code}", problem=problem, remedy=remedy, field="paper", values=values)


def _no_paper(detail: str) -> Finding:
    return _finding(
        "paper",
        mark("This is no paper of enrolment. %(detail)s"),
        mark("Give the file that “liaison agent init” or “liaison agent rotate” wrote."),
        detail=detail,
    )


def _no_rehearsal() -> Finding:
    return _finding(
        "rehearsal",
        mark("This paper does not show that enough shares restored the key within the last week."),
        mark("Run “liaison agent rehearse” with the officers who hold the shares, and bring what it prints."),
    )


def _no_such(key_id: str) -> Absent:
    return Absent(
        Finding(
            code="body_key.none",
            problem=mark("Your body has no key “%(key)s” that could still be used."),
            remedy=mark("Check it on the page of your body."),
            values={"key": key_id[:43]},
        )
    )
