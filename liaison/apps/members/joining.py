"""How bodies join, are connected, suspended and end: widening takes two persons, narrowing one (RPD art. 21, 27, 28).

A proposed change keeps what would be done; whoever decides it does it, in one transaction with its entries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, connection

from liaison.apps.audit import public as audit
from liaison.apps.members import people
from liaison.apps.members.body_keys import enrolment_document, enrolment_findings, write_key
from liaison.apps.members.groups import expand_audiences, findings_of_group, join_regions, write_group
from liaison.apps.members.joining_findings import (
    check_reason,
    decided_before,
    deputy_findings,
    has_an_administrator,
    independent,
    newcomer_findings,
    no_such_body,
    no_such_change,
    not_admitted,
    not_ended,
    not_of_the_bureau,
    not_suspended,
    only_a_bureau,
    only_agencies_are_disconnected,
    reason_findings,
    still_right,
    suspended_already,
    terms_findings,
    two_persons,
    waits_already,
)
from liaison.apps.members.joining_values import (
    Decided,
    Newcomer,
    Person,
    body_entry,
    person_json,
    terms_json,
    terms_of,
)
from liaison.apps.members.models import (
    REASON_LENGTH_MAX,
    SYSTEM_READER_ID,
    Agreement,
    Deputy,
    MembershipChange,
    Reader,
    Suspension,
)
from liaison.apps.members.queries import system_viewer, taking_part
from liaison.apps.members.roles import Role, needs_to_look_after
from liaison.apps.policies import public as policies
from liaison.ledger.canonical import Json, canonical_json
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.membership import Terms
from liaison.viewer import ReaderKind, Right, Viewer

SUSPENSION_DAYS, PROPOSAL_DAYS = "members.suspension_days_max", "members.proposal_days"
ENDED_RECORDS_SHOWN = "members.ended_records_shown"
ADMITTED_KINDS = (
    ReaderKind.BUREAU,
    ReaderKind.REGIONAL_BODY,
    ReaderKind.PARTNER,
    ReaderKind.PRIVATE_PARTNER,
    ReaderKind.SECRETARIAT,
)
"""Bodies that the secretariat admits; agencies are connected by their bureau, and there is one commission."""


def propose_admission(
    newcomer: Newcomer, *, administrator: Person, reason: str, by: Viewer, terms: Terms | None = None
) -> UUID:
    """Propose that a country, an international body or a unit of the secretariat joins; another person decides."""
    by.needs(Right.ADMIT_MEMBERS)
    with viewing(by):
        findings = [*newcomer_findings(newcomer), *terms_findings(terms, newcomer.kind, newcomer.country)]
        if newcomer.kind not in ADMITTED_KINDS:
            findings.append(not_admitted())
        document: dict[str, Json] = {
            "kind": newcomer.kind.value,
            "name": newcomer.name.strip(),
            "country": newcomer.country,
            "terms": terms_json(terms),
            "administrator": person_json(administrator),
        }
        return _propose(MembershipChange.Verb.ADMIT, newcomer.code, document, reason=reason, by=by, findings=findings)


def propose_connection(code: str, name: str, *, terms: Terms, reason: str, by: Viewer) -> UUID:
    """Propose to connect a national entity through its bureau; another person of the bureau decides (RPD art. 21)."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        newcomer = Newcomer(code, ReaderKind.AGENCY, name, by.country)
        findings = [*newcomer_findings(newcomer), *terms_findings(terms, ReaderKind.AGENCY)]
        if by.reader_kind is not ReaderKind.BUREAU:
            findings.append(only_a_bureau())
        if not code.startswith(f"{by.reader_code}-"):
            findings.append(not_of_the_bureau(by.reader_code))
        document: dict[str, Json] = {"name": name.strip(), "terms": terms_json(terms)}
        return _propose(MembershipChange.Verb.CONNECT, code, document, reason=reason, by=by, findings=findings)


def propose_renewal(code: str, *, terms: Terms, reason: str, by: Viewer) -> UUID:
    """Propose a new agreement with a body that has joined: it takes the place of the old one when it is decided."""
    with viewing(by):
        body = _body_to_change(code, by)
        findings = terms_findings(terms, ReaderKind(body.kind), body.country)
        return _propose(
            MembershipChange.Verb.RENEW, code, {"terms": terms_json(terms)}, reason=reason, by=by, findings=findings
        )


