"""The question and the answer as programs send and read them: one form for the API and the command."""

from datetime import datetime
from typing import Annotated

import msgspec
from django.utils.translation import gettext

from liaison.api.problems import FindingOut, finding_out
from liaison.apps.screening.partner_checks import NUMBER_LENGTH_MAX, OWN_NUMBER_LENGTH_MAX, Submission
from liaison.apps.screening.question import FIELD_LENGTH_MAX, TEXT_LENGTH_MAX, Question
from liaison.apps.screening.services import Answer, Hit, Match
from liaison.identifiers.identify import Reading
from liaison.identifiers.mrz import Mrz
from liaison.matching.explanation import Part

Text = Annotated[str, msgspec.Meta(max_length=TEXT_LENGTH_MAX)]
Field = Annotated[str, msgspec.Meta(max_length=FIELD_LENGTH_MAX)]
Kind = Annotated[str, msgspec.Meta(max_length=40)]
Number = Annotated[str, msgspec.Meta(max_length=NUMBER_LENGTH_MAX)]
CountryText = Annotated[str, msgspec.Meta(max_length=3)]
OwnNumber = Annotated[str, msgspec.Meta(max_length=OWN_NUMBER_LENGTH_MAX)]
SCORE_DIGITS = 4


class QuestionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. `text` takes anything: a name in any script, a pasted MRZ, the number of a document or a thing.

    `identifier` is the number of a thing, `identifier_kind` its kind (`vin`, `plate`, `imo`, ...; empty: any); it may
    hold wildcards (`*`, `?`). A whole machine-readable zone is covered by the purpose of the token. Whatever else was
    asked needs a `reason` (`border_check`, `traffic_stop`, `investigation`, ...) and a `reference`: the number of the
    case, stop or incident. `origin` is `machine` for a document number that a lane reader sends.
    """

    text: Text = ""
    name: Field = ""
    birth_date: Field = ""
    nationality: Field = ""
    sex: Field = ""
    document_number: Field = ""
    document_country: Field = ""
    identifier: Field = ""
    identifier_kind: Field = ""
    reason: Field = ""
    reference: Field = ""
    origin: Field = ""


class CheckIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number that a private partner has checked under its agreement. Nobody tells it what came of it.

    `kind` is `document` (of a travel document, a licence, a vehicle's paper) or the kind of a thing's number (`vin`,
    `plate`, `imei`, `serial`, ...); `country` is ISO 3166, where it is known. `own_number` is the partner's own
    number of it, by which police can ask.
    """

    kind: Kind
    number: Number
    country: CountryText = ""
    own_number: OwnNumber = ""


class AcknowledgedOut(msgspec.Struct, frozen=True):
    """The acknowledgement: the same bytes for every submission of valid form."""

    status: str = "received"


ACKNOWLEDGED: bytes = msgspec.json.encode(AcknowledgedOut())


class PartOut(msgspec.Struct, frozen=True):
    """One reason for or against; the parts of a hit sum to its score."""

    feature: str
    contribution: float
    left: str
    right: str


class MatchOut(msgspec.Struct, frozen=True):
    """One number of a record that fits: its kind, as written, and how (`number`, `misread`, `part`)."""

    kind: str
    label: str
    qualifier: str
    value: str
    how: str


class HitOut(msgspec.Struct, frozen=True):
    """One record that could be meant. `pictures` are addresses on this installation.

    `conditions` are the codes under which it may be used, `asks` what each asks of the officer.
    `signature` says of what could lead to an arrest whether its source vouches for it: `verified`, `unsigned` or
    `not_believed`; empty for all else. Nobody is arrested on one that is not `verified`.
    """

    reference: str
    database: str
    title: str
    score: float
    word: str
    by_number: bool
    how: str
    matches: list[MatchOut]
    pictures: list[str]
    source: str
    do: str
    never: str
    signature: str
    parts: list[PartOut]
    changed_at: datetime
    conditions: list[str] = []
    asks: list[str] = []


class ReadingOut(msgspec.Struct, frozen=True):
    """What the text was read as."""

    kind: str
    value: str
    scheme: str


class AnswerOut(msgspec.Struct, frozen=True):
    """The answer. Without hits it is “no instruction for you”. `more`: more records fit than are shown."""

    event: str
    asked_at: datetime
    hits: list[HitOut]
    more: bool
    readings: list[ReadingOut]
    findings: list[FindingOut]
    searched: list[str]
    data_of: datetime
    lag_ms: int


def question_of(sent: QuestionIn) -> Question:
    """Return the question that a program sent."""
    return Question(**{name: getattr(sent, name) for name in Question.__dataclass_fields__})


def submission_of(sent: CheckIn) -> Submission:
    """Return the submission that a partner's program sent."""
    return Submission(sent.kind, sent.number, sent.country, sent.own_number)


def answer_out(answer: Answer) -> AnswerOut:
    """Return the answer for a program, in the language now active."""
    return AnswerOut(
        event=str(answer.event_id),
        asked_at=answer.asked_at,
        hits=[_hit(hit) for group in answer.groups for hit in group.hits],
        more=answer.more,
        readings=[_reading(reading) for reading in answer.readings],
        findings=[finding_out(finding) for finding in answer.findings],
        searched=[gettext(label) for label in answer.searched],
        data_of=answer.freshness.at,
        lag_ms=answer.freshness.lag_ms,
    )


def _hit(hit: Hit) -> HitOut:
    return HitOut(
        reference=hit.card.reference,
        database=hit.card.kind,
        title=hit.card.title,
        score=round(hit.score, SCORE_DIGITS),
        word=gettext(hit.word),
        by_number=hit.by_number,
        how=hit.how.value,
        matches=[_match(match) for match in hit.matches],
        pictures=[f"/records/{hit.card.reference}/pictures/{number}" for number in hit.picture_numbers],
        source=hit.card.source_code,
        do=gettext(hit.instruction.do),
        never=gettext(hit.instruction.never),
        signature=hit.signature.value if hit.signature else "",
        parts=[_part(part) for part in hit.parts],
        changed_at=hit.card.changed_at,
        conditions=[one.code for one in hit.card.handling],
        asks=[gettext(one.asks) for one in hit.card.handling],
    )


def _match(match: Match) -> MatchOut:
    found = match.identified
    qualifier = gettext(found.qualifier) if found.qualifier else ""
    return MatchOut(found.scheme, gettext(found.label), qualifier, found.text, match.how.value)


def _part(part: Part) -> PartOut:
    return PartOut(part.feature, round(part.contribution, SCORE_DIGITS), part.left, part.right)


def _reading(reading: Reading) -> ReadingOut:
    value = reading.value
    said = "\n".join(value.lines) if isinstance(value, Mrz) else str(value)
    return ReadingOut(reading.kind.value, said, reading.scheme)
