"""What every test finds: a database of its own, a clock that moves, the public lists, and honesty about skips.

- `db` (pytest-django's): one transaction, rolled back. The doors' role only. Enough for most tests.
- `committed_db`: a fresh copy of the schema, where threads and other roles see what was committed. ~0.1 s.
- `clock`: moves `liaison_now()`.   - `samples`: the folder of public lists.   - `house`: the database of this worker.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

from liaison.matching import warm_up
from liaison.matching.kept_code import kept_in
from tests.budgets import budget, is_proof, some
from tests.suite_database import SuiteDatabase, choose_folder, end

if settings.configured:
    raise pytest.UsageError(
        "Unset DJANGO_SETTINGS_MODULE: the suite must choose a home of its own before settings load."
    )
RUN = choose_folder()

REPOSITORY = Path(__file__).resolve().parent.parent
PURE_ROOMS = ("names", "identifiers", "databases", "matching", "rules", "biometrics", "formats", "ledger")
EXAMPLES, EXAMPLES_OF_PROOF = 30, 400
"""Of a law that names no number of its own."""
SHARED = {"committed_module", "copy", "demo"}
"""Fixtures that take many seconds, and serve all tests of a module or of a folder."""
JOURNEYS = REPOSITORY / "tests" / "journeys"
NO_SAMPLES = "samples: the public lists are not here (LIAISON_SAMPLES)"


@pytest.fixture(scope="session")
def house(django_db_blocker) -> Iterator[SuiteDatabase]:
    """The server and the database of this worker, before any test asked Django for it."""
    with django_db_blocker.unblock():
        database = SuiteDatabase(RUN)
    yield database
    with django_db_blocker.unblock():
        database.use("postgres")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Hash a password in a millisecond instead of a sixth of a second: thousands of users are invented here.

    Programs that tests start hash as slowly as in service.
    """
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Let a request in Arabic, or a test that failed in it, leave the next test in English."""
    yield
    if settings.configured:
        translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(house: SuiteDatabase) -> None:
    """Replaces pytest-django's: the schema comes from the template, and the suite connects as the doors do."""


@pytest.fixture
def committed_db(house: SuiteDatabase, django_db_blocker) -> Iterator[SuiteDatabase]:
    """A database of this test's own: all roles and threads, real commits, gone afterwards."""
    with _own_database(house, django_db_blocker):
        yield house


@contextmanager
def _own_database(house: SuiteDatabase, django_db_blocker) -> Iterator[None]:
    name = house.clone()
    with django_db_blocker.unblock():
        house.use(name)
        try:
            yield
        finally:
            house.use(house.own)
            house.drop(name)


class Clock:
    """Moves the database's clock for one test."""

    def __init__(self, database: SuiteDatabase) -> None:
        self._database = database
        self._ahead = timedelta()

    def move(self, **by: float) -> None:
        """Move on, as `timedelta` counts: `clock.move(days=3)`."""
        self._set(self._ahead + timedelta(**by))

    def set_to(self, moment: datetime) -> None:
        """Make it this moment now (aware)."""
        self._set(moment - datetime.now(moment.tzinfo))

    def _set(self, ahead: timedelta) -> None:
        from liaison.postgres import Role

        self._ahead = ahead
        with self._database.as_role(Role.OWNER) as connection:
            connection.execute("update liaison_clock set ahead = %s", [ahead])


@pytest.fixture
def clock(request: pytest.FixtureRequest, house: SuiteDatabase) -> Iterator[Clock]:
    """The clock of the database in use; put back afterwards."""
    moved = Clock(house)
    yield moved
    moved._set(timedelta())


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of public lists: LIAISON_SAMPLES, else `shared` beside the project."""
    named = os.environ.get("LIAISON_SAMPLES")
    folder = Path(named) if named else REPOSITORY.parent / "shared"
    if not folder.is_dir() and "samples" in required():
        pytest.fail(NO_SAMPLES)
    if not folder.is_dir():
        pytest.skip(NO_SAMPLES)
    return folder


class Honesty:
    """In CI, a skip that nobody allowed and a browser that never ran make the run red."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.skipped: dict[str, str] = {}
        self.browser_passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what was skipped, and which journeys passed in a browser."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped[report.nodeid] = _reason(report.longrepr)
        if report.when == "call" and report.passed and "browser" in report.keywords:
            self.browser_passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A whole module may be skipped, too."""
        if report.skipped:
            self.skipped[report.nodeid] = _reason(report.longrepr)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Decide."""
        if self.complaints() and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter) -> None:
        """Say why."""
        terminalreporter.write_line(f"browser: {self.browser_passed} passed")
        for complaint in self.complaints():
            terminalreporter.write_line(complaint, red=True)

    def complaints(self) -> list[str]:
        """What makes this run red, if it runs in CI."""
        if os.environ.get("CI") != "true":
            return []
        allowed = allowed_skips()
        said = [
            f"skipped without permission (tests/allowed_skips.txt): {test}: {reason}"
            for test, reason in sorted(self.skipped.items())
            if not any(words in reason for words in allowed)
        ]
        if "browser" in required() and _is_whole(self.config) and not is_proof() and not self.browser_passed:
            said.append("LIAISON_REQUIRE names browser, and no browser test passed")
        return said


