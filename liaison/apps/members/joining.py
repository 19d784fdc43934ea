"""How bodies join, are connected, suspended and end: widening takes two persons, narrowing one (RPD art. 21, 27, 28).

A proposed change keeps what would be done; whoever decides it does it, in one transaction with its entries.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, connection

from liaison.apps.audit import public as audit
from liaison.apps.members import people
from liaison.apps.members.groups import findings_of_group, found_regions, write_group
from liaison.apps.members.models import (
    REASON_LENGTH_MAX,
    SYSTEM_READER_ID,
    Agreement,
    Deputy,
    MembershipChange,
    Reader,
    Suspension,
    User,
)
from liaison.apps.members.queries import system_viewer, taking_part
from liaison.apps.members.roles import Role
from liaison.apps.policies import public as policies
from liaison.identifiers import countries
from liaison.ledger.canonical import Json, canonical_json
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.rules.membership import NEEDS_AGREEMENT, Terms, review
from liaison.viewer import ReaderKind, Right, Viewer

REASON_LENGTH_MIN = 10
BODY_NAME_LENGTH_MAX = 200
YEARS_MAX, SUSPENSION_DAYS, PROPOSAL_DAYS = (
    "members.agreement_years_max",
    "members.suspension_days_max",
    "members.proposal_days",
)
ADMITTED_KINDS = (
    ReaderKind.BUREAU,
    ReaderKind.REGIONAL_BODY,
    ReaderKind.PARTNER,
    ReaderKind.PRIVATE_PARTNER,
    ReaderKind.SECRETARIAT,
)
"""Bodies that the secretariat admits; agencies are connected by their bureau, and there is one commission."""
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
_CODE_LENGTH_MAX = 12

_BODIES = (
    ("XS", ReaderKind.SECRETARIAT, "Secretariat", None),
    ("XC", ReaderKind.COMMISSION, "Commission for the control of files", None),
    ("UN", ReaderKind.PARTNER, "United Nations Security Council", None),
    ("US-OFAC", ReaderKind.PARTNER, "United States Treasury, Office of Foreign Assets Control", None),
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A body that would join: its code, what it is and what it is called; `country` is ISO 3166 alpha-2 or empty."""

    code: str
    kind: ReaderKind
    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who would be the first administrator of a body."""

    sign_in_name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a change; `password` is that of a new administrator, shown this once."""

    status: str
    code: str
    sign_in_name: str = ""
    password: str = ""


def found(*, invented: bool = False) -> int:
    """Bring in the secretariat, the commission, who publishes lists, and a bureau for each country.

    Returns how many joined; run again it brings in only what is missing. `invented` adds the bureaus of the invented
    countries QM to QZ, for demo homes and tests. Who publishes lists takes no part without an agreement.
    """
    by = system_viewer()
    wanted = [*_BODIES, *_bureaus(invented=invented)]
    with viewing(by):
        if not Reader.objects.filter(pk=SYSTEM_READER_ID).exists():
            Reader.objects.create(
                id=SYSTEM_READER_ID, code="SYSTEM", kind=ReaderKind.SYSTEM, name="This installation", joined_at=now()
            )
        known, at = set(Reader.objects.values_list("code", flat=True)), now()
        joined = [
            Reader(
                id=new_id(),
                code=code,
                kind=kind,
                name=name,
                country=country or "",
                joined_at=at,
                took_part=kind not in NEEDS_AGREEMENT,
            )
            for code, kind, name, country in wanted
            if code not in known
        ]
        Reader.objects.bulk_create(joined)
        audit.record_many([_of_body("members.joined", reader) for reader in joined], by=by)
        if found_regions() or joined:
            _expand_audiences()
    return len(joined)


def appoint_first_officers(officers: Sequence[Person]) -> list[Decided]:
    """Give the secretariat its first membership officers, two at least, and return their passwords.

    Only whoever runs the machine can ask for it, and only while the secretariat has nobody: from then on its own
    people look after each other.
    """
    by = system_viewer()
    if len(officers) < 2:
        raise Refused(_two_officers())
    with viewing(by):
        body = Reader.objects.get(code="XS")
        if User.objects.filter(reader=body).exists():
            raise Refused(_not_the_first())
        job = people.Job(Role.MEMBERSHIP_OFFICER)
        made = []
        for one in officers:
            password = people.first_password()
            user = people.create(one.sign_in_name, one.display_name, body=body, job=job, password=password, by=by)
            made.append(Decided(MembershipChange.Status.APPROVED.value, body.code, user.sign_in_name, password))
    return made


