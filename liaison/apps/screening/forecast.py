"""How many of the last questions a record would have answered, before it is entered: the visible cost of poor data.

Counts only, and none that could tell what one officer asked: a count below the floor is not released, noise is added
to the others, and the same record asked again on the same day gets the same number. The journal's lines are opened in
memory, nothing of them leaves; each forecast is an event that oversight sees.
"""

import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from django.conf import settings

from liaison.apps.audit import public as audit
from liaison.apps.policies import public as policies
from liaison.apps.screening import journal
from liaison.apps.screening.example import Example, understand_example
from liaison.apps.screening.question import NOT_ASKED, Question, Understood, understand
from liaison.databases import all_databases
from liaison.databases.declaration import normalise, search_document
from liaison.databases.keys import part_keys
from liaison.ledger.canonical import Json, canonical_json
from liaison.matching import IndexDocument, Layers, segment_of
from liaison.refusal import Refused
from liaison.rows.clock import now
from liaison.rules.use import ENTERING
from liaison.viewer import Right, Viewer

DAYS = 30
LINES_MAX = 5_000
FLOOR = "screening.forecast_floor"
SHOWN_SCORE = "screening.score_shown_percent"
NOISE_SCALE = 1.0
"""Of the two-sided exponential noise, in counts: nine of ten forecasts lie within 2.3 of the truth."""
_NOBODY = bytes(16)


@dataclass(frozen=True, slots=True)
class Forecast:
    """About how many of the questions of the last `days` the record would have answered.

    `about` is None below `floor`: fewer than that. `asked` is how many questions there were, `counted` how many of
    them were looked at; `about` is scaled up from these.
    """

    about: int | None
    floor: int
    days: int
    asked: int
    counted: int


def forecast(kind: str, fields: Mapping[str, object], *, viewer: Viewer) -> Forecast:
    """Return the forecast for a record as typed; raise Refused for fields without a normal form."""
    viewer.needs(Right.ENTER_RECORDS)
    database = all_databases()[kind]
    normal = normalise(database, fields)
    today = now().date()
    held = policies.values([FLOOR, SHOWN_SCORE])
    record = _Record(search_document(database, normal), kind, held[SHOWN_SCORE] / 100)
    asked, lines = journal.sample(since=today - timedelta(days=DAYS), most=LINES_MAX, viewer=viewer)
    hits, texts, counted = 0, set(), 0
    for line in lines:
        counted += 1
        if record.answers(line, today):
            hits += 1
            texts.add(_what_was_asked(line))
    audit.look(audit.Look.by(viewer, kind="query", count=0, notes={"journal_counted": counted, "reason": ENTERING}))
    enough = hits >= held[FLOOR] and len(texts) >= held[FLOOR]
    about = round(hits * asked / counted + _noise(kind, normal, viewer.reader_id, today)) if enough else None
    if about is not None and about < held[FLOOR]:
        about = None
    return Forecast(about, held[FLOOR], DAYS, asked, counted)


class _Record:
    """The record as the engine would keep it, alone in an index."""

    def __init__(self, document: Mapping[str, object], kind: str, threshold: float) -> None:
        keys = document["keys"]
        assert isinstance(keys, list)
        self._keys = frozenset(keys)
        self._threshold = threshold
        self._has_names = bool(document["names"])
        self._knows_births = bool(all_databases()[kind].search_keys.birth_dates)
        self._layers = Layers([segment_of([IndexDocument(_NOBODY, kind, _NOBODY, 0, 0, document)])])

    def answers(self, line: bytes, today: date) -> bool:
        """Whether the question on this line of the journal would have found the record."""
        understood = _understood(line, today)
        if understood is None:
            return False
        if not self._keys.isdisjoint(understood.keys):
            return True
        if any(self._keys.issuperset(part_keys(pattern)) for pattern in understood.patterns):
            return True
        if not self._has_names or (understood.of_a_person and not self._knows_births):
            return False
        return any(
            self._layers.search(person, scope=None, limit=1, threshold=self._threshold)
            for person in understood.people
        )


def _what_was_asked(line: bytes) -> bytes:
    """Return a digest of what a line looks for: the same question for two cases counts once."""
    asked = {name: said for name, said in json.loads(line).items() if name not in NOT_ASKED}
    return hashlib.sha256(canonical_json(asked)).digest()


def _understood(line: bytes, today: date) -> Understood | None:
    """Return the question on a line; None for one that today would be refused."""
    asked = json.loads(line)
    known = {name: asked[name] for name in Question.__dataclass_fields__ if name in asked}
    try:
        if "names" in asked:
            return understand_example(Example.of_line(asked))
        return understand(Question(**known), today=today)
    except Refused:
        return None


def _noise(kind: str, fields: Mapping[str, object], reader: UUID, today: date) -> float:
    """Return the noise for this record, body and day, from a keyed hash: asking again averages nothing."""
    about = canonical_json([kind, cast("Json", dict(fields)), str(reader), today.isoformat()])
    digest = hmac.new(settings.SECRET_KEY.encode(), b"forecast " + about, hashlib.sha256).digest()
    share = (int.from_bytes(digest[:8], "big") + 0.5) / 2**64 - 0.5
    return -NOISE_SCALE * math.copysign(math.log(1 - 2 * abs(share)), share)
