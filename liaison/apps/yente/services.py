"""Asking as a yente client asks: what it sends is understood into questions, and `screening` answers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from liaison.apps.audit import public as audit
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.apps.yente.datasets import SHOWN_MAX, BadQuery
from liaison.apps.yente.entities import written
from liaison.formats import ftm_asking
from liaison.formats.ftm_tables import properties_of
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.use import Ground
from liaison.viewer import Right, Viewer

QUERIES_MAX = 100
"""Examples in one request: each is a question with a look of its own."""
MATCH_SCORE, MINUTE_MOST = "screening.match_percent", "screening.program_queries_per_minute"
_COUNTRY = "country"
_MINUTE = timedelta(minutes=1)


class TooManyQueries(Refused):
    """The account asks more than the policy lets a program ask; said from its own looks alone."""

    status = HTTPStatus.TOO_MANY_REQUESTS


@dataclass(frozen=True, slots=True)
class Filters:
    """What a client wants to be told of: all conditions that are given hold."""

    schema: str = ftm_asking.THING
    exclude_schemata: tuple[str, ...] = ()
    exclude_ids: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    changed_since: datetime | None = None

    def wants(self, card: records.RecordCard) -> bool:
        """Whether the entity that a record is fulfils all of them."""
        if card.reference in self.exclude_ids:
            return False
        if self.changed_since is not None and card.changed_at < self.changed_since:
            return False
        entity = written(card)
        if any(ftm_asking.is_a(entity.schema, one) for one in self.exclude_schemata):
            return False
        types = properties_of(entity.schema)
        named = {text for name, said in entity.properties.items() if types.get(name) == _COUNTRY for text in said}
        return (
            (not self.countries or not self.countries.isdisjoint(named))
            and (not self.topics or not self.topics.isdisjoint(entity.properties.get("topics", ())))
            and ftm_asking.is_a(entity.schema, self.schema)
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which databases are asked, and how much of the answer is wanted."""

    kinds: frozenset[str]
    filters: Filters = field(default_factory=Filters)
    least_score: float = 0.0
    most: int = 5
    skip: int = 0

    def narrowing(self, kinds: frozenset[str]) -> screening.Narrowing:
        """Return what of an answer is wanted, in the words of screening."""
        wanted = None if self.filters == Filters() else self.filters.wants
        return screening.Narrowing(kinds, self.least_score, self.skip, self.most, wanted)


@dataclass(frozen=True, slots=True)
class Matched:
    """The answer to one example, and what of the example was read."""

    asked: ftm_asking.AskedByExample
    answer: screening.Answer


def match(
    examples: Mapping[str, tuple[str, Mapping[str, Sequence[str]]]],
    wanted: Wanted,
    *,
    ground: Ground,
    viewer: Viewer,
) -> dict[str, Matched]:
    """Answer each example (schema and properties) by its key, all of them or, with a refusal, none.

    Raises Refused for an example that can find nothing, for a purpose that needs to be told why, and for more than
    the account may ask in a minute.
    """
    viewer.needs(Right.QUERY)
    read = {key: _read(key, *example, wanted.kinds) for key, example in examples.items()}
    _take(len(read), viewer)
    questions = [(_example(one, ground), wanted.narrowing(one.kinds & wanted.kinds)) for one in read.values()]
    answers = screening.ask_all(questions, viewer=viewer)
    return {key: Matched(asked, answer) for (key, asked), answer in zip(read.items(), answers, strict=True)}


def search(text: str, wanted: Wanted, *, ground: Ground, viewer: Viewer) -> screening.Answer:
    """Answer what somebody typed into a box of search, as the query page does."""
    viewer.needs(Right.QUERY)
    _check_schemata((wanted.filters.schema, *wanted.filters.exclude_schemata))
    _take(1, viewer)
    question = screening.Question(text=text, reason=ground.reason, reference=ground.reference)
    narrowing = wanted.narrowing(wanted.kinds)
    return screening.ask(question, viewer=viewer, narrowing=narrowing)