def propose_admission(
    newcomer: Newcomer, *, administrator: Person, reason: str, by: Viewer, terms: Terms | None = None
) -> UUID:
    """Propose that a country, an international body or a unit of the secretariat joins; another person decides."""
    by.needs(Right.ADMIT_MEMBERS)
    with viewing(by):
        findings = [*_newcomer_findings(newcomer), *_terms_findings(terms, newcomer.kind)]
        if newcomer.kind not in ADMITTED_KINDS:
            findings.append(_not_admitted())
        document: dict[str, Json] = {
            "kind": newcomer.kind.value,
            "name": newcomer.name.strip(),
            "country": newcomer.country,
            "terms": _as_json(terms),
            "administrator": _person_json(administrator),
        }
        return _propose(MembershipChange.Verb.ADMIT, newcomer.code, document, reason=reason, by=by, findings=findings)


def propose_connection(code: str, name: str, *, terms: Terms, reason: str, by: Viewer) -> UUID:
    """Propose to connect a national entity through its bureau; another person of the bureau decides (RPD art. 21)."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        newcomer = Newcomer(code, ReaderKind.AGENCY, name, by.country)
        findings = [*_newcomer_findings(newcomer), *_terms_findings(terms, ReaderKind.AGENCY)]
        if by.reader_kind is not ReaderKind.BUREAU:
            findings.append(_only_a_bureau())
        if not code.startswith(f"{by.reader_code}-"):
            findings.append(_not_of_the_bureau(by.reader_code))
        document: dict[str, Json] = {"name": name.strip(), "terms": _as_json(terms)}
        return _propose(MembershipChange.Verb.CONNECT, code, document, reason=reason, by=by, findings=findings)


def propose_renewal(code: str, *, terms: Terms, reason: str, by: Viewer) -> UUID:
    """Propose a new agreement with a body that has joined: it takes the place of the old one when it is decided."""
    with viewing(by):
        body = _body_to_change(code, by)
        findings = _terms_findings(terms, ReaderKind(body.kind))
        return _propose(
            MembershipChange.Verb.RENEW, code, {"terms": _as_json(terms)}, reason=reason, by=by, findings=findings
        )


def propose_administrator(code: str, *, administrator: Person, reason: str, by: Viewer) -> UUID:
    """Propose an administrator for a body that has none; a body that has one looks after its own people."""
    by.needs(Right.ADMIT_MEMBERS)
    with viewing(by):
        body = _body_to_change(code, by)
        findings = [_has_an_administrator()] if _administrators(body) else []
        document: dict[str, Json] = {"administrator": _person_json(administrator)}
        return _propose(MembershipChange.Verb.APPOINT, code, document, reason=reason, by=by, findings=findings)


def propose_resumption(code: str, *, reason: str, by: Viewer) -> UUID:
    """Propose to lift a body's suspension; another person decides."""
    with viewing(by):
        body = _body_to_change(code, by)
        open_ones = Suspension.objects.filter(reader=body, lifted_at__isnull=True)
        findings = [] if open_ones.exists() else [_not_suspended()]
        return _propose(MembershipChange.Verb.RESUME, code, {}, reason=reason, by=by, findings=findings)


def propose_group(kind: str, code: str, name: str, bodies: Sequence[str], *, reason: str, by: Viewer) -> UUID:
    """Propose a region, a programme or a list of one's own, or other bodies in it; another person decides."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        wanted = sorted({one.strip() for one in bodies if one.strip()})
        findings = findings_of_group(kind, code, name, wanted, by)
        document: dict[str, Json] = {"kind": kind, "name": name.strip(), "bodies": [*wanted]}
        return _propose(MembershipChange.Verb.GROUP, code, document, reason=reason, by=by, findings=findings)


def propose_deputy(code: str, *, starts_on: date, ends_on: date, reason: str, by: Viewer) -> UUID:
    """Ask another bureau to stand in while one's own desk is closed; somebody over there decides."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        deputy = Reader.objects.filter(code=code, pk__in=taking_part(), kind=ReaderKind.BUREAU).first()
        if deputy is None or deputy.id == by.reader_id:
            raise _no_such_body(code)
        findings = _deputy_findings(starts_on, ends_on)
        document: dict[str, Json] = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        return _propose(
            MembershipChange.Verb.DEPUTISE,
            code,
            document,
            reason=reason,
            by=by,
            findings=findings,
            decider_id=deputy.id,
        )


