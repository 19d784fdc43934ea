"""The environment, read once: typed, and refused with everything that is wrong at once."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.config.env import PORT_MAX, WORKERS_MAX, Mode, read_environment
from liaison.refusal import Refused


def refused_fields(given_values: dict[str, str]) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_environment(given_values)
    return [finding.field for finding in refused.value.findings]


class TestGivenNothing:
    def test_when_it_is_read_then_it_is_a_development_home_on_this_machine_alone(self):
        read = read_environment({"HOME": "/somewhere/officer"})

        assert read.home == Path("/somewhere/officer/.local/share/liaison")
        assert (read.mode, read.bind, read.port, read.workers) == (Mode.DEVELOPMENT, "127.0.0.1", 8000, 1)
        assert not read.debug
        assert not read.wishes.external

    def test_when_a_value_is_empty_then_it_is_as_if_not_given(self):
        assert read_environment({"HOME": "/h", "LIAISON_PORT": " ", "LIAISON_DATABASE_URL": ""}).port == 8000

    def test_when_the_desktop_says_where_data_go_then_the_home_is_there(self):
        assert read_environment({"HOME": "/h", "XDG_DATA_HOME": "/data"}).home == Path("/data/liaison")


class TestGivenValues:
    def test_when_they_are_right_then_they_are_typed(self, tmp_path: Path):
        read = read_environment(
            {
                "LIAISON_HOME": "relative/home",
                "LIAISON_ENV": "production",
                "LIAISON_DATABASE_URL": "postgresql://admin:secret@db.example:5432/liaison",
                "LIAISON_PG_BIN": str(tmp_path),
                "LIAISON_ALLOW_EMBEDDED": "yes",
                "LIAISON_BIND": "::1",
                "LIAISON_PORT": "443",
                "LIAISON_HOSTS": "liaison.example, .police.example,[::1]",
                "LIAISON_LIST_HOSTS": "Lists.example, http://old.example:80,https://data.example:8443",
                "LIAISON_REQUIRE": "browser,pdf",
            }
        )

        assert read.home == Path.cwd() / "relative" / "home"
        assert read.production
        assert read.wishes.external
        assert read.wishes.pg_bin == tmp_path
        assert read.allow_embedded
        assert (read.bind, read.port) == ("::1", 443)
        assert read.hosts == ("liaison.example", ".police.example", "[::1]")
        assert read.list_hosts == ("https://lists.example", "http://old.example", "https://data.example:8443")
        assert read.require == {"browser", "pdf"}

    def test_when_many_are_wrong_then_all_are_named_at_once(self):
        wrong = {
            "LIAISON_ENV": "test",
            "LIAISON_PORT": "fast",
            "LIAISON_WORKERS": "0",
            "LIAISON_BIND": "everywhere",
            "LIAISON_PG_BIN": "/no/such/folder",
            "LIAISON_ALLOW_EMBEDDED": "perhaps",
            "LIAISON_HOSTS": "a b",
            "LIAISON_DATABASE_URL": "mysql://x",
            "LIAISON_PROT": "8000",
        }

        assert set(refused_fields(wrong)) == set(wrong)

    def test_when_a_port_is_a_word_then_the_sentence_says_what_it_must_be(self):
        with pytest.raises(Refused, match=r"LIAISON_PORT must be a port from 1 to 65535, not “fast”\."):
            read_environment({"LIAISON_PORT": "fast"})

    def test_when_a_database_url_is_wrong_then_its_password_is_not_repeated(self):
        with pytest.raises(Refused) as refused:
            read_environment({"LIAISON_DATABASE_URL": "postgresql://u:secret@/db?nonsense=1"})

        assert "secret" not in str(refused.value)
        assert "LIAISON_DATABASE_URL" in str(refused.value)

    def test_when_a_name_is_misspelt_then_it_is_not_passed_over(self):
        assert refused_fields({"LIAISON_DATABASE_ULR": "postgresql://x/y"}) == ["LIAISON_DATABASE_ULR"]

    def test_when_the_suites_own_names_are_there_then_they_are_let_be(self):
        read_environment({"LIAISON_PROOF": "1", "LIAISON_CHROMIUM": "/usr/bin/chromium"})

    def test_when_debug_meets_production_then_it_is_refused(self):
        assert refused_fields({"LIAISON_ENV": "production", "LIAISON_DEBUG": "1"}) == ["LIAISON_DEBUG"]
        assert read_environment({"LIAISON_DEBUG": "1"}).debug

    @pytest.mark.parametrize(
        ("name", "field", "most"), [("LIAISON_PORT", "port", PORT_MAX), ("LIAISON_WORKERS", "workers", WORKERS_MAX)]
    )
    def test_a_number_holds_up_to_its_edge(self, name: str, field: str, most: int):
        assert getattr(read_environment({name: "1"}), field) == 1
        assert getattr(read_environment({name: str(most)}), field) == most
        assert refused_fields({name: "0"}) == [name]
        assert refused_fields({name: str(most + 1)}) == [name]


@given(st.dictionaries(st.sampled_from(["LIAISON_PORT", "LIAISON_ENV", "LIAISON_HOSTS", "LIAISON_HOME"]), st.text()))
def test_whatever_is_given_it_is_read_or_refused(values: dict[str, str]):
    with contextlib.suppress(Refused):
        read_environment(values)


class TestWhereListsMayBeFetchedFrom:
    def test_when_nothing_is_given_then_from_nowhere(self):
        assert read_environment({"HOME": "/h"}).list_hosts == ()

    @pytest.mark.parametrize(
        "text",
        [
            "ftp://a.example",
            "https://a.example/path",
            "https://me@a.example",
            "a.example:0",
            "a.example:port",
            ".a",
            "*",
        ],
    )
    def test_when_it_is_no_plain_host_then_it_is_refused(self, text):
        assert refused_fields({"HOME": "/h", "LIAISON_LIST_HOSTS": text}) == ["LIAISON_LIST_HOSTS"]
