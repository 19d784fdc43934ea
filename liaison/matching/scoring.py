"""How likely a candidate is the person asked for: evidence for and against, in nats, from a prior.

What cannot be compared counts nothing. Consistent evidence never lowers a score: of several names, dates or documents
the pair that says most for the same person counts.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liaison.matching import row_scoring as column
from liaison.matching.asked import asked_of
from liaison.matching.birth_dates import Agreement
from liaison.matching.explanation import Evidence, Feature, Part, explain
from liaison.matching.row_scoring import score_names, score_rest
from liaison.matching.search_document import Document, SearchDocument, Shown, documents_of
from liaison.matching.segments import Segment
from liaison.matching.sound_costs import BETWEEN, LEFT_OUT, OTHER_SOUND
from liaison.matching.weights import weights
from liaison.refusal import mark

_DOCUMENT_SAME, _DOCUMENT_COUNTRY_UNKNOWN, _DOCUMENT_MISREAD, _DOCUMENT_OTHER_COUNTRY = 12.0, 10.5, 9.0, 2.0
_DOCUMENT_LENGTH_TELLING = 7
_AGREEMENTS = tuple(Agreement)

_NAME = mark("%(same)s of %(asked)s words of the name agree.")
_NAME_WEAK = mark("%(same)s of %(asked)s words agree with a name that the source itself calls weak.")
_NAME_DIFFERENCE = mark("Words of the two names differ.")
_NAME_ORDER = mark("The words of the two names stand in another order.")
_NATIONALITY_SAME = mark("A nationality is the same.")
_NATIONALITY_OTHER = mark("No nationality is the same.")
_SEX_SAME = mark("The sex is the same.")
_SEX_OTHER = mark("The sex differs.")
_DOCUMENT = mark("The document number is the same.")
_DOCUMENT_ABROAD = mark("The document number is the same, but of another country.")
_DOCUMENT_ALIKE = mark("The document number is the same but for letters and digits that are often misread.")
_BIRTH: Mapping[Agreement, str] = {
    Agreement.SAME_DAY: mark("The birth date is the same."),
    Agreement.NEW_YEARS_DAY: mark("The birth date is the same; 1 January often stands for an unknown day."),
    Agreement.SAME_MONTH: mark("The birth dates agree as far as the month."),
    Agreement.SAME_YEAR: mark("The birth dates agree as far as the year."),
    Agreement.WITHIN_RANGE: mark("The one birth date lies within what is known of the other."),
    Agreement.DAY_AND_MONTH_SWAPPED: mark("The birth dates are the same with day and month swapped."),
    Agreement.A_CENTURY_APART: mark("The birth dates are the same but for the century."),
    Agreement.ONE_DIGIT_APART: mark("The birth dates differ in one digit."),
    Agreement.CLOSE: mark("The birth dates are close but differ."),
    Agreement.DIFFERENT: mark("The birth dates differ."),
}


Array = npt.NDArray[Any]


class Scored(NamedTuple):
    """A row of a segment, what scoring it has found (columns of `row_scoring`), and what its documents say."""

    segment: Segment
    row: int
    columns: Array
    documents: tuple[Evidence, ...]


class ScoredRows(NamedTuple):
    """Rows of one segment with their evidence: in nats, and what it is made of (columns of `row_scoring`)."""

    segment: Segment
    rows: Array
    totals: Array
    table: Array
    documents: Mapping[int, tuple[Evidence, ...]]

    def at_least(self, nats: float) -> Iterator[Scored]:
        """Yield the rows with so much evidence."""
        for place in np.flatnonzero(self.totals >= nats).tolist():
            row = int(self.rows[place])
            yield Scored(self.segment, row, self.table[place], self.documents.get(place, ()))


class Scorer:
    """Scores candidates for one query."""

    def __init__(self, query: SearchDocument) -> None:
        self._query = query
        self._weights = weights()
        self.asked = asked_of(query)

    def scored(self, segment: Segment, rows: Array, numbered: Set[int]) -> ScoredRows:
        """Return the evidence for rows. `numbered` are those that have a document number of the query."""
        table = self._table(segment, rows)
        totals, documents = table[:, column.TOTAL].copy(), {}
        if numbered:
            for place, row in enumerate(rows.tolist()):
                if row in numbered:
                    documents[place] = _documents(self._query.documents, documents_of(segment.shown(row)))
                    totals[place] += sum(found.nats for found in documents[place])
        return ScoredRows(segment, rows, totals, table, documents)

    def _table(self, segment: Segment, rows: Array) -> Array:
        arrays, weight, asked = segment.arrays, self._weights, self.asked
        out = np.full((len(rows), column.COLUMNS), column.NOTHING)
        out[:, : column.ASKED_NAME] = 0.0
        for number, name in enumerate(asked.names):
            score_names(
                out, rows, number, name.words, name.own, name.weak,
                segment.words, arrays["name_at"], arrays["name_word_at"], arrays["name_word"], arrays["name_kind"],
                BETWEEN, OTHER_SOUND, LEFT_OUT, weight.name, weight.order, weight.weak,
            )  # fmt: skip
        score_rest(
            out, rows, asked.births, asked.nations, asked.sex,
            arrays["birth_at"], arrays["birth_first"], arrays["birth_last"], arrays["birth_rough"],
            arrays["nation_at"], arrays["nation"], arrays["sex"], weight.births, weight.rest,
        )  # fmt: skip
        return out

    def explain(self, scored: Scored) -> tuple[float, tuple[Part, ...]]:
        """Return the score, in [0, 1], that the evidence comes to, and the parts that sum to it."""
        known = scored.segment.shown(scored.row)
        columns = scored.columns.tolist()
        evidence = [
            *scored.documents,
            *self._name_parts(known, columns),
            *self._birth(known, columns),
            *self._nationality(known, columns),
            *self._sex(known, columns),
        ]
        return explain(self._weights.prior, evidence)

    def _name_parts(self, known: Shown, columns: Sequence[float]) -> Iterator[Evidence]:
        if columns[column.ASKED_NAME] < 0:
            return
        asked = self._query.names[int(columns[column.ASKED_NAME])]
        name = known.names[int(columns[column.KNOWN_NAME])]
        for_it = columns[column.AGREEMENT] + columns[column.WEAK]
        against = columns[column.DIFFERENCE] + min(0.0, for_it)
        counts = {"same": int(columns[column.WORDS]), "asked": len(asked.tokens)}
        message = _NAME_WEAK if columns[column.WEAK] else _NAME
        yield Evidence(Feature.NAME, max(0.0, for_it), asked.text, name, message, counts)
        if against < 0:
            yield Evidence(Feature.NAME_DIFFERENCE, against, asked.text, name, _NAME_DIFFERENCE, {})
        if columns[column.ORDER] < 0:
            yield Evidence(Feature.NAME_ORDER, columns[column.ORDER], asked.text, name, _NAME_ORDER, {})

    def _birth(self, known: Shown, columns: Sequence[float]) -> Iterator[Evidence]:
        if columns[column.BIRTH] < 0:
            return
        kind = int(columns[column.BIRTH])
        left = self._query.birth_dates[int(columns[column.ASKED_BIRTH])].text
        right = known.births[int(columns[column.KNOWN_BIRTH])]
        nats = float(self._weights.births[kind])
        yield Evidence(Feature.BIRTH_DATE, nats, left, right, _BIRTH[_AGREEMENTS[kind]], {})

    def _nationality(self, known: Shown, columns: Sequence[float]) -> Iterator[Evidence]:
        if columns[column.NATION] < 0:
            return
        asked = self._query.nationalities
        if columns[column.NATION]:
            same = next(code for code in asked if code in known.nationalities)
            yield Evidence(Feature.NATIONALITY, self._weights.rest[0], same, same, _NATIONALITY_SAME, {})
        else:
            left, right = ", ".join(asked), ", ".join(known.nationalities)
            yield Evidence(Feature.NATIONALITY, self._weights.rest[1], left, right, _NATIONALITY_OTHER, {})

    def _sex(self, known: Shown, columns: Sequence[float]) -> Iterator[Evidence]:
        if columns[column.SEX] < 0:
            return
        same = bool(columns[column.SEX])
        nats = self._weights.rest[2 if same else 3]
        yield Evidence(Feature.SEX, nats, self._query.sex, known.sex, _SEX_SAME if same else _SEX_OTHER, {})


def _documents(asked: Sequence[Document], known: Sequence[Document]) -> tuple[Evidence, ...]:
    found = [evidence for left in asked for right in known if (evidence := _document(left, right))]
    return (max(found, key=lambda evidence: evidence.nats),) if found else ()


def _document(left: Document, right: Document) -> Evidence | None:
    """Return what two documents say; None for different numbers: people have more than one."""
    if left.misread != right.misread:
        return None
    message = _DOCUMENT if left.number == right.number else _DOCUMENT_ALIKE
    if left.country and right.country and left.country != right.country:
        nats, message = _DOCUMENT_OTHER_COUNTRY, _DOCUMENT_ABROAD
    elif left.number != right.number:
        nats = _DOCUMENT_MISREAD
    else:
        nats = _DOCUMENT_SAME if left.country and right.country else _DOCUMENT_COUNTRY_UNKNOWN
    telling = min(1.0, len(left.misread) / _DOCUMENT_LENGTH_TELLING)
    return Evidence(Feature.DOCUMENT, nats * telling, left.text, right.text, message, {})
