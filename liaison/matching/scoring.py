"""How likely a candidate is the person asked for: evidence for and against, in nats, from a prior.

What cannot be compared counts nothing. Consistent evidence never lowers a score: of several names, dates or documents
the pair that says most for the same person counts.
"""

from collections.abc import Mapping, Sequence

from liaison.matching import birth_dates
from liaison.matching.birth_dates import Agreement
from liaison.matching.explanation import Evidence, Feature, Part, explain
from liaison.matching.name_comparison import NameEvidence, WordComparison, compare_names
from liaison.matching.search_document import Document, Name, SearchDocument
from liaison.refusal import mark

PRIOR_NATS = -1.8
"""Log-odds, before anything is compared, that a name which is found in the index belongs to the person asked for."""

_SAME_NATIONALITY, _OTHER_NATIONALITY = 0.6, -0.4
_SAME_SEX, _OTHER_SEX = 0.2, -2.0
_WEAK_ALIAS = -0.5
_DOCUMENT_SAME, _DOCUMENT_COUNTRY_UNKNOWN, _DOCUMENT_MISREAD, _DOCUMENT_OTHER_COUNTRY = 8.0, 6.5, 5.0, 0.8
_DOCUMENT_LENGTH_TELLING = 7

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
    Agreement.SAME_MONTH: mark("The birth dates agree as far as the month."),
    Agreement.SAME_YEAR: mark("The birth dates agree as far as the year."),
    Agreement.WITHIN_RANGE: mark("The one birth date lies within what is known of the other."),
    Agreement.DAY_AND_MONTH_SWAPPED: mark("The birth dates are the same with day and month swapped."),
    Agreement.A_CENTURY_APART: mark("The birth dates are the same but for the century."),
    Agreement.ONE_DIGIT_APART: mark("The birth dates differ in one digit."),
    Agreement.CLOSE: mark("The birth dates are close but differ."),
    Agreement.DIFFERENT: mark("The birth dates differ."),
}


class Scorer:
    """Scores candidates for one query."""

    def __init__(self, query: SearchDocument, *, prior: float = PRIOR_NATS) -> None:
        self._query = query
        self._prior = prior
        self._words = WordComparison()

    def evidence(self, candidate: SearchDocument) -> list[Evidence]:
        """Return what speaks for and against one candidate, in the order in which it is added up."""
        query = self._query
        return [
            *_documents(query.documents, candidate.documents),
            *self._names(query.names, candidate.names),
            *_births(query, candidate),
            *_nationality(query.nationalities, candidate.nationalities),
            *_sex(query.sex, candidate.sex),
        ]

    def explain(self, evidence: Sequence[Evidence]) -> tuple[float, tuple[Part, ...]]:
        """Return the score, in [0, 1], that the evidence comes to, and the parts that sum to it."""
        return explain(self._prior, evidence)

    def _names(self, asked: Sequence[Name], known: Sequence[Name]) -> list[Evidence]:
        best: tuple[float, NameEvidence, Name, Name] | None = None
        for left in asked:
            for right in known:
                found = compare_names(left.tokens, right.tokens, self._words)
                if found is None:
                    continue
                total = found.total + _kind_discount(left, right)
                if best is None or total > best[0]:
                    best = (total, found, left, right)
        return _name_parts(best[1], best[2], best[3]) if best else []


def _kind_discount(left: Name, right: Name) -> float:
    return _WEAK_ALIAS if "weak_alias" in (left.kind, right.kind) else 0.0


def _name_parts(found: NameEvidence, left: Name, right: Name) -> list[Evidence]:
    weak = _kind_discount(left, right)
    agreed = max(0.0, found.agreement + weak)
    left_out = min(0.0, found.agreement + weak)
    counts = {"same": sum(len(pair.left) for pair in found.pairs), "asked": len(left.tokens)}
    parts = [Evidence(Feature.NAME, agreed, left.text, right.text, _NAME_WEAK if weak else _NAME, counts)]
    if found.difference + left_out < 0:
        against = found.difference + left_out
        parts.append(Evidence(Feature.NAME_DIFFERENCE, against, left.text, right.text, _NAME_DIFFERENCE, {}))
    if found.order < 0:
        parts.append(Evidence(Feature.NAME_ORDER, found.order, left.text, right.text, _NAME_ORDER, {}))
    return parts


def _births(query: SearchDocument, candidate: SearchDocument) -> list[Evidence]:
    best = birth_dates.best_agreement(query.birth_dates, candidate.birth_dates)
    if best is None:
        return []
    kind, left, right = best
    return [Evidence(Feature.BIRTH_DATE, birth_dates.EVIDENCE[kind], left.text, right.text, _BIRTH[kind], {})]


def _nationality(asked: Sequence[str], known: Sequence[str]) -> list[Evidence]:
    if not asked or not known:
        return []
    same = [code for code in asked if code in known]
    left, right = (same[0], same[0]) if same else (", ".join(asked), ", ".join(known))
    nats = _SAME_NATIONALITY if same else _OTHER_NATIONALITY
    return [Evidence(Feature.NATIONALITY, nats, left, right, _NATIONALITY_SAME if same else _NATIONALITY_OTHER, {})]


def _sex(asked: str, known: str) -> list[Evidence]:
    if not asked or not known:
        return []
    same = asked == known
    nats = _SAME_SEX if same else _OTHER_SEX
    return [Evidence(Feature.SEX, nats, asked, known, _SEX_SAME if same else _SEX_OTHER, {})]


def _documents(asked: Sequence[Document], known: Sequence[Document]) -> list[Evidence]:
    found = [evidence for left in asked for right in known if (evidence := _document(left, right))]
    return [max(found, key=lambda evidence: evidence.nats)] if found else []


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
