"""The suite's own rule: in CI nothing is skipped unseen."""

from types import SimpleNamespace

import pytest

from tests.conftest import NO_SAMPLES, REPOSITORY, Honesty


@pytest.fixture
def honesty(monkeypatch) -> Honesty:
    monkeypatch.setenv("CI", "true")
    monkeypatch.delenv("LIAISON_REQUIRE", raising=False)
    option = SimpleNamespace(keyword="", markexpr="")
    return Honesty(SimpleNamespace(option=option, args=[str(REPOSITORY / "tests")]))


def a_report(**given) -> SimpleNamespace:
    whole = {"nodeid": "tests/test_a.py::test_a", "when": "call", "skipped": False, "passed": False, "keywords": {}}
    return SimpleNamespace(**(whole | given))


class TestGivenCI:
    def test_when_a_skip_is_allowed_then_the_run_stays_green(self, honesty: Honesty):
        honesty.pytest_runtest_logreport(a_report(skipped=True, longrepr=("f", 1, f"Skipped: {NO_SAMPLES}")))

        assert honesty.complaints() == []

    def test_when_a_skip_is_not_allowed_then_it_is_named_and_the_run_red(self, honesty: Honesty):
        honesty.pytest_runtest_logreport(a_report(skipped=True, longrepr=("f", 1, "Skipped: not today")))
        session = SimpleNamespace(exitstatus=pytest.ExitCode.OK)

        honesty.pytest_sessionfinish(session)

        assert session.exitstatus == pytest.ExitCode.TESTS_FAILED
        assert "not today" in honesty.complaints()[0]

    def test_when_a_failure_was_expected_then_it_is_no_skip(self, honesty: Honesty):
        honesty.pytest_runtest_logreport(a_report(skipped=True, wasxfail="known", longrepr=("f", 1, "x")))

        assert honesty.complaints() == []

    @pytest.mark.parametrize(("passed", "complaints"), [(0, 1), (1, 0)])
    def test_when_a_browser_is_required_then_one_must_have_passed(
        self, honesty: Honesty, monkeypatch, passed: int, complaints: int
    ):
        monkeypatch.setenv("LIAISON_REQUIRE", "postgres,browser")
        for _ in range(passed):
            honesty.pytest_runtest_logreport(a_report(passed=True, keywords={"browser": 1}))

        assert len(honesty.complaints()) == complaints

    @pytest.mark.parametrize(
        ("keyword", "markexpr", "args"),
        [("x", "", ["tests"]), ("", "not browser", ["tests"]), ("", "", ["tests/names"])],
    )
    def test_when_only_a_part_was_chosen_then_no_browser_is_missed(
        self, honesty: Honesty, monkeypatch, keyword: str, markexpr: str, args: list[str]
    ):
        monkeypatch.setenv("LIAISON_REQUIRE", "browser")
        chosen = [str(REPOSITORY / name) for name in args]
        honesty.config = SimpleNamespace(option=SimpleNamespace(keyword=keyword, markexpr=markexpr), args=chosen)

        assert honesty.complaints() == []


def test_on_a_laptop_nothing_is_complained_about(honesty: Honesty, monkeypatch):
    monkeypatch.delenv("CI")
    honesty.pytest_runtest_logreport(a_report(skipped=True, longrepr=("f", 1, "Skipped: not today")))

    assert honesty.complaints() == []
