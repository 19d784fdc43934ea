"""What private partners have checked: always the same acknowledgement, and a match is for police alone (RPD art. 28).

A submission becomes a durable row before it is acknowledged; it is checked afterwards by `liaison work`, so that no
answer, no byte and no millisecond tells its partner whether there is a record. Each check leaves one entry in the
ledger, matched or not, so that the size of the ledger does not tell either.
"""

import json
import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.screening import journal
from liaison.apps.screening.models import PartnerCheck, PartnerMatch
from liaison.databases.keys import exact_keys, second_chance_keys
from liaison.identifiers import countries, references
from liaison.identifiers.documents import normalise_number
from liaison.identifiers.identify import Reading, ReadingKind
from liaison.identifiers.registry import SCHEMES
from liaison.ledger.canonical import Json, canonical_json
from liaison.refusal import Finding, NotAllowed, Refused, mark
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.rules.use import PARTNER_CHECK
from liaison.viewer import ReaderKind, Right, Viewer

DOCUMENT = "document"
NUMBER_LENGTH_MAX, OWN_NUMBER_LENGTH_MAX = 120, 80
MINUTE_MOST, WAITING_MOST = "screening.partner_checks_per_minute", "screening.partner_checks_waiting_max"
REFERENCE_PREFIX = "PM"
BATCH = 100
MATCHES_OF_A_CHECK_MAX = 50
"""A number that more records bear points at nothing; the first are enough to begin with."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Submission:
    """A number and its kind (`document`, or a scheme like `vin` or `imei`); the partner's own number of it."""

    kind: str
    number: str
    country: str = ""
    own_number: str = ""


class TooManyChecks(Refused):
    """The partner submits more than its agreement's policy value allows; said from its own count alone."""

    status = HTTPStatus.TOO_MANY_REQUESTS


def submit(submission: Submission, *, by: Viewer) -> None:
    """Keep a submission to be checked; whoever submits is never told what came of it.

    Raises Refused for a malformed one and for too many, both decided from the partner's own input.
    """
    by.needs(Right.SUBMIT_CHECKS)
    if by.reader_kind is not ReaderKind.PRIVATE_PARTNER:
        raise NotAllowed(_not_a_partner())
    if findings := [*form_findings(submission)]:
        raise Refused(*findings)
    with viewing(by):
        limits = policies.values([MINUTE_MOST, WAITING_MOST])
        _take(limits)
    look = audit.Look.by(by, kind="query", count=0, notes={"asked": "submitted", "reason": PARTNER_CHECK})
    event_id = audit.look(look)
    text = canonical_json(asdict(submission))
    with viewing(by):
        check_id, at = new_id(), now()
        journal.write([journal.Line(event_id, text, found=False)], viewer=by, day=at.date())
        PartnerCheck.objects.bulk_create(
            [
                PartnerCheck(
                    id=check_id,
                    at=at,
                    partner_id=by.reader_id,
                    submitted_by=by.user_id,
                    event_id=event_id,
                    day=at.date(),
                    sealed=journal.seal(text, day=at.date(), about=check_id),
                )
            ]
        )


def form_findings(submission: Submission) -> Iterable[Finding]:
    """Yield what is wrong with the form of a submission, decided from nothing but itself."""
    if submission.kind != DOCUMENT and submission.kind not in SCHEMES:
        yield _finding(
            "kind",
            mark("There is no kind of number “%(kind)s”."),
            mark("Use “document”, or one of: %(kinds)s."),
            kind=submission.kind[:40],
            kinds=", ".join(SCHEMES),
        )
    elif len(submission.number) > NUMBER_LENGTH_MAX or not _normal(submission):
        yield _finding(
            "number",
            mark("This cannot be a number of its kind."),
            mark("Send it as it is written: letters and digits, at most %(most)s characters."),
            most=NUMBER_LENGTH_MAX,
        )
    if submission.country and countries.by_code(submission.country) is None:
        yield _finding("country", mark("This is no code of a country."), mark("Use two or three letters, like QM."))
    if len(submission.own_number) > OWN_NUMBER_LENGTH_MAX:
        yield _finding(
            "own_number",
            mark("Your own number has at most %(most)s characters."),
            mark("Send the number alone."),
            most=OWN_NUMBER_LENGTH_MAX,
        )


def carry_out() -> int:
    """Check the oldest submissions that the index is new enough for, in one transaction; return how many.

    Whoever dies in the middle has done nothing: the rows wait as before. Raises IndexNotReady.
    """
    known = index.freshness().at
    by = members.system_viewer()
    with viewing(by):
        waiting = PartnerCheck.objects.select_for_update(skip_locked=True).filter(at__lte=known).order_by("at", "id")
        checks = list(waiting[:BATCH])
        if checks:
            _carry_out(checks, by)
    return len(checks)


def purge(*, days: int) -> int:
    """Delete matches that are older than the policy allows; return how many."""
    gone = PartnerMatch.objects.using("system").filter(found_at__lt=now("system") - timedelta(days=days))
    return gone.delete()[0]


