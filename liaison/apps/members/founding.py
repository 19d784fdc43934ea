"""Founding an installation: the bodies of the world, and the first people of the secretariat."""

from collections.abc import Collection, Iterable, Sequence

from liaison.apps.audit import public as audit
from liaison.apps.members import people
from liaison.apps.members.groups import expand_audiences, found_regions
from liaison.apps.members.joining_findings import founded_before, no_country, not_the_first, two_officers
from liaison.apps.members.joining_values import Decided, Person, body_entry
from liaison.apps.members.models import SYSTEM_READER_ID, MembershipChange, Reader, User
from liaison.apps.members.queries import system_viewer
from liaison.apps.members.roles import HEADQUARTERS, Role
from liaison.identifiers import countries
from liaison.refusal import Refused
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.rules.membership import NEEDS_AGREEMENT
from liaison.viewer import ReaderKind

OFFICERS_MIN = 2
"""Every change of membership takes two persons."""

_BODIES = (
    (HEADQUARTERS, ReaderKind.SECRETARIAT, "Secretariat", None),
    ("XC", ReaderKind.COMMISSION, "Commission for the control of files", None),
    ("UN", ReaderKind.PARTNER, "United Nations Security Council", None),
    ("US-OFAC", ReaderKind.PARTNER, "United States Treasury, Office of Foreign Assets Control", None),
)


def found(*, invented: bool = False, members: Collection[str] | None = None) -> int:
    """Bring in the secretariat, the commission, who publishes lists, and a bureau for each country or for `members`.

    Returns how many joined; run again it brings in only what is missing. With `members` (codes of countries, or none
    of them) every other country is admitted one by one, by two membership officers; once founded, no other country
    comes in this way. `invented` adds the bureaus of the invented countries QM to QZ, for demo homes and tests. Who
    publishes lists takes no part without an agreement.
    """
    by = system_viewer()
    bureaus = [*_bureaus(invented=invented or members is not None)]
    with viewing(by):
        if members is not None:
            bureaus = _chosen(bureaus, members)
        wanted = [*_BODIES, *bureaus]
        if not Reader.objects.filter(pk=SYSTEM_READER_ID).exists():
            Reader.objects.create(
                id=SYSTEM_READER_ID, code="SYSTEM", kind=ReaderKind.SYSTEM, name="This installation", joined_at=now()
            )
        known, at = set(Reader.objects.values_list("code", flat=True)), now()
        joined = [
            Reader(
                id=new_id(),
                code=code,
                kind=kind,
                name=name,
                country=country or "",
                joined_at=at,
                took_part=kind not in NEEDS_AGREEMENT,
            )
            for code, kind, name, country in wanted
            if code not in known
        ]
        Reader.objects.bulk_create(joined)
        audit.record_many([body_entry("members.joined", reader) for reader in joined], by=by)
        if found_regions() or joined:
            expand_audiences()
    return len(joined)


def appoint_first_officers(officers: Sequence[Person]) -> list[Decided]:
    """Give the secretariat its first membership officers, two at least, and return their passwords.

    Only whoever runs the machine can ask for it, and only while the secretariat has nobody: from then on its own
    people look after each other.
    """
    by = system_viewer()
    if len(officers) < OFFICERS_MIN:
        raise Refused(two_officers())
    with viewing(by):
        body = Reader.objects.get(code=HEADQUARTERS)
        if User.objects.filter(reader=body).exists():
            raise Refused(not_the_first())
        job = people.Job(Role.MEMBERSHIP_OFFICER)
        made = []
        for one in officers:
            password = people.first_password()
            user = people.create(one.sign_in_name, one.display_name, body=body, job=job, password=password, by=by)
            made.append(Decided(MembershipChange.Status.APPROVED.value, body.code, user.sign_in_name, password))
    return made


def _chosen(
    bureaus: Sequence[tuple[str, ReaderKind, str, str]], members: Collection[str]
) -> list[tuple[str, ReaderKind, str, str]]:
    """Return the bureaus of these countries; raise Refused for what is none, and where somebody joined before."""
    wanted = {code.strip().upper() for code in members}
    if unknown := wanted - {code for code, *_ in bureaus}:
        raise Refused(no_country(sorted(unknown)[0]))
    there = set(Reader.objects.filter(kind=ReaderKind.BUREAU).values_list("code", flat=True))
    founded = Reader.objects.filter(code=HEADQUARTERS).exists()
    if founded and wanted - there:
        raise Refused(founded_before())
    return [one for one in bureaus if one[0] in wanted]


def _bureaus(*, invented: bool) -> Iterable[tuple[str, ReaderKind, str, str]]:
    for country in countries.all_countries():
        if country.invented and not invented:
            continue
        yield country.alpha2, ReaderKind.BUREAU, country.name, country.alpha2