def _is_whole(config: pytest.Config) -> bool:
    """Whether nobody chose tests: by path, word or mark."""
    chosen = [str(Path(argument).resolve()) for argument in config.args]
    whole = {str(REPOSITORY), str(REPOSITORY / "tests")}
    return not config.option.keyword and not config.option.markexpr and set(chosen) <= whole


def required() -> set[str]:
    """What may not be missing on this machine (LIAISON_REQUIRE)."""
    return {name.strip() for name in os.environ.get("LIAISON_REQUIRE", "").split(",")}


def allowed_skips() -> list[str]:
    """The words that excuse a skip."""
    lines = (REPOSITORY / "tests" / "allowed_skips.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


def pytest_configure(config: pytest.Config) -> None:
    """Set Django up unless only rooms that know nothing of it are tried; keep count in the process that decides."""
    if not _only_pure_rooms(config):
        os.environ["DJANGO_SETTINGS_MODULE"] = "liaison.config.settings"
        django.setup()
        # Workers inherit our environment, and would read the settings before they have chosen their own home.
        del os.environ["DJANGO_SETTINGS_MODULE"]
    kept = kept_in()
    if not hasattr(config, "workerinput") and kept and not kept.exists():
        warm_up()  # Once, before workers start to compile the same side by side.
    examples = budget(EXAMPLES, EXAMPLES_OF_PROOF)
    # No deadline: how long one example takes says how busy the machine is. Each test has its limit in any case.
    hypothesis.settings.register_profile("house", max_examples=examples, deadline=None)
    hypothesis.settings.load_profile("house")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Honesty(config), "honesty")


def _only_pure_rooms(config: pytest.Config) -> bool:
    chosen = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    return bool(chosen) and all(map(_is_pure, chosen))


@cache
def _is_pure(path: Path) -> bool:
    return any(path.is_relative_to(REPOSITORY / "tests" / room) for room in PURE_ROOMS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep together what shares something costly, and drop from `make proof` what would do what `make test` did."""
    _group(items)
    if is_proof() and _is_whole(config):
        _keep_what_grows(config, items)


def _group(items: list[pytest.Item]) -> None:
    """Let one worker run all tests that share a costly world, which each worker would build again for its part.

    What takes milliseconds goes by the file, so that nobody spends longer on handing it out. Read by
    `--dist loadgroup`.
    """
    for item in items:
        shared = SHARED & set(getattr(item, "fixturenames", ()))
        if item.path.is_relative_to(JOURNEYS) and "demo" in shared:
            item.add_marker(pytest.mark.xdist_group("demos"))
        elif shared or _is_pure(item.path):
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(REPOSITORY).as_posix()))


def _keep_what_grows(config: pytest.Config, items: list[pytest.Item]) -> None:
    halves: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        module = getattr(item, "module", None)
        grows = any(getattr(module, kind.__name__, None) is kind for kind in (budget, some))
        halves[grows or item.get_closest_marker("hypothesis") is not None].append(item)
    config.hook.pytest_deselected(items=halves[False])
    items[:] = halves[True]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever began the run ends its server."""
    if not hasattr(config, "workerinput"):
        end(RUN)


@pytest.fixture(scope="module")
def committed_module(house: SuiteDatabase, django_db_blocker) -> Iterator[SuiteDatabase]:
    """A database of this module's own."""
    with _own_database(house, django_db_blocker):
        yield house