def decide(change_id: UUID, *, approve: bool, by: Viewer) -> Decided:
    """Approve or reject a proposed change; whoever proposed it never decides it."""
    by.needs(Right.APPROVE_MEMBERS)
    with viewing(by):
        asked = MembershipChange.objects.select_related("asker", "decider").filter(decider_id=by.reader_id)
        own = asked.filter(pk=change_id, proposed_by=by.user_id).exists()
        if own:  # the database would not even lock it for him
            raise Refused(_two_persons())
        change = asked.select_for_update(of=("self",)).filter(pk=change_id).first()
        if change is None:
            raise _no_such_change()
        if change.status != MembershipChange.Status.PROPOSED or change.expires_at <= now():
            raise Refused(_decided_before())
        change.status = MembershipChange.Status.APPROVED if approve else MembershipChange.Status.REJECTED
        change.decided_by, change.decided_at = by.user_id, now()
        change.save(update_fields=["status", "decided_by", "decided_at"])
        audit.record(_of_change(f"members.{change.status}", change), by=by)
        if not approve:
            return Decided(change.status, change.code)
        return _DONE_BY[MembershipChange.Verb(change.verb)](change, by)


def suspend(code: str, *, reason: str, by: Viewer, days: int | None = None) -> None:
    """Let a body take no part from this moment on (RPD art. 21 and 131).

    A bureau suspends its agencies until it lifts that again; the secretariat suspends any other body for some days.
    """
    _check_reason(reason)
    with viewing(by):
        body = _body_to_change(code, by, or_supervises=True)
        until = None if body.kind == ReaderKind.AGENCY else now() + timedelta(days=_suspension_days(days))
        moment = now()
        Suspension.objects.filter(reader=body, lifted_at__isnull=True, until__lte=moment).update(lifted_at=moment)
        if Suspension.objects.filter(reader=body, lifted_at__isnull=True).exists():
            raise Refused(_suspended_already())
        Suspension.objects.create(
            reader=body, began_at=moment, began_by=by.user_id, until=until, reason=reason.strip()[:REASON_LENGTH_MAX]
        )
        audit.record(_of_body("members.suspended", body, reason=reason), by=by)
        settle([body], by=by)


def disconnect(code: str, *, reason: str, by: Viewer) -> None:
    """End the connection of an agency of the bureau's own at once; its records and their history stay."""
    _check_reason(reason)
    with viewing(by):
        body = _body_to_change(code, by, or_supervises=True)
        if body.kind != ReaderKind.AGENCY:
            raise Refused(_only_agencies_are_disconnected())
        Reader.objects.filter(pk=body.pk).update(ended_at=now())
        Agreement.objects.filter(reader=body, ended_at__isnull=True).update(ended_at=now())
        audit.record(_of_body("members.ended", body, reason=reason), by=by)
        settle([body], by=by)


def settle(bodies: Sequence[Reader], *, by: Viewer) -> list[str]:
    """Write down which of these bodies begin or cease to take part, and tell the audiences; return their codes."""
    part = set(taking_part())
    changed = [body for body in bodies if body.took_part != (body.id in part)]
    for body in changed:
        body.took_part = body.id in part
        Reader.objects.filter(pk=body.pk).update(took_part=body.took_part)
    actions = {True: "members.takes_part", False: "members.takes_no_part"}
    audit.record_many([_of_body(actions[body.took_part], body) for body in changed], by=by)
    if changed:
        _expand_audiences()
    return sorted(body.code for body in changed)


