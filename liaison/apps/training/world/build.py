"""Writes the invented world through the public services of members and records: twice changes nothing.

First comes what a newcomer needs (members, users, the offered person and his stolen passport), then a few things of
every kind, then the people, then the documents: the offered hit works long before the last document is in.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.training.models import WorldPart
from liaison.apps.training.world.agents import answering, enrol
from liaison.apps.training.world.documents import DOCUMENTS, InventedDocument, documents
from liaison.apps.training.world.membership import AGENCY, join_bodies
from liaison.apps.training.world.people import OFFERED, PEOPLE, InventedPerson, people, person
from liaison.apps.training.world.portraits import COUNT as PORTRAITS
from liaison.apps.training.world.portraits import portrait
from liaison.apps.training.world.stocks import COUNTRIES
from liaison.apps.training.world.things import EACH, KINDS, InventedThing, things
from liaison.apps.training.world.users import (
    ADMINISTRATOR,
    MEMBERSHIP_OFFICERS,
    OTHER_SUPERVISOR,
    PASSWORD,
    SUPERVISOR,
    InventedUser,
    officer_of,
    users,
)
from liaison.identifiers import countries, mrz
from liaison.rows.public import now
from liaison.viewer import Purpose, Viewer

PERSONS, TRAVEL_DOCUMENTS = "persons", "travel_documents"

_EVENT_DAY = "2026-10-03"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """How much this very run wrote; all zero when the world was there already."""

    users: int = 0
    things: int = 0
    people: int = 0
    documents: int = 0


def build_world(
    *,
    people_count: int = PEOPLE,
    document_count: int = DOCUMENTS,
    things_each: int = EACH,
    progress: Progress | None = None,
) -> Written:
    """Write whatever of the invented world is not there yet, its agents answering meanwhile."""
    with answering():
        begun = begin_world()
        rest = finish_world(
            people_count=people_count, document_count=document_count, things_each=things_each, progress=progress
        )
    return Written(
        begun.users + rest.users,
        begun.things + rest.things,
        begun.people + rest.people,
        begun.documents + rest.documents,
    )


def begin_world() -> Written:
    """Write what the first minute needs: members, users, a key, the offered person and his stolen passport.

    The agents answer meanwhile: the caller sees to it.
    """
    joined = _join(user for user in users() if user.comes_for and user.reader != AGENCY)
    _name_desk()
    join_bodies(
        administrator=ADMINISTRATOR,
        supervisor=SUPERVISOR,
        other_supervisor=OTHER_SUPERVISOR,
        officers=MEMBERSHIP_OFFICERS,
    )
    joined += _join(user for user in users() if user.reader == AGENCY)
    offered = person(OFFERED)
    enrol([offered.country])
    viewer = _officer(offered.country)
    return Written(
        users=joined,
        people=_write_part("offer: person", [_person_draft(offered)], by=viewer),
        documents=_write_part("offer: document", list(_stolen_drafts([offered])), by=viewer),
    )


def finish_world(
    *,
    people_count: int = PEOPLE,
    document_count: int = DOCUMENTS,
    things_each: int = EACH,
    progress: Progress | None = None,
) -> Written:
    """Write the other users and keys, then things, people and documents country by country.

    A killed run goes on where it stopped. The agents answer meanwhile: the caller sees to it.
    """
    joined = _join(users())
    enrol(COUNTRIES)
    crowd = [one for one in people(people_count) if one.number != OFFERED]
    persons = _by_country((one.country, _person_draft(one)) for one in crowd)
    papers = _by_country((one.country, _document_draft(one)) for one in documents(document_count))
    for one in crowd:
        papers.setdefault(one.country, []).extend(_stolen_drafts([one]))
    return Written(
        users=joined,
        things=_write_parts("things", _by_country(map(_thing_draft, things(things_each))), progress=progress),
        people=_write_parts("people", persons, progress=progress),
        documents=_write_parts("documents", papers, progress=progress),
    )


def is_complete(*, people_count: int = PEOPLE, document_count: int = DOCUMENTS) -> bool:
    """Whether everything of the world is written: all parts are there, and none was of a smaller world."""
    written = dict(WorldPart.objects.values_list("name", "records"))
    expected = {"things": len(COUNTRIES) * len(KINDS) * EACH, "people": people_count - 1, "documents": document_count}
    return all(_held(noun, written) >= count for noun, count in expected.items())


def _held(noun: str, written: Mapping[str, int]) -> int:
    return sum(count for name, count in written.items() if name.startswith(f"{noun}: "))


def offer() -> str:
    """Return the machine-readable zone of the passport that the start page offers to paste: its holder is wanted."""
    wanted = person(OFFERED)
    passport = wanted.passport
    assert passport is not None, "the offered person has a passport"
    issuer = countries.by_alpha2(wanted.country)
    assert issuer is not None, "its country is known"
    lines = mrz.make(
        mrz.Format.TD3,
        issuer=issuer.alpha3,
        number=passport["number"],
        surname=wanted.family,
        given_names=wanted.given,
        birth=wanted.born,
        sex="M",
        expiry=date.fromisoformat(passport["expires_on"]),
    )
    return "\n".join(lines)


def _join(invented: Iterable[InventedUser]) -> int:
    members.found(invented=True)
    system = members.system_viewer()
    missing = [user for user in invented if members.viewer_by_name(user.sign_in_name, Purpose.SYSTEM) is None]
    for user in missing:
        members.add_user(
            sign_in_name=user.sign_in_name,
            display_name=user.display_name,
            reader=user.reader,
            role=user.role,
            level=user.level,
            password=PASSWORD,
            by=system,
        )
        _give_second_factor(user.sign_in_name)
    return len(missing)


def _give_second_factor(sign_in_name: str) -> None:
    """Let an invented user be asked for a second factor: the page of a demo world shows one each time."""
    viewer = members.viewer_by_name(sign_in_name, Purpose.IDENTIFY)
    assert viewer is not None, "he has just joined"
    members.spare_code(by=viewer)


def _name_desk() -> None:
    """Name the desk of the one bureau that has an administrator, unless he has named another."""
    administrator = members.viewer_by_name(ADMINISTRATOR, Purpose.SYSTEM)
    assert administrator is not None, "he is among the invited"
    if not members.contacts([administrator.reader_id], administrator):
        members.set_contact(desk="Records desk", phone="", email="records@qm.example", always=True, by=administrator)


def _officer(country: str) -> Viewer:
    viewer = members.viewer_by_name(officer_of(country), Purpose.INVESTIGATE)
    assert viewer is not None, f"{country} has an officer"
    return viewer


def _write_parts(noun: str, drafts: Mapping[str, Sequence[records.Draft]], *, progress: Progress | None) -> int:
    """Write one part a country; return how many records were entered."""
    total = sum(map(len, drafts.values()))
    written = done = 0
    for country in sorted(drafts):
        part = f"{noun}: {country}"
        told = _counted(progress, noun, before=done, total=total)
        written += _write_part(part, drafts[country], by=_officer(country), progress=told)
        done += len(drafts[country])
        if progress:
            progress(noun, done, total)
    return written


def _counted(progress: Progress | None, noun: str, *, before: int, total: int) -> Callable[[int, int], None] | None:
    """Return what tells the progress of one part as that of the whole."""
    return (lambda entered, _of_part: progress(noun, before + entered, total)) if progress else None


def _write_part(
    name: str, drafts: Sequence[records.Draft], *, by: Viewer, progress: Callable[[int, int], None] | None = None
) -> int:
    """Enter the drafts that are not there yet and note the part as complete; return how many were entered."""
    done = WorldPart.objects.filter(name=name).first()
    if done is not None and done.records >= len(drafts):
        return 0
    there: set[str] = set()
    for kind in sorted({draft.kind for draft in drafts}):
        there |= set(records.by_foreign_key(kind, by.reader_id, viewer=by))
    missing = [draft for draft in drafts if draft.foreign_key not in there]
    records.enter_many(missing, by=by, progress=progress)
    WorldPart.objects.update_or_create(name=name, defaults={"records": len(drafts), "written_at": now()})
    return len(missing)


def _by_country(drafts: Iterable[tuple[str, records.Draft]]) -> dict[str, list[records.Draft]]:
    grouped: dict[str, list[records.Draft]] = {}
    for country, draft in drafts:
        grouped.setdefault(country, []).append(draft)
    return grouped


def _person_draft(invented: InventedPerson) -> records.Draft:
    fields = dict(invented.fields)
    if invented.number < PORTRAITS:
        drawn = portrait(invented.number, female=invented.female)
        fields["portrait"] = base64.b64encode(drawn).decode("ascii")
    return records.Draft(kind=PERSONS, fields=fields, foreign_key=f"world:{invented.number}")


def _document_draft(invented: InventedDocument) -> records.Draft:
    return records.Draft(kind=TRAVEL_DOCUMENTS, fields=invented.fields, foreign_key=f"world:{invented.number}")


def _thing_draft(thing: InventedThing) -> tuple[str, records.Draft]:
    key = f"world:{thing.number}"
    return thing.country, records.Draft(kind=thing.kind, fields=thing.fields, foreign_key=key)


def _stolen_drafts(crowd: Iterable[InventedPerson]) -> Iterator[records.Draft]:
    """Yield the report of each passport that was stolen from the person it names."""
    for invented in crowd:
        if invented.passport and invented.passport_is_stolen:
            fields = {
                "number": invented.passport["number"],
                "document_kind": invented.passport["kind"],
                "country": invented.country,
                "event": "stolen",
                "event_on": _EVENT_DAY,
            }
            yield records.Draft(kind=TRAVEL_DOCUMENTS, fields=fields, foreign_key=f"passport:{invented.number}")
