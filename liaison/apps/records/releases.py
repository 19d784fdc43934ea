"""Who will see what, shown before it is written and signed into the ledger as it was shown.

One function of the database says whom a release reaches: the audience, minus whom the source keeps out of the
database, minus bodies whose agreement does not open it, minus bodies that its conditions exclude. The preview asks
it, and so does the entry, which bears a salted digest; the source keeps what the digest was made of.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from liaison.apps.members import public as members
from liaison.apps.records.models import Record, Release
from liaison.databases import all_databases
from liaison.databases.database import Database
from liaison.databases.declaration import Field
from liaison.ledger.canonical import canonical_json
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules import handling
from liaison.rules.membership import open_to
from liaison.viewer import Level, ReaderKind, Viewer

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see a record: an expression, the level up to which a reader is vetted, and conditions as bits."""

    expression: str
    level: Level = Level.OFFICIAL_USE
    conditions: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a release of one kind reaches at this moment, and with which fields.

    `holds` are bodies by code and one's own agencies, `missing` bureaus that take part and are not reached.
    `kept_out` are those among them whom the source's own restrictions keep out. `fields` are labels of the fields
    that they see; `conditions` what goes with them.
    """

    expression: str
    level: Level
    conditions: tuple[handling.Condition, ...]
    holds: tuple[str, ...]
    missing: tuple[str, ...]
    kept_out: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def shown(self) -> list[str]:
        """Everything that was shown, as words: what ties the second step to the first."""
        codes = [one.code for one in self.conditions]
        return [self.expression, str(int(self.level)), *codes, "|", *self.holds, "|", *(f.name for f in self.fields)]


def preview(kind: str, audience: Audience, viewer: Viewer, *, fields: Iterable[str] = ()) -> Preview:
    """Return whom a record of this kind would reach; raise Refused for what is no audience.

    `fields` are the names of those that the record has; empty is every field of the database.
    """
    database = all_databases()[kind]
    said = members.preview(audience.expression, viewer)
    holds = bodies_reached(kind, Audience(said.expression, audience.level, audience.conditions), viewer)
    without = sorted(set(said.holds) - {*holds, viewer.reader_code})  # the source itself always sees it
    bureaus, named = set(members.bureau_codes()) if without else set(), set(fields)
    return Preview(
        expression=said.expression,
        level=audience.level,
        conditions=handling.conditions_of(audience.conditions),
        holds=holds,
        missing=tuple(sorted({*said.missing, *bureaus.intersection(without)})),
        kept_out=tuple(without),
        fields=tuple(one for one in database.fields if not named or one.name in named),
    )


def bodies_reached(kind: str, audience: Audience, viewer: Viewer) -> tuple[str, ...]:
    """Return, by code, whom a record of the viewer's body would reach; the expression is in its one spelling."""
    with viewing(viewer), connection.cursor() as cursor:
        cursor.execute(
            "select records_preview(%s, %s, %s)",
            [audience.expression, kind, _bodies(all_databases()[kind], audience.conditions)],
        )
        found = members.readers([row[0] for row in cursor.fetchall()])
        return tuple(sorted(one.code for one in found.values()))


def reached(audience_id: int, source_id: UUID, kind: str, conditions: int) -> set[UUID]:
    """Return whom an audience reaches now for records of one source and kind under these conditions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select records_readers(%s, %s, %s, %s)",
            [audience_id, source_id, kind, _bodies(all_databases()[kind], conditions)],
        )
        return {row[0] for row in cursor.fetchall()}


def released_part(
    source_id: UUID, kind: str, audience_ids: tuple[int, int], audience: Audience, fields: Collection[str]
) -> str:
    """Keep who will see a part of a record from now on, and return the salted digest for its entry.

    That is whom both audiences reach, the record's and the part's own; `fields` are what they see besides.
    """
    first, second = (reached(one, source_id, kind, audience.conditions) for one in audience_ids)
    return _keep(source_id, kind, audience, sorted(fields), first & second, now())


def released(record: Record, audience: Audience) -> str:
    """Keep who will see this record from now on and return the salted digest for its entry.

    The salt is the source's: who sees the ledger cannot find a short list of bodies by trying all of them.
    """
    found = reached(record.audience_id, record.source_id, record.kind, audience.conditions)
    fields = [one.name for one in all_databases()[record.kind].fields]
    return _keep(record.source_id, record.kind, audience, fields, found, record.changed_at or now())


def _keep(
    source_id: UUID,
    kind: str,
    audience: Audience,
    fields: Sequence[str],
    readers: Iterable[UUID],
    moment: datetime,
) -> str:
    said = canonical_json(
        {
            "audience": audience.expression,
            "conditions": list(handling.codes_of(audience.conditions)),
            "fields": list(fields),
            "kind": kind,
            "level": int(audience.level),
            "readers": [*sorted(str(one) for one in readers)],
        }
    )
    salt = secrets.token_bytes(SALT_BYTES)
    digest = hashlib.sha256(salt + said).hexdigest()
    Release.objects.create(digest=digest, source_id=source_id, salt=salt, said=said.decode(), made_at=moment)
    return digest


def holding_of(source_id: UUID, kind: str) -> int:
    """Return the number of what one source holds of one kind."""
    with connection.cursor() as cursor:
        cursor.execute("select records_intern_holding(%s, %s)", [source_id, kind])
        return int(cursor.fetchone()[0])


def closed_holdings(viewer: Viewer) -> frozenset[int]:
    """Return the holdings that their sources closed to the viewer's body, as the policy of the rows asks it."""
    with viewing(viewer, savepoint=False), connection.cursor() as cursor:
        cursor.execute("select records_closed()")
        return frozenset(cursor.fetchone()[0])


def _bodies(database: Database, conditions: int) -> list[str]:
    """Return the kinds of bodies that may ask this database and that the conditions do not exclude."""
    return sorted(
        kind.value
        for kind in ReaderKind
        if database.kind in open_to(kind) and not handling.closed_to_bodies(kind) & conditions
    )