def keep_time() -> list[str]:
    """Write down what time has ended or begun: agreements, suspensions, accounts, proposals nobody decided.

    Access itself needs no such look: it ends on the day. Of several that look at once one does. Returns the codes of
    bodies that begin or cease to take part.
    """
    by = system_viewer()
    with viewing(by), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended('liaison membership', 0))")
        if not cursor.fetchone()[0]:
            return []
        waiting = MembershipChange.objects.select_for_update().filter(
            status=MembershipChange.Status.PROPOSED, expires_at__lte=now()
        )
        for change in waiting:
            MembershipChange.objects.filter(pk=change.pk).update(status=MembershipChange.Status.EXPIRED)
            audit.record(_of_change("members.expired", change), by=by)
        people.note_lapsed(by=by)
        return settle(list(Reader.objects.filter(ended_at__isnull=True)), by=by)


def _admitted(change: MembershipChange, by: Viewer) -> Decided:
    said = change.document
    newcomer = Newcomer(change.code, ReaderKind(said["kind"]), said["name"], said["country"])
    terms = _terms(said["terms"])
    _still_right([*_newcomer_findings(newcomer), *_terms_findings(terms, newcomer.kind)])
    body = _join(newcomer, parent=None, by=by)
    if terms:
        _agree(body, terms, change, by=by)
    settle([body], by=by)
    return _appoint(body, said["administrator"], by)


def _connected(change: MembershipChange, by: Viewer) -> Decided:
    said = change.document
    newcomer = Newcomer(change.code, ReaderKind.AGENCY, said["name"], change.asker.country)
    terms = _terms(said["terms"])
    assert terms is not None, "an agency is connected under an agreement"
    _still_right([*_newcomer_findings(newcomer), *_terms_findings(terms, ReaderKind.AGENCY)])
    body = _join(newcomer, parent=change.asker, by=by)
    _agree(body, terms, change, by=by)
    settle([body], by=by)
    return Decided(change.status, change.code)


def _renewed(change: MembershipChange, by: Viewer) -> Decided:
    body = Reader.objects.get(code=change.code)
    terms = _terms(change.document["terms"])
    assert terms is not None, "what is renewed is an agreement"
    _still_right(_terms_findings(terms, ReaderKind(body.kind)))
    Agreement.objects.filter(reader=body, ended_at__isnull=True).update(ended_at=now())
    _agree(body, terms, change, by=by)
    settle([body], by=by)
    return Decided(change.status, change.code)


def _appointed(change: MembershipChange, by: Viewer) -> Decided:
    body = Reader.objects.get(code=change.code)
    if _administrators(body):
        raise Refused(_has_an_administrator())
    return _appoint(body, change.document["administrator"], by)


def _resumed(change: MembershipChange, by: Viewer) -> Decided:
    body = Reader.objects.get(code=change.code)
    Suspension.objects.filter(reader=body, lifted_at__isnull=True).update(lifted_at=now())
    audit.record(_of_body("members.resumed", body), by=by)
    settle([body], by=by)
    return Decided(change.status, change.code)


def _deputised(change: MembershipChange, by: Viewer) -> Decided:
    starts_on, ends_on = (date.fromisoformat(change.document[day]) for day in ("starts_on", "ends_on"))
    _still_right(_deputy_findings(starts_on, ends_on))
    Deputy.objects.create(
        reader=change.asker, deputy=change.decider, change=change, starts_on=starts_on, ends_on=ends_on
    )
    audit.record(_of_body("members.deputised", change.asker), by=by)
    return Decided(change.status, change.code)


def _grouped(change: MembershipChange, by: Viewer) -> Decided:
    write_group(change, by=by)
    _expand_audiences()
    return Decided(change.status, change.code)


_DONE_BY: Mapping[MembershipChange.Verb, Callable[[MembershipChange, Viewer], Decided]] = {
    MembershipChange.Verb.ADMIT: _admitted,
    MembershipChange.Verb.CONNECT: _connected,
    MembershipChange.Verb.RENEW: _renewed,
    MembershipChange.Verb.APPOINT: _appointed,
    MembershipChange.Verb.RESUME: _resumed,
    MembershipChange.Verb.DEPUTISE: _deputised,
    MembershipChange.Verb.GROUP: _grouped,
}