def _carry_out(checks: Sequence[PartnerCheck], by: Viewer) -> None:
    found = [match for check in checks for match in _matches(check)]
    PartnerMatch.objects.bulk_create(found)
    for check in checks:
        told: list[Json] = [match.reference for match in found if match.check_id == check.id]
        audit.record(
            audit.EntryDraft(
                action="screening.partner_checked",
                subject=check.id,
                source=audit.SYSTEM_ID,
                kind="partner_check@1",
                content=canonical_json({"event": str(check.event_id), "matches": told}),
            ),
            by=by,
        )
    PartnerCheck.objects.filter(pk__in=[check.pk for check in checks]).delete()


def _matches(check: PartnerCheck) -> list[PartnerMatch]:
    """Return the matches of one submission, in the databases of the agreement that was in force when it came."""
    text = journal.unseal(bytes(check.sealed), day=check.day, about=check.id)
    if text is None:
        _log.error("A partner's check of %s waited until its key had died, and was not carried out.", check.day)
        return []
    submission, terms = Submission(**json.loads(text)), members.terms_of_partner(check.partner_id, at=check.at)
    hows = _found(submission, terms.databases)
    headers = records.in_force(list(hows))
    left_out = members.excluding({header.audience_id for header in headers.values()}, check.partner_id)
    closed = records.holdings_closed_to(check.partner_id)
    moment = now()
    return [
        _match(check, submission, text, record_id, header, hows[record_id], terms.bureau_id, moment)
        for record_id, header in headers.items()
        if header.audience_id not in left_out
        and header.kind in terms.databases
        and not {(header.source_id, header.kind), (header.source_id, records.EVERYTHING)} & closed
    ]


def _match(
    check: PartnerCheck,
    submission: Submission,
    text: bytes,
    record_id: UUID,
    header: records.InForce,
    how: str,
    bureau_id: UUID | None,
    moment: datetime,
) -> PartnerMatch:
    match_id = new_id()
    return PartnerMatch(
        id=match_id,
        reference=references.make(REFERENCE_PREFIX, moment.year, secrets.token_bytes),
        partner_id=check.partner_id,
        record_id=record_id,
        source_id=header.source_id,
        bureau_id=bureau_id,
        asked_at=check.at,
        found_at=moment,
        kind=submission.kind,
        how=how,
        day=check.day,
        check_id=check.id,
        sealed=journal.seal(text, day=check.day, about=match_id),
    )


def _found(submission: Submission, databases: frozenset[str]) -> dict[UUID, str]:
    """Return how each record was found: the same number first, then numbers that are easily misread as it."""
    reading = _reading(submission)
    exact = [key for key in exact_keys(reading) if not key.startswith("ref:")]
    misread = [key for key in second_chance_keys(reading) if key not in exact]
    hows = dict.fromkeys(index.exact_whoever_may_see(exact, databases), PartnerMatch.How.NUMBER.value)
    for record_id in index.exact_whoever_may_see(misread, databases):
        hows.setdefault(record_id, PartnerMatch.How.MISREAD.value)
    return dict(list(hows.items())[:MATCHES_OF_A_CHECK_MAX])


def _reading(submission: Submission) -> Reading:
    if submission.kind == DOCUMENT:
        return Reading(ReadingKind.DOCUMENT_NUMBER, normalise_number(submission.number), 1.0)
    return Reading(ReadingKind.IDENTIFIER, submission.number, 1.0, scheme=submission.kind)


def _normal(submission: Submission) -> str:
    """Return the comparable form of the number; empty where it holds nothing that could be compared."""
    if submission.kind == DOCUMENT:
        return normalise_number(submission.number)
    return SCHEMES[submission.kind].normal(submission.number, submission.country)


def _take(limits: dict[str, int]) -> None:
    """Count one more check of the viewer's body; raise TooManyChecks when the minute or the queue is full."""
    with connection.cursor() as cursor:
        cursor.execute("select screening_take_check(%s, %s)", [limits[MINUTE_MOST], limits[WAITING_MOST]])
        (full,) = cursor.fetchone()
    if full:
        raise TooManyChecks(_too_many(MINUTE_MOST if full == "minute" else WAITING_MOST, limits))


def _too_many(policy: str, limits: dict[str, int]) -> Finding:
    return Finding(
        code="gateway.too_many",
        problem=mark("Your body has submitted as many checks as it may for now: %(most)s."),
        remedy=mark("Wait a minute, then go on; nothing that was acknowledged is lost."),
        source=f"policy: {policy}",
        values={"most": limits[policy]},
    )


def _not_a_partner() -> Finding:
    return Finding(
        code="gateway.not_a_partner",
        problem=mark("Checks are submitted by private partners."),
        remedy=mark("Ask a question instead: it is answered."),
        source="policy: roles",
    )


def _finding(field: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(code=f"gateway.{field}", problem=problem, remedy=remedy, field=field, values=values)
