"""The command itself: exit status, help, refusals for people and for programs, and one `serve` a home."""

import argparse
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from liaison.cli import db, main, serve, work
from liaison.config.env import Environment
from liaison.refusal import Finding, Refused

NO = Refused(
    Finding("demo.no", "There are %(count)s.", "Add one.", source="policy: demo", values={"count": 3}),
    Finding("demo.also", "It is late.", ""),
)


def refusing(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("refuse")
    parser.add_argument("--json", action="store_true")

    def run(_: argparse.Namespace) -> int:
        raise NO

    parser.set_defaults(run=run)


class TestGivenTheCommand:
    def test_when_nothing_is_asked_then_it_shows_help_and_that_is_wrong_usage(self, capsys):
        assert main.main([]) == 2
        assert "doctor" in capsys.readouterr().err

    def test_when_a_verb_is_missing_then_it_shows_the_verbs(self, capsys):
        assert main.main(["db"]) == 2
        assert "migrate" in capsys.readouterr().err

    def test_when_a_noun_is_unknown_then_that_is_wrong_usage(self, capsys):
        with pytest.raises(SystemExit) as ended:
            main.main(["databse"])
        assert ended.value.code == 2

    @pytest.mark.parametrize("noun", ["db", "doctor", "serve", "work"])
    def test_when_help_is_asked_then_it_is_given(self, noun: str, capsys):
        with pytest.raises(SystemExit) as ended:
            main.main([noun, "--help"])
        assert ended.value.code == 0

    def test_when_it_is_refused_then_people_read_all_findings_on_stderr(self, monkeypatch, capsys):
        monkeypatch.setattr(db, "register", refusing)

        assert main.main(["refuse"]) == 1

        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.splitlines() == ["There are 3. Add one. (policy: demo)", "It is late."]

    def test_when_it_is_refused_then_programs_read_them_on_stdout(self, monkeypatch, capsys):
        monkeypatch.setattr(db, "register", refusing)

        assert main.main(["refuse", "--json"]) == 1

        findings = json.loads(capsys.readouterr().out)["findings"]
        assert [finding["code"] for finding in findings] == ["demo.no", "demo.also"]
        assert findings[0]["said"] == "There are 3. Add one."


class TestGivenAServedHome:
    def test_when_a_second_serve_comes_then_it_is_told_who_holds_it(self, tmp_path: Path):
        with serve.alone(tmp_path, "http://127.0.0.1:8000"):
            assert serve.served_address(tmp_path) == "http://127.0.0.1:8000"
            with pytest.raises(Refused) as refused, serve.alone(tmp_path, "http://127.0.0.1:8001"):
                pass

        assert "http://127.0.0.1:8000" in str(refused.value)
        assert str(os.getpid()) in str(refused.value)
        assert serve.served_address(tmp_path) is None

    def test_when_the_first_was_killed_then_the_next_may(self, tmp_path: Path):
        child = os.fork()
        if child == 0:
            with serve.alone(tmp_path, "http://127.0.0.1:8000"):
                time.sleep(60)
            os._exit(0)
        while serve.served_address(tmp_path) is None:
            time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

        with serve.alone(tmp_path, "http://127.0.0.1:8001"):
            assert serve.served_address(tmp_path) == "http://127.0.0.1:8001"

    def test_when_a_number_is_out_of_range_then_all_are_named(self, tmp_path: Path, monkeypatch, capsys):
        monkeypatch.setattr(serve, "environment", lambda: Environment(home=tmp_path))

        assert main.main(["serve", "--port", "0", "--workers", "65"]) == 1
        said = capsys.readouterr().err
        assert "--port" in said
        assert "--workers" in said


class TestGivenPartsAtWork:
    def test_when_told_to_stop_then_all_end_and_that_is_well(self):
        stop, ended = threading.Event(), []
        threading.Timer(0.1, stop.set).start()

        status = work.supervise({n: lambda s, n=n: (s.wait(), ended.append(n)) for n in ("one", "two")}, stop)

        assert status == 0
        assert sorted(ended) == ["one", "two"]

    @pytest.mark.parametrize("part", [lambda stop: 1 / 0, lambda stop: None])
    def test_when_one_dies_or_just_ends_then_all_are_stopped_and_that_is_an_error(self, part, capsys):
        stop, ended = threading.Event(), []

        status = work.supervise({"weak": part, "strong": lambda s: (s.wait(), ended.append("strong"))}, stop)

        assert status == 1
        assert ended == ["strong"]
        assert "weak" in capsys.readouterr().err

    def test_when_one_does_not_stop_then_it_is_named(self, monkeypatch, capsys):
        monkeypatch.setattr(work, "STOP_SECONDS_MAX", 0.1)
        stop = threading.Event()
        stop.set()

        assert work.supervise({"deaf": lambda s: time.sleep(2)}, stop) == 1
        assert "deaf did not stop" in capsys.readouterr().err
