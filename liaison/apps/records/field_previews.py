"""Who will see which fields of one record, shown before some of them are restricted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from liaison.apps.records.queries import RecordCard
from liaison.apps.records.releases import Audience, Preview, bodies_reached, preview
from liaison.databases import all_databases
from liaison.databases.database import Database
from liaison.databases.declaration import Field
from liaison.databases.restricting import WHOLE, Split, Wish, spelled, split
from liaison.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Shown:
    """A field, and what of it is seen; `values` is empty where all that comes into it later is meant."""

    field: Field
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PartPreview:
    """Who sees something besides what is open: the audience, the other bodies in it that see the record, and what."""

    audience: str
    holds: tuple[str, ...]
    shows: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class FieldsPreview:
    """Who will see a record with which open fields, and who sees which others."""

    record: Preview
    parts: tuple[PartPreview, ...]

    @property
    def shown(self) -> list[str]:
        """Everything that was shown, as words: what ties the second step to the first."""
        said = list(self.record.shown)
        for part in self.parts:
            values = [spelled([one.field.name, *one.values]) for one in part.shows]
            said += ["|", part.audience, "|", *part.holds, "|", *values]
        return said


def fields_preview(
    kind: str, audience: Audience, fields: Mapping[str, object], wishes: Iterable[Wish], viewer: Viewer
) -> FieldsPreview:
    """Return who will see which of these fields, in normal form, with these wishes; raise Refused for no audience."""
    database, wanted = all_databases()[kind], list(wishes)
    parted = split(database, fields, wanted)
    record = preview(kind, audience, viewer, fields=parted.open)
    holds = set(record.holds) - {viewer.reader_code}
    parts = []
    for said in sorted({wish.audience for wish in wanted}):
        reached = bodies_reached(kind, Audience(said, audience.level, audience.conditions), viewer) if said else ()
        parts.append(
            PartPreview(said, tuple(sorted(holds.intersection(reached))), _shows(database, parted, wanted, said))
        )
    return FieldsPreview(record, tuple(parts))


def of_card(card: RecordCard, wishes: Iterable[Wish], viewer: Viewer) -> FieldsPreview:
    """Return who will see which fields of an own record with these wishes."""
    audience = Audience(card.audience, card.level, card.conditions)
    return fields_preview(card.kind, audience, card.fields, wishes, viewer)


def _shows(database: Database, parted: Split, wishes: Iterable[Wish], audience: str) -> tuple[Shown, ...]:
    values: dict[str, list[object]] = {
        wish.field: [] for wish in wishes if wish.audience == audience and wish.value is WHOLE
    }
    for one in parted.kept.get(audience, ()):
        values.setdefault(one.field, []).append(one.value)
    return tuple(Shown(one, tuple(values[one.name])) for one in database.fields if one.name in values)