def propose_administrator(code: str, *, administrator: Person, reason: str, by: Viewer) -> UUID:
    """Propose an administrator for a body that has none; a body that has one looks after its own people."""
    by.needs(Right.ADMIT_MEMBERS)
    with viewing(by):
        body = _body_to_change(code, by)
        findings = [has_an_administrator()] if people.has_administrator(body) else []
        document: dict[str, Json] = {"administrator": person_json(administrator)}
        return _propose(MembershipChange.Verb.APPOINT, code, document, reason=reason, by=by, findings=findings)


def propose_resumption(code: str, *, reason: str, by: Viewer) -> UUID:
    """Propose to lift a body's suspension; another person decides."""
    with viewing(by):
        body = _body_to_change(code, by)
        open_ones = Suspension.objects.filter(reader=body, lifted_at__isnull=True)
        findings = [] if open_ones.exists() else [not_suspended()]
        return _propose(MembershipChange.Verb.RESUME, code, {}, reason=reason, by=by, findings=findings)


def propose_end(code: str, *, reason: str, by: Viewer) -> UUID:
    """Propose that the membership of a body ends for good, with its agencies; another person decides.

    It narrows what others see, and still takes two: what ends comes back by accession alone. To stop a body at once,
    suspend it meanwhile.
    """
    by.needs(Right.ADMIT_MEMBERS)
    with viewing(by):
        body = _body_to_change(code, by)
        findings = [independent()] if body.kind == ReaderKind.COMMISSION else []
        return _propose(MembershipChange.Verb.END, code, {"name": body.name}, reason=reason, by=by, findings=findings)


def propose_showing(code: str, *, reason: str, by: Viewer) -> UUID:
    """Propose that others see the records of a body that has ended again; another person decides."""
    by.needs(Right.ADMIT_MEMBERS)
    with viewing(by):
        body = Reader.objects.filter(code=code, records_hidden_at__isnull=False).first()
        if body is None:
            raise Refused(not_ended())
        return _propose(MembershipChange.Verb.SHOW, code, {"name": body.name}, reason=reason, by=by, findings=[])


def hide_records(code: str, *, reason: str, by: Viewer) -> None:
    """Hide the records of a body that has ended, and of its agencies, from everybody else at once."""
    by.needs(Right.ADMIT_MEMBERS)
    check_reason(reason)
    with viewing(by):
        body = Reader.objects.filter(code=code, ended_at__isnull=False, parent__isnull=True).first()
        if body is None or not _turn_records(body, hides=True):
            raise Refused(not_ended())
        audit.record(body_entry("members.records_hidden", body, reason=reason), by=by)


def propose_group(kind: str, code: str, name: str, bodies: Sequence[str], *, reason: str, by: Viewer) -> UUID:
    """Propose a region, a programme or a list of one's own, or other bodies in it; another person decides."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        wanted = sorted({one.strip() for one in bodies if one.strip()})
        findings = findings_of_group(kind, code, name, wanted, by)
        document: dict[str, Json] = {"kind": kind, "name": name.strip(), "bodies": [*wanted]}
        return _propose(MembershipChange.Verb.GROUP, code, document, reason=reason, by=by, findings=findings)


def propose_key(paper: str, *, reason: str, by: Viewer) -> UUID:
    """Propose the key by which one's own body signs, by its agent's paper; another person of the body decides."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        findings = enrolment_findings(paper, by)
        document = {} if findings else enrolment_document(paper)
        return _propose(MembershipChange.Verb.KEY, by.reader_code, document, reason=reason, by=by, findings=findings)


