"""A floor imports those below it; a knowledge room those before it; an app only `public.py` of earlier apps."""

import ast
from collections.abc import Iterable, Sequence

from django.conf import settings

from tests.architecture.house import EVERYWHERE, KITS, KNOWLEDGE, ROOF, Source, package_sources

# What a room of knowledge may know of the others (the map of the house). Nobody knows a room that is not named.
KNOWN_TO = {
    "names": set(),
    "identifiers": {"names"},
    "databases": {"names", "identifiers"},
    "matching": {"names", "identifiers"},
    "rules": {"names", "identifiers", "databases"},
    "biometrics": set(),
    "formats": {"names", "identifiers", "databases"},
    "ledger": set(),
}
# Kits know knowledge, and the kits before them.
KITS_IN_ORDER = KITS


def row_of_apps() -> list[str]:
    """Return the apps in the order of INSTALLED_APPS, which is the row."""
    return [app.removeprefix("liaison.") for app in settings.INSTALLED_APPS if app.startswith("liaison.apps.")]


def climbing(sources: Iterable[Source]) -> list[str]:
    """Return every import of a floor above, or of a room that this one does not know."""
    return [
        f"{source.path}:{found.line}: {source.room} imports {found.module}"
        for source in sources
        for found in source.imports
        if found.room and found.room != source.room and not _may_know(source.room, found.room)
    ]


def _may_know(room: str, other: str) -> bool:
    if other in EVERYWHERE or room in ROOF:
        return True
    if room in EVERYWHERE:
        return False
    if room in KNOWLEDGE:
        return other in KNOWN_TO[room]
    if room in KITS_IN_ORDER:
        return other in KNOWLEDGE or other in KITS_IN_ORDER[: KITS_IN_ORDER.index(room)]
    return other in KNOWLEDGE or other in KITS or other.startswith("apps.")


def out_of_the_row(sources: Iterable[Source], row: Sequence[str]) -> list[str]:
    """Return every import by an app of a later one, or of anything but the `public.py` of an earlier one."""
    complaints = []
    for source in sources:
        if not source.room.startswith("apps."):
            continue
        for found in source.imports:
            if not found.room.startswith("apps.") or found.room == source.room:
                continue
            if found.room not in row or row.index(found.room) > row.index(source.room):
                complaints.append(f"{source.path}:{found.line}: {source.room} comes before {found.room}")
            elif found.module.split(".")[3:4] != ["public"]:
                complaints.append(f"{source.path}:{found.line}: {found.module} is not the public.py of {found.room}")
    return complaints


def impure(sources: Iterable[Source]) -> list[str]:
    """Return what knowledge may not touch: Django, network, processes, the clock, the environment, chance."""
    complaints = []
    for source in sources:
        if source.room not in KNOWLEDGE:
            continue
        complaints += [
            f"{source.path}:{found.line}: knowledge imports {found.module}"
            for found in source.imports
            if found.library in _NOT_PURE
        ]
        complaints += [
            f"{source.path}:{node.lineno}: knowledge reads {ast.unparse(node)}"
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node) in _CLOCKS
        ]
    return complaints


_NOT_PURE = {
    "django",
    "psycopg",
    "socket",
    "ssl",
    "http",
    "urllib",
    "subprocess",
    "asyncio",
    "time",
    "random",
    "secrets",
}
_CLOCKS = {"os.environ", "os.getenv", "datetime.now", "date.today", "datetime.datetime.now", "datetime.date.today"}


class TestGivenTheHouse:
    def test_then_no_floor_imports_one_above(self):
        assert climbing(package_sources()) == []

    def test_then_apps_know_only_the_public_names_of_earlier_ones(self):
        assert out_of_the_row(package_sources(), row_of_apps()) == []

    def test_then_knowledge_is_values_in_and_values_out(self):
        assert impure(package_sources()) == []

    def test_then_every_app_of_the_house_is_in_the_row(self):
        apps = {source.room for source in package_sources() if source.room.startswith("apps.")}

        assert apps == set(row_of_apps())


class TestGivenAPlantedViolation:
    ROW = ("apps.audit", "apps.members", "apps.records")

    def test_when_a_kit_imports_an_app_then_it_is_found(self):
        planted = Source("liaison/web/pages.py", "from liaison.apps.members import public")

        assert climbing([planted]) == ["liaison/web/pages.py:1: web imports liaison.apps.members.public"]

    def test_when_knowledge_imports_a_room_that_it_does_not_know_then_it_is_found(self):
        planted = Source("liaison/names/parse.py", "def f():\n    from liaison.matching import engine")

        assert climbing([planted]) == ["liaison/names/parse.py:2: names imports liaison.matching"]

    def test_when_a_kit_imports_a_later_kit_then_it_is_found(self):
        assert climbing([Source("liaison/rows/bulk.py", "import liaison.web.errors")])

    def test_when_an_app_imports_the_roof_then_it_is_found(self):
        assert climbing([Source("liaison/apps/audit/services.py", "from liaison.config.env import Environment")])

    def test_when_an_app_imports_a_later_app_then_it_is_found(self):
        planted = Source("liaison/apps/audit/services.py", "from liaison.apps.records.public import cards")

        assert out_of_the_row([planted], self.ROW) == [
            "liaison/apps/audit/services.py:1: apps.audit comes before apps.records"
        ]

    def test_when_an_app_reaches_past_public_then_it_is_found(self):
        planted = Source("liaison/apps/records/services.py", "from liaison.apps.members.models import B")

        assert out_of_the_row([planted], self.ROW) == [
            "liaison/apps/records/services.py:1: liaison.apps.members.models.B is not the public.py of apps.members"
        ]

    def test_when_an_app_uses_the_public_names_of_an_earlier_one_then_it_is_not_found(self):
        planted = Source("liaison/apps/records/services.py", "from liaison.apps.members import public as members")

        assert out_of_the_row([planted], self.ROW) == []

    def test_when_knowledge_imports_django_or_reads_the_clock_then_both_are_found(self):
        planted = Source(
            "liaison/rules/access.py", "import django.conf\nfrom datetime import datetime\nx = datetime.now()"
        )

        assert impure([planted]) == [
            "liaison/rules/access.py:1: knowledge imports django.conf",
            "liaison/rules/access.py:3: knowledge reads datetime.now",
        ]
