"""What a database is: the declaration that a decision of the Executive Committee would lay down (RPD-29)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from liaison.databases.fields import Field
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Purpose, ReaderKind

POLICE = frozenset(
    {ReaderKind.BUREAU, ReaderKind.REGIONAL_BODY, ReaderKind.SECRETARIAT, ReaderKind.COMMISSION, ReaderKind.AGENCY}
)

Fields = Mapping[str, object]
Upcaster = Callable[[Fields], dict[str, object]]
Rule = Callable[[Fields], list[Finding]]


class MayEnter(StrEnum):
    """Who may enter a record: any source with the right, or only the country that issued the document."""

    SOURCE = "source"
    ISSUING_COUNTRY = "issuing_country"


@dataclass(frozen=True, slots=True)
class Minimum:
    """Of these fields at least one must be given, unless another has a value that excuses it (RPD-36)."""

    fields: tuple[str, ...]
    problem: str
    remedy: str
    unless_field: str = ""
    unless_values: frozenset[str] = frozenset()

    def is_met(self, fields: Fields) -> bool:
        """Whether these fields satisfy it."""
        return any(fields.get(name) for name in self.fields) or fields.get(self.unless_field) in self.unless_values


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """Which fields a record is found by; an empty name means that the database has none of the kind.

    `documents` is a group with number, country and kind; `number`, `range`, `country` and `kind` are single fields of
    a record that is itself a document. `identifiers` are fields of type identifier, parts of groups as `group.part`.
    """

    names: str = ""
    birth_dates: str = ""
    nationalities: str = ""
    sex: str = ""
    documents: str = ""
    number: str = ""
    range: str = ""
    country: str = ""
    kind: str = ""
    references: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Database:
    """One kind of police record.

    `label` and `purpose` are message ids. `retention_policy` names the policy value (in years) whose default is
    `retention_years` and which may be set up to `retention_years_max`; `retention_is_verified` where the text of the
    article was read (mark V). `upcasters` lead from each earlier version to the next; `rules` judge fields together
    and refuse, `unusual` only has them compared once more.
    """

    kind: str
    version: int
    label: str
    purpose: str
    reference_prefix: str
    fields: tuple[Field, ...]
    purposes: frozenset[Purpose]
    who_may_enter: MayEnter
    who_may_query: frozenset[ReaderKind]
    search_keys: SearchKeys
    retention_policy: str
    retention_years: int
    title_fields: tuple[str, ...]
    minimum: tuple[Minimum, ...] = ()
    public_fields: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    unusual: tuple[Rule, ...] = ()
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)
    retention_years_max: int = 99
    retention_is_verified: bool = False

    def __post_init__(self) -> None:
        names = [one.name for one in self.fields]
        named = {*self.title_fields, *self.public_fields, *(name for least in self.minimum for name in least.fields)}
        assert len(set(names)) == len(names), f"{self.kind} declares a field twice"
        assert named <= set(names), f"{self.kind} names fields it does not declare: {named - set(names)}"
        assert set(self.upcasters) == set(range(1, self.version)), f"{self.kind} lacks an upcaster"

    @property
    def at_version(self) -> str:
        """The kind with its version, as content names it: `persons@1`."""
        return f"{self.kind}@{self.version}"

    @property
    def sensitive(self) -> tuple[str, ...]:
        """The fields that need a reason of their own (RPD-42), parts as `group.part`."""
        return tuple(self._sensitive())

    def field(self, name: str) -> Field | None:
        """Return the field of that name; None where the database has none."""
        return next((one for one in self.fields if one.name == name), None)

    def upcast(self, version: int, fields: Fields) -> dict[str, object]:
        """Return fields of that version as the present version has them; raise Refused for one still to come."""
        if not 1 <= version <= self.version:
            raise Refused(_unknown_version(self, version))
        present = dict(fields)
        for step in range(version, self.version):
            present = self.upcasters[step](present)
        return present

    def _sensitive(self) -> list[str]:
        whole = [one.name for one in self.fields if one.sensitive]
        parts = [f"{one.name}.{part.name}" for one in self.fields for part in one.parts if part.sensitive]
        return whole + parts


def _unknown_version(database: Database, version: int) -> Finding:
    return Finding(
        code="database.version",
        problem=mark("%(kind)s has no version %(version)s here; the newest is %(newest)s."),
        remedy=mark("Upgrade this installation: the record was written by a newer release."),
        values={"kind": database.kind, "version": version, "newest": database.version},
    )