def _propose(
    verb: MembershipChange.Verb,
    code: str,
    document: dict[str, Json],
    *,
    reason: str,
    by: Viewer,
    findings: Iterable[Finding],
    decider_id: UUID | None = None,
) -> UUID:
    _still_right([*findings, *_reason_findings(reason)])
    moment = now()
    try:
        change = MembershipChange.objects.create(
            verb=verb,
            code=code,
            asker_id=by.reader_id,
            decider_id=decider_id or by.reader_id,
            document=document,
            reason=reason.strip(),
            proposed_by=by.user_id,
            proposed_at=moment,
            expires_at=moment + timedelta(days=policies.value(PROPOSAL_DAYS)),
        )
    except IntegrityError as error:
        if "one_change_of_a_kind_waits_for_a_body" in str(error):
            raise Refused(_waits_already()) from None
        raise
    audit.record(_of_change("members.proposed", change), by=by)
    return change.id


def _join(newcomer: Newcomer, *, parent: Reader | None, by: Viewer) -> Reader:
    body = Reader.objects.create(
        code=newcomer.code,
        kind=newcomer.kind,
        name=newcomer.name,
        country=newcomer.country,
        parent=parent,
        joined_at=now(),
        took_part=False,
    )
    audit.record(_of_body("members.joined", body), by=by)
    return body


def _agree(body: Reader, terms: Terms, change: MembershipChange, *, by: Viewer) -> None:
    agreement = Agreement.objects.create(
        reader=body,
        change=change,
        number=terms.number.strip(),
        title=terms.title.strip(),
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        queries=sorted(terms.queries),
        enters=sorted(terms.enters),
        opinion=terms.opinion.strip(),
        approval=terms.approval.strip(),
    )
    draft = audit.EntryDraft(
        action="members.agreed",
        subject=agreement.id,
        source=body.parent_id or body.id,
        kind="agreement@1",
        content=canonical_json({"body": body.code, "terms": _as_json(terms)}),
    )
    audit.record(draft, by=by)


def _appoint(body: Reader, said: Mapping[str, str], by: Viewer) -> Decided:
    password = people.first_password()
    user = people.create(
        said["sign_in_name"],
        said["display_name"],
        body=body,
        job=people.Job(Role.BUREAU_ADMINISTRATOR),
        password=password,
        by=by,
    )
    return Decided(MembershipChange.Status.APPROVED.value, body.code, user.sign_in_name, password)


def _administrators(body: Reader) -> int:
    administrators = User.objects.filter(reader=body, role=Role.BUREAU_ADMINISTRATOR.value, is_active=True)
    return administrators.filter(stops_at__gt=now()).count()


def _body_to_change(code: str, by: Viewer, *, or_supervises: bool = False) -> Reader:
    """Return the locked body that this viewer's own connects, or that the secretariat keeps; else raise Absent."""
    body = Reader.objects.select_for_update(of=("self",)).filter(code=code, ended_at__isnull=True).first()
    connects = body is not None and body.parent_id == by.reader_id
    keeps = body is not None and body.parent_id is None and by.may(Right.ADMIT_MEMBERS)
    if body is None or not (connects or keeps) or body.id in (by.reader_id, SYSTEM_READER_ID):
        raise _no_such_body(code)
    if connects and not (or_supervises and by.may(Right.APPROVE_MEMBERS)):
        by.needs(Right.ADMINISTER_MEMBERS)
    return body


def _suspension_days(days: int | None) -> int:
    most = policies.value(SUSPENSION_DAYS)
    wanted = most if days is None else days
    if 1 <= wanted <= most:
        return wanted
    raise Refused(
        Finding(
            code="members.suspension_days",
            problem=mark("A body is suspended for 1 to %(most)s days, not %(days)s."),
            remedy=mark("Choose fewer days."),
            source=f"policy: {SUSPENSION_DAYS}",
            field="days",
            values={"most": most, "days": wanted},
        )
    )


def _expand_audiences() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select members_expand_audiences()")


def _bureaus(*, invented: bool) -> Iterable[tuple[str, ReaderKind, str, str]]:
    for country in countries.all_countries():
        if country.invented and not invented:
            continue
        yield country.alpha2, ReaderKind.BUREAU, country.name, country.alpha2