def propose_deputy(code: str, *, starts_on: date, ends_on: date, reason: str, by: Viewer) -> UUID:
    """Ask another bureau to stand in while one's own desk is closed; somebody over there decides."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        deputy = Reader.objects.filter(code=code, pk__in=taking_part(), kind=ReaderKind.BUREAU).first()
        if deputy is None or deputy.id == by.reader_id:
            raise no_such_body(code)
        findings = deputy_findings(starts_on, ends_on)
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
            raise Refused(two_persons())
        change = asked.select_for_update(of=("self",)).filter(pk=change_id).first()
        if change is None:
            raise no_such_change()
        if change.status != MembershipChange.Status.PROPOSED or change.expires_at <= now():
            raise Refused(decided_before())
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
    check_reason(reason)
    with viewing(by):
        body = _body_to_change(code, by, or_supervises=True)
        if body.kind == ReaderKind.COMMISSION:
            raise Refused(independent())
        until = None if body.kind == ReaderKind.AGENCY else now() + timedelta(days=_suspension_days(days))
        moment = now()
        Suspension.objects.filter(reader=body, lifted_at__isnull=True, until__lte=moment).update(lifted_at=moment)
        if Suspension.objects.filter(reader=body, lifted_at__isnull=True).exists():
            raise Refused(suspended_already())
        Suspension.objects.create(
            reader=body, began_at=moment, began_by=by.user_id, until=until, reason=reason.strip()[:REASON_LENGTH_MAX]
        )
        audit.record(body_entry("members.suspended", body, reason=reason), by=by)
        settle([body], by=by)


def disconnect(code: str, *, reason: str, by: Viewer) -> None:
    """End the connection of an agency of the bureau's own at once; its records and their history stay."""
    check_reason(reason)
    with viewing(by):
        body = _body_to_change(code, by, or_supervises=True)
        if body.kind != ReaderKind.AGENCY:
            raise Refused(only_agencies_are_disconnected())
        Reader.objects.filter(pk=body.pk).update(ended_at=now())
        Agreement.objects.filter(reader=body, ended_at__isnull=True).update(ended_at=now())
        audit.record(body_entry("members.ended", body, reason=reason), by=by)
        settle([body], by=by)


def settle(bodies: Sequence[Reader], *, by: Viewer) -> list[str]:
    """Write down which of these bodies begin or cease to take part, and tell the audiences; return their codes."""
    part = set(taking_part())
    changed = [body for body in bodies if body.took_part != (body.id in part)]
    for body in changed:
        body.took_part = body.id in part
        Reader.objects.filter(pk=body.pk).update(took_part=body.took_part)
    actions = {True: "members.takes_part", False: "members.takes_no_part"}
    audit.record_many([body_entry(actions[body.took_part], body) for body in changed], by=by)
    if changed:
        expand_audiences(body.id for body in changed)
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
    terms = terms_of(said["terms"])
    still_right([*newcomer_findings(newcomer), *terms_findings(terms, newcomer.kind, newcomer.country)])
    body = _join(newcomer, parent=None, by=by)
    if terms:
        _agree(body, terms, change, by=by)
    join_regions(body)
    settle([body], by=by)
    return _appoint(body, said["administrator"], by)


def _connected(change: MembershipChange, by: Viewer) -> Decided:
    said = change.document
    newcomer = Newcomer(change.code, ReaderKind.AGENCY, said["name"], change.asker.country)
    terms = terms_of(said["terms"])
    assert terms is not None, "an agency is connected under an agreement"
    still_right([*newcomer_findings(newcomer), *terms_findings(terms, ReaderKind.AGENCY)])
    body = _join(newcomer, parent=change.asker, by=by)
    _agree(body, terms, change, by=by)
    settle([body], by=by)
    return Decided(change.status, change.code)


def _renewed(change: MembershipChange, by: Viewer) -> Decided:
    body = Reader.objects.get(code=change.code)
    terms = terms_of(change.document["terms"])
    assert terms is not None, "what is renewed is an agreement"
    still_right(terms_findings(terms, ReaderKind(body.kind), body.country))
    Agreement.objects.filter(reader=body, ended_at__isnull=True).update(ended_at=now())
    _agree(body, terms, change, by=by)
    settle([body], by=by)
    return Decided(change.status, change.code)


def _appointed(change: MembershipChange, by: Viewer) -> Decided:
    body = Reader.objects.get(code=change.code)
    if people.has_administrator(body):
        raise Refused(has_an_administrator())
    return _appoint(body, change.document["administrator"], by)


def _resumed(change: MembershipChange, by: Viewer) -> Decided:
    body = Reader.objects.get(code=change.code)
    Suspension.objects.filter(reader=body, lifted_at__isnull=True).update(lifted_at=now())
    audit.record(body_entry("members.resumed", body), by=by)
    settle([body], by=by)
    return Decided(change.status, change.code)


