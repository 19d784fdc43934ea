"""The lists that can be imported: who publishes each, which reader reads it, and who may see its records."""

import dataclasses

from liaison.apps.members import public as members
from liaison.databases import all_databases
from liaison.formats import ofac_csv
from liaison.formats.ftm_tables import tables
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Level


@dataclasses.dataclass(frozen=True, slots=True)
class PublishedList:
    """One list. `source` is the code of the partner who answers for its records, whoever imports them.

    An empty `source` is a list of the importer's own body, which answers for it itself. One that never `withdraws`
    only adds and changes, unless whoever imports it says that the file is the whole list. `members` are the names of
    the files of a list that comes as several.
    """

    name: str
    label: str
    parser: str
    source: str
    kinds: tuple[str, ...]
    audience: str = "all"
    level: Level = Level.OFFICIAL_USE
    withdraws: bool = True
    members: tuple[str, ...] = ()


_LISTS = (
    PublishedList(
        name="un-sc",
        label=mark("Consolidated list of the United Nations Security Council"),
        parser="un_xml",
        source=members.UNITED_NATIONS,
        kinds=("persons", "organisations"),
    ),
    PublishedList(
        name="ofac-sdn",
        label=mark("Specially Designated Nationals list of the United States Treasury (OFAC)"),
        parser="ofac_csv",
        source=members.UNITED_STATES_TREASURY,
        kinds=tuple(ofac_csv.KINDS.values()),
        members=ofac_csv.MEMBERS,
    ),
    PublishedList(
        name="ftm",
        label=mark("FollowTheMoney entities, as JSON lines"),
        parser="ftm",
        source="",
        kinds=tuple(tables()),
        withdraws=False,
    ),
    *(
        PublishedList(
            name=f"csv-{kind.replace('_', '-')}",
            label=database.label,
            parser=f"csv:{kind}",
            source="",
            kinds=(kind,),
            withdraws=False,
        )
        for kind, database in all_databases().items()
    ),
    PublishedList(
        name="stix",
        label=mark("STIX 2.1 bundle"),
        parser="stix",
        source="",
        kinds=tuple(all_databases()),
        audience="",
        withdraws=False,
    ),
    PublishedList(
        name="misp",
        label=mark("MISP event"),
        parser="misp",
        source="",
        kinds=tuple(all_databases()),
        audience="",
        withdraws=False,
    ),
)

LISTS: dict[str, PublishedList] = {published.name: published for published in _LISTS}


def list_named(name: str) -> PublishedList:
    """Return the list of that name; raise Refused with the names that there are."""
    if name in LISTS:
        return LISTS[name]
    raise Refused(
        Finding(
            code="exchange.no_such_list",
            problem=mark("There is no list “%(name)s”."),
            remedy=mark("Choose one of these: %(names)s."),
            field="list",
            values={"name": name[:40], "names": ", ".join(LISTS)},
        )
    )