def _as_json(terms: Terms | None) -> Json:
    if terms is None:
        return None
    return {
        "number": terms.number.strip(),
        "title": terms.title.strip(),
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
        "queries": [*sorted(terms.queries)],
        "enters": [*sorted(terms.enters)],
        "opinion": terms.opinion.strip(),
        "approval": terms.approval.strip(),
    }


def _terms(said: Mapping[str, object] | None) -> Terms | None:
    if said is None:
        return None
    lists = {name: said[name] for name in ("queries", "enters")}
    assert all(isinstance(one, list) for one in lists.values()), "a document lists databases"
    return Terms(
        number=str(said["number"]),
        title=str(said["title"]),
        starts_on=date.fromisoformat(str(said["starts_on"])),
        ends_on=date.fromisoformat(str(said["ends_on"])),
        queries=frozenset(lists["queries"]),  # type: ignore[call-overload]  # asserted above
        enters=frozenset(lists["enters"]),  # type: ignore[call-overload]  # asserted above
        opinion=str(said["opinion"]),
        approval=str(said["approval"]),
    )


def _person_json(person: Person) -> Json:
    return {"sign_in_name": person.sign_in_name.strip(), "display_name": person.display_name.strip()}


def _of_body(action: str, body: Reader, *, reason: str = "") -> audit.EntryDraft:
    if not reason:
        return audit.EntryDraft(action=action, subject=body.id, source=body.parent_id or body.id)
    content = canonical_json({"body": body.code, "reason": reason.strip()})
    return audit.EntryDraft(
        action=action, subject=new_id(), source=body.parent_id or body.id, kind="membership@1", content=content
    )


def _of_change(action: str, change: MembershipChange) -> audit.EntryDraft:
    content: dict[str, Json] = {
        "verb": change.verb,
        "body": change.code,
        "reason": change.reason,
        "document": change.document,
    }
    return audit.EntryDraft(
        action=action,
        subject=change.id,
        source=change.asker_id,
        kind="membership@1",
        content=canonical_json(content),
    )


def _newcomer_findings(newcomer: Newcomer) -> Iterable[Finding]:
    if not _CODE.fullmatch(newcomer.code) or len(newcomer.code) > _CODE_LENGTH_MAX:
        yield _finding(
            "code",
            mark("“%(code)s” is no code of a body."),
            mark("Use up to 12 capital letters, digits and hyphens, beginning with a letter."),
            code=newcomer.code[:20],
        )
    elif Reader.objects.filter(code=newcomer.code).exists():
        yield _finding(
            "code",
            mark("A body with the code %(code)s has joined before."),
            mark("Choose another code, or renew that body's agreement."),
            code=newcomer.code,
        )
    if not 0 < len(newcomer.name.strip()) <= BODY_NAME_LENGTH_MAX:
        yield _finding(
            "name",
            mark("The name of a body has 1 to %(most)s characters."),
            mark("Write the name by which others know it."),
            most=BODY_NAME_LENGTH_MAX,
        )
    if newcomer.kind is ReaderKind.BUREAU and (
        newcomer.code != newcomer.country or countries.by_alpha2(newcomer.country) is None
    ):
        yield _finding(
            "country",
            mark("A bureau bears the code of its country."),
            mark("Use the two letters of ISO 3166 for code and country."),
        )


def _terms_findings(terms: Terms | None, kind: ReaderKind) -> list[Finding]:
    if terms is None:
        return [_needs_an_agreement()] if kind in NEEDS_AGREEMENT else []
    if kind not in NEEDS_AGREEMENT:
        return [_takes_part_as_of_right()]
    return review(terms, kind=kind, today=now().date(), years_max=policies.value(YEARS_MAX))


def _deputy_findings(starts_on: date, ends_on: date) -> list[Finding]:
    if starts_on <= ends_on and ends_on >= now().date():
        return []
    return [
        _finding(
            "ends_on",
            mark("The last day comes before the first, or is over."),
            mark("Choose a last day that is still to come."),
        )
    ]


def _still_right(findings: Iterable[Finding]) -> None:
    if found_now := list(findings):
        raise Refused(*found_now)