def _deputised(change: MembershipChange, by: Viewer) -> Decided:
    starts_on, ends_on = (date.fromisoformat(change.document[day]) for day in ("starts_on", "ends_on"))
    still_right(deputy_findings(starts_on, ends_on))
    Deputy.objects.create(
        reader=change.asker, deputy=change.decider, change=change, starts_on=starts_on, ends_on=ends_on
    )
    audit.record(body_entry("members.deputised", change.asker), by=by)
    return Decided(change.status, change.code)


def _ended(change: MembershipChange, by: Viewer) -> Decided:
    body = _body_to_change(change.code, by)
    hides = policies.value(ENDED_RECORDS_SHOWN) == 0
    with connection.cursor() as cursor:
        cursor.execute("select what, id, source from members_end_body(%s, %s)", [body.id, hides])
        ended = cursor.fetchall()
    actions = {"body": "members.ended", "account": "members.user_disabled"}
    audit.record_many(
        [audit.EntryDraft(action=actions[what], subject=subject, source=source) for what, subject, source in ended],
        by=by,
    )
    settle(list(Reader.objects.filter(pk__in=[subject for what, subject, _ in ended if what == "body"])), by=by)
    return Decided(change.status, change.code)


def _shown(change: MembershipChange, by: Viewer) -> Decided:
    body = Reader.objects.get(code=change.code)
    if not _turn_records(body, hides=False):
        raise Refused(not_ended())
    audit.record(body_entry("members.records_shown", body), by=by)
    return Decided(change.status, change.code)


def _turn_records(body: Reader, *, hides: bool) -> bool:
    """Hide or show the records of a body that has ended and of its agencies; whether that changed anything."""
    with connection.cursor() as cursor:
        cursor.execute("select members_turn_records(%s, %s)", [body.id, hides])
        return bool(cursor.fetchone()[0])


def _grouped(change: MembershipChange, by: Viewer) -> Decided:
    write_group(change, by=by)
    return Decided(change.status, change.code)


def _keyed(change: MembershipChange, by: Viewer) -> Decided:
    write_key(change, by=by)
    return Decided(change.status, change.code)


_DONE_BY: Mapping[MembershipChange.Verb, Callable[[MembershipChange, Viewer], Decided]] = {
    MembershipChange.Verb.ADMIT: _admitted,
    MembershipChange.Verb.CONNECT: _connected,
    MembershipChange.Verb.RENEW: _renewed,
    MembershipChange.Verb.APPOINT: _appointed,
    MembershipChange.Verb.RESUME: _resumed,
    MembershipChange.Verb.DEPUTISE: _deputised,
    MembershipChange.Verb.GROUP: _grouped,
    MembershipChange.Verb.KEY: _keyed,
    MembershipChange.Verb.END: _ended,
    MembershipChange.Verb.SHOW: _shown,
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
    still_right([*findings, *reason_findings(reason)])
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
            raise Refused(waits_already()) from None
        raise
    audit.record(_of_change("members.proposed", change), by=by)
    return change.id


def _join(newcomer: Newcomer, *, parent: Reader | None, by: Viewer) -> Reader:
    """Write the body that joins; one that has ended is itself again, with its records and none of its people."""
    said = {
        "name": newcomer.name,
        "country": newcomer.country,
        "joined_at": now(),
        "ended_at": None,
        "records_hidden_at": None,
        "took_part": False,
    }
    body, _ = Reader.objects.update_or_create(code=newcomer.code, kind=newcomer.kind, parent=parent, defaults=said)
    audit.record(body_entry("members.joined", body), by=by)
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
        matches_to=terms.matches_to.strip(),
    )
    draft = audit.EntryDraft(
        action="members.agreed",
        subject=agreement.id,
        source=body.parent_id or body.id,
        kind="agreement@1",
        content=canonical_json({"body": body.code, "terms": terms_json(terms)}),
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


def _body_to_change(code: str, by: Viewer, *, or_supervises: bool = False) -> Reader:
    """Return the locked body that this viewer's own connects, or that the secretariat keeps; else raise Absent."""
    body = Reader.objects.select_for_update(of=("self",)).filter(code=code, ended_at__isnull=True).first()
    connects = body is not None and body.parent_id == by.reader_id
    keeps = body is not None and body.parent_id is None and by.may(Right.ADMIT_MEMBERS)
    if body is None or not (connects or keeps) or body.id in (by.reader_id, SYSTEM_READER_ID):
        raise no_such_body(code)
    if connects and or_supervises:
        needs_to_look_after(by)
    elif connects:
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
