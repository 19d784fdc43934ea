"""Asking for an opening, deciding it, ending it, seeing it. Each verb is one transaction with its entry.

The rows are changed by functions of the database, which ask the verified viewer themselves: what is checked here only
says why in words.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

import msgspec
from django.db import connection

from liaison.apps.glass.models import Opening
from liaison.apps.glass.queries import OpeningCard, Words, opening
from liaison.apps.glass.signed import terms
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.signatures import public as signatures
from liaison.identifiers import references
from liaison.ledger.canonical import Json
from liaison.refusal import Finding, NotAllowed, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules import break_glass as rules
from liaison.viewer import Level, Purpose, ReaderKind, Right, Viewer

REFERENCE_PREFIX = "GB"


def ask(
    ground: str,
    *,
    source: str,
    decider: str,
    purpose: Purpose,
    reason: str,
    hours: int,
    by: Viewer,
    named: Sequence[str] = (),
    document: str = "",
) -> str:
    """Ask another body to open records of a third for this very person; return the opening's reference.

    `named` are references; whether there are such records is not looked at, so that asking tells nothing. Without any
    the asker names records of the source one by one once it is open.
    """
    by.needs(Right.BREAK_GLASS)
    request = rules.Request(ground, purpose, reason, hours, rules.canonical_references(named), document)
    held = policies.values([rules.HOURS_MAX, rules.WAITING_HOURS, rules.RECORDS_MAX])
    limits = rules.Limits(held[rules.HOURS_MAX], held[rules.RECORDS_MAX])
    with viewing(by):
        about, decides = _body("source", source), _body("decider", decider)
        parties = {"asker": _own_party(by), "decider": _party(decides), "source": _party(about)}
        if findings := rules.review(request, **parties, limits=limits):
            raise Refused(*findings)
        moment = now()
        row = Opening.objects.create(
            reference=references.make(REFERENCE_PREFIX, moment.year, secrets.token_bytes),
            ground=ground,
            purpose=purpose.value,
            named=list(request.named),
            hours=hours,
            records_max=limits.records_max,
            asker_id=by.reader_id,
            decider_id=decides.id,
            source_id=about.id,
            asked_by=by.user_id,
            asked_at=moment,
            waits_until=moment + timedelta(hours=held[rules.WAITING_HOURS]),
        )
        words = Words(reason.strip(), document.strip(), asked_by=by.user_name)
        _enter("glass.asked", opening(row.reference, by), row.asker_id, words, by=by)
    return row.reference


def approve(reference: str, *, by: Viewer, level: Level = Level.OFFICIAL_USE) -> OpeningCard:
    """Open the records that another person asked for, from now on for the hours he asked; the source is told at once.

    `level` says how far, where that is above what the asker is vetted for: nothing above it is shown.
    """
    with viewing(by):
        card = _to_decide(reference, by)
        if not _call("glass_decide(%s, true, %s)", [card.id, int(level)]):
            raise Refused(_over())
        words = msgspec.structs.replace(card.words or Words(""), decided_by=by.user_name)
        approved = opening(reference, by)
        _enter("glass.approved", approved, card.source.id, words, by=by, notes={"level": int(level)})
        return replace(approved, words=words)


def reject(reference: str, *, by: Viewer) -> None:
    """Refuse what another person asked for. The source is not told: nothing was opened."""
    with viewing(by):
        card = _to_decide(reference, by)
        if not _call("glass_decide(%s, false, 1)", [card.id]):
            raise Refused(_over())
        _enter("glass.rejected", card, card.asker.id, by=by)


def end(reference: str, *, by: Viewer) -> None:
    """End an opening at once: whoever asked, who decides, or the source. Ended already, it stays so."""
    with viewing(by):
        card = opening(reference, by)
        if card.state in {rules.State.ENDED, rules.State.EXPIRED, rules.State.REJECTED}:
            return
        if not card.may_end or not _call("glass_end(%s)", [card.id]):
            raise NotAllowed(_not_yours())
        told = card.source.id if card.decided_at else card.asker.id
        _enter("glass.ended", card, told, by=by)


def acknowledge(reference: str, *, by: Viewer) -> None:
    """Say for the source that it has seen an opening of its records; again it changes nothing."""
    with viewing(by):
        card = opening(reference, by)
        if card.acknowledged_at is not None and rules.Actor.SOURCE in card.actors:
            return
        if not card.may_acknowledge or not _call("glass_acknowledge(%s)", [card.id]):
            raise NotAllowed(_not_yours())
        _enter("glass.acknowledged", card, card.source.id, by=by)


def _to_decide(reference: str, by: Viewer) -> OpeningCard:
    by.needs(Right.APPROVE_GLASS)
    card = opening(reference, by)
    if card.decider.id != by.reader_id and not card.is_mine:
        raise NotAllowed(_not_yours())
    asked_by = Opening.objects.values_list("asked_by", flat=True).get(pk=card.id)
    made = _call("glass_made_the_other(%s, %s)", [asked_by, by.user_id])
    if findings := rules.decision_findings(asked_by=asked_by, decides=by.user_id, made_the_other=made):
        raise Refused(*findings)
    if not card.may_decide:
        raise Refused(_over())
    return card


def _call(verb: str, values: Sequence[UUID | int]) -> bool:
    """Ask a function of the database to do it; whether it did."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {verb}", values)
        row = cursor.fetchone()
    return bool(row and row[0])


def _body(field: str, code: str) -> members.ReaderCard:
    """Return a body that everybody may know; an agency is known to its bureau alone, and worded like none."""
    try:
        body = members.reader_by_code(code.strip())
    except Refused as refused:
        raise Refused(replace(refused.findings[0], field=field)) from None
    if body.kind in {ReaderKind.AGENCY, ReaderKind.SYSTEM}:
        raise Refused(_no_such_body(field, code.strip()))
    return body


def _own_party(by: Viewer) -> rules.Party:
    return rules.Party(by.reader_kind, by.reader_id)


def _party(body: members.ReaderCard) -> rules.Party:
    return rules.Party(ReaderKind(body.kind), body.id)


def _enter(
    action: str,
    card: OpeningCard,
    source: UUID,
    words: Words | None = None,
    *,
    by: Viewer,
    notes: Mapping[str, Json] = MappingProxyType({}),
) -> None:
    """Write an act with the name of the viewer's body to it: what the opening is, and the words as they are now."""
    said = msgspec.to_builtins(words or card.words or Words(""))
    done = signatures.Act(
        kind=signatures.OPENING,
        action=action,
        subject=card.id,
        source=source,
        reference=card.reference,
        says={**terms(card, action.partition(".")[2]), **said},
        notes={"ground": card.ground.code, "hours": card.hours, "named": len(card.named), **notes},
    )
    signatures.act(done, by=by)


def _no_such_body(field: str, code: str) -> Finding:
    return Finding(
        code="members.no_reader",
        problem=mark("No member has the code “%(code)s”."),
        remedy=mark("Check it in the list of members."),
        field=field,
        values={"code": code[:12]},
    )


def _over() -> Finding:
    return Finding(
        code="glass.over",
        problem=mark("This does not wait for a decision any more."),
        remedy=mark("Read in the list what became of it."),
    )


def _not_yours() -> Finding:
    return Finding(
        code="glass.not_yours",
        problem=mark("This is not yours to do."),
        remedy=mark(
            "Who asked, the body that decides and the source may end an opening; a second person decides it."
        ),
        source="policy: glass",
    )


__all__ = ["REFERENCE_PREFIX", "acknowledge", "approve", "ask", "end", "reject"]