def _check_reason(reason: str) -> None:
    _still_right(_reason_findings(reason))


def _reason_findings(reason: str) -> list[Finding]:
    if REASON_LENGTH_MIN <= len(reason.strip()) <= REASON_LENGTH_MAX:
        return []
    return [
        _finding(
            "reason",
            mark("A reason has %(least)s to %(most)s characters."),
            mark("Say in a sentence why; it stays with the change."),
            least=REASON_LENGTH_MIN,
            most=REASON_LENGTH_MAX,
        )
    ]


def _finding(field: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(code=f"members.{field}", problem=problem, remedy=remedy, field=field, values=values)


def _two_officers() -> Finding:
    return Finding(
        code="members.two_officers",
        problem=mark("The secretariat needs two membership officers at least."),
        remedy=mark("Name both: every change that lets somebody see more takes two persons."),
        source="policy: two_persons",
    )


def _not_the_first() -> Finding:
    return Finding(
        code="members.not_the_first",
        problem=mark("The secretariat has people already."),
        remedy=mark("Ask one of its membership officers to add others."),
    )


def _not_admitted() -> Finding:
    return _finding(
        "kind",
        mark("The secretariat does not admit bodies of this kind."),
        mark("An agency is connected by its bureau; there is one commission."),
    )


def _only_a_bureau() -> Finding:
    return _finding(
        "code", mark("Only a bureau connects agencies."), mark("Ask the bureau of the country to connect it.")
    )


def _not_of_the_bureau(code: str) -> Finding:
    return _finding(
        "code",
        mark("The code of your agency begins with %(start)s."),
        mark("Put your bureau's code and a hyphen before it."),
        start=f"{code}-",
    )


def _needs_an_agreement() -> Finding:
    return Finding(
        code="members.no_agreement",
        problem=mark("A body of this kind takes part only under an agreement."),
        remedy=mark("Fill in number, title, days and databases of the agreement."),
        source="policy: members.agreement",
        field="number",
    )


def _takes_part_as_of_right() -> Finding:
    return Finding(
        code="members.as_of_right",
        problem=mark("A body of this kind takes part as of right and has no agreement."),
        remedy=mark("Leave the agreement empty."),
        field="number",
    )


def _has_an_administrator() -> Finding:
    return Finding(
        code="members.has_an_administrator",
        problem=mark("This body has an administrator, who looks after its people."),
        remedy=mark("Ask him; nobody else adds people there."),
    )


def _not_suspended() -> Finding:
    return Finding(
        code="members.not_suspended",
        problem=mark("This body is not suspended."),
        remedy=mark("There is nothing to lift."),
    )


def _suspended_already() -> Finding:
    return Finding(
        code="members.suspended_already",
        problem=mark("This body is suspended already."),
        remedy=mark("Lift the suspension first, if it should be another."),
    )


def _only_agencies_are_disconnected() -> Finding:
    return Finding(
        code="members.not_an_agency",
        problem=mark("Only agencies are disconnected by one person."),
        remedy=mark("Suspend the body, or let its agreement end."),
    )


def _waits_already() -> Finding:
    return Finding(
        code="members.waits_already",
        problem=mark("The same change waits for its second person already."),
        remedy=mark("Have that one decided first."),
    )


def _decided_before() -> Finding:
    return Finding(
        code="members.decided",
        problem=mark("This change was decided before, or has waited too long."),
        remedy=mark("Propose it again if it is still wanted."),
    )


def _two_persons() -> Finding:
    return Finding(
        code="members.two_persons",
        problem=mark("You proposed this change yourself."),
        remedy=mark("Another person of your body decides it."),
        source="policy: two_persons",
    )


def _no_such_body(code: str) -> Absent:
    return Absent(
        Finding(
            code="members.no_body",
            problem=mark("There is no body “%(code)s” that you look after."),
            remedy=mark("Check the code in the list of members."),
            values={"code": code[:12]},
        )
    )


def _no_such_change() -> Absent:
    return Absent(
        Finding(
            code="members.no_change",
            problem=mark("There is no such change for you to decide."),
            remedy=mark("Look into the list of what waits."),
        )
    )