def entity(reference: str, viewer: Viewer) -> records.RecordCard:
    """Return a record that the viewer may see and that is in force; its look is committed before.

    Raises Absent alike for what is hidden, ended or never was.
    """
    card = records.record(reference, viewer)
    if not card.is_in_force:
        raise records.absent(reference)
    audit.look(audit.Look.by(viewer, kind="view", shown=[(card.id, card.source_id)]))
    return card


def match_score(viewer: Viewer) -> float:
    """Return the score from which a program is told of a match where it names no threshold of its own."""
    viewer.needs(Right.QUERY)
    with viewing(viewer):
        return policies.value(MATCH_SCORE) / 100


def _read(
    key: str, schema: str, properties: Mapping[str, Sequence[str]], kinds: frozenset[str]
) -> ftm_asking.AskedByExample:
    _check_schemata((schema,))
    if schema not in ftm_asking.schemata():
        raise BadQuery(_no_schema(schema, ftm_asking.schemata()))
    asked = ftm_asking.asked_of(schema, properties)
    if not asked.kinds & kinds:
        raise BadQuery(_not_in_datasets(schema))
    if not (asked.names or asked.document_numbers or asked.identifiers):
        raise BadQuery(_nothing_to_find_by(key))
    return asked


def _example(asked: ftm_asking.AskedByExample, ground: Ground) -> screening.Example:
    return screening.Example(
        names=asked.names,
        birth_dates=asked.birth_dates,
        nationalities=asked.nationalities,
        sex=asked.sex,
        document_numbers=asked.document_numbers,
        identifiers=asked.identifiers,
        of_a_person=asked.schema == ftm_asking.PERSON,
        of_an_organisation=asked.schema not in (ftm_asking.PERSON, ftm_asking.LEGAL_ENTITY)
        and ftm_asking.is_a(asked.schema, ftm_asking.LEGAL_ENTITY),
        reason=ground.reason,
        reference=ground.reference,
    )


def _check_schemata(names: Sequence[str]) -> None:
    for name in names:
        if not ftm_asking.kinds_of(name):
            raise BadQuery(_no_schema(name, (ftm_asking.THING, *ftm_asking.schemata())))


def _take(count: int, viewer: Viewer) -> None:
    """Raise TooManyQueries where the account's own looks of the last minute leave no room for so many more."""
    with viewing(viewer):
        most = policies.value(MINUTE_MOST)
        since = now() - _MINUTE
        if audit.queries_since(since, viewer, most) + count > most:
            raise TooManyQueries(_too_many(most))


def _no_schema(name: str, known: Sequence[str]) -> Finding:
    return Finding(
        code="yente.no_schema",
        problem=mark("Nobody can be asked for by the schema “%(name)s”."),
        remedy=mark("Use one of: %(names)s."),
        field="schema",
        values={"name": name[:SHOWN_MAX], "names": ", ".join(known)},
    )


def _not_in_datasets(schema: str) -> Finding:
    return Finding(
        code="yente.schema_not_in_datasets",
        problem=mark("None of the datasets that you ask holds anything of the schema “%(name)s”."),
        remedy=mark("Ask the dataset “default”, or one that does."),
        field="schema",
        values={"name": schema},
    )


def _nothing_to_find_by(key: str) -> Finding:
    return Finding(
        code="yente.empty_query",
        problem=mark("Nothing in the query “%(key)s” points at anybody or anything."),
        remedy=mark("Give a name, or a number of the kind described."),
        field="properties",
        values={"key": key[:SHOWN_MAX]},
    )


def _too_many(most: int) -> Finding:
    return Finding(
        code="yente.too_many",
        problem=mark("An account asks at most %(most)s questions in a minute this way."),
        remedy=mark("Wait a minute, and ask again."),
        source=f"policy: {MINUTE_MOST}",
        values={"most": most},
    )
