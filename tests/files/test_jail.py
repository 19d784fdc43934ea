"""Files read through the jail: good ones come whole, hostile ones end in a refusal within bounds."""

import gzip
import io
import os
import subprocess
import time
from pathlib import Path

import pytest

from liaison.files import jail
from liaison.files.confinement import Limits
from liaison.files.jail import opened, position, read_jailed, run_jailed
from liaison.formats.registry import PARSERS
from liaison.formats.rows import as_mapping, from_mapping
from liaison.formats.un_xml import parse
from liaison.refusal import Refused
from tests.files.alone import read_alone
from tests.formats.lists import HOSTILE, a_list, an_entity, an_individual

MEMORY_MIB_MAX = 800


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


class TestGivenAList:
    def test_when_it_is_read_in_the_jail_then_the_same_comes_out_as_outside(self, tmp_path):
        data = a_list(an_individual(1, "DILARA VOSS"), an_individual(2, "ДИЛАРА"), an_entity(3))

        inside = [from_mapping(item) for item in run_jailed("un_xml", saved(tmp_path / "list.xml", data))]

        assert inside == list(parse(io.BytesIO(data)))

    def test_when_it_comes_as_a_stream_or_packed_then_it_is_read_too(self):
        data = a_list(an_individual(1))

        assert list(run_jailed("un_xml", io.BytesIO(gzip.compress(data)))) == [
            as_mapping(item) for item in parse(io.BytesIO(data))
        ]

    def test_when_it_is_read_then_one_can_see_how_far(self, tmp_path):
        path = saved(tmp_path / "list.xml", a_list(*[an_individual(number) for number in range(3_000)]))

        with opened(path) as file:
            reading = read_jailed("un_xml", file, limits=Limits())
            next(reading)
            under_way = position(file)
            list(reading)

            assert 0 < under_way.read_bytes <= under_way.all_bytes == path.stat().st_size
            assert position(file).read_bytes == path.stat().st_size

    def test_when_one_stops_reading_then_the_process_is_gone(self, tmp_path, monkeypatch):
        started = []
        start = subprocess.Popen
        monkeypatch.setattr(
            subprocess, "Popen", lambda *given, **named: started.append(start(*given, **named)) or started[0]
        )
        path = saved(tmp_path / "list.xml", a_list(*[an_individual(number) for number in range(3_000)]))

        reading = run_jailed("un_xml", path)
        next(reading)
        reading.close()

        assert started[0].returncode == -9

    def test_when_another_reader_is_asked_for_then_that_is_a_bug(self, tmp_path):
        assert "os" not in PARSERS
        with pytest.raises(AssertionError, match="closed"):
            list(run_jailed("os", saved(tmp_path / "list.xml", a_list())))


class TestGivenAHostileFile:
    @pytest.mark.parametrize(
        "name",
        [
            "no_bytes",
            "another_root",
            "an_entity_bomb",
            "deep_nesting",
            "a_huge_text",
            "a_bomb_in_gzip",
            "wrong_nesting",
        ],
    )
    def test_when_it_is_read_then_it_is_refused_in_bounded_time_and_memory(self, name, tmp_path):
        data, code = HOSTILE[name]
        began = time.monotonic()

        found, peak_mib = read_alone("un_xml", saved(tmp_path / "list.xml", data))

        assert found == code
        assert time.monotonic() - began < 60
        assert peak_mib < MEMORY_MIB_MAX

    def test_when_it_is_cut_off_then_its_edition_says_so(self, tmp_path):
        whole = a_list(*[an_individual(number) for number in range(50)])

        *rows, last = run_jailed("un_xml", saved(tmp_path / "list.xml", whole[: len(whole) // 2]))
        edition = from_mapping(last)

        assert not edition.complete
        assert [finding.code for finding in edition.findings] == ["un_xml.lacks_its_end"]
        assert len(rows) == 24

    def test_when_it_needs_too_much_time_then_it_is_stopped(self, tmp_path):
        path = saved(tmp_path / "list.xml", a_list(*[an_individual(number) for number in range(50_000)]))

        with pytest.raises(Refused) as refused:
            list(run_jailed("un_xml", path, limits=Limits(wait_seconds=0.2)))

        assert refused.value.code == "file.reader_too_slow"

    def test_when_it_needs_too_much_computing_then_it_is_stopped(self, tmp_path):
        junk = a_list().replace(b"<ENTITIES>", b"<ENTITIES>" + b"<X/>" * 4_000_000)

        with pytest.raises(Refused, match="signal") as refused:
            list(run_jailed("un_xml", saved(tmp_path / "list.xml", junk), limits=Limits(cpu_seconds=4)))

        assert refused.value.code == "file.reader_stopped"

    def test_when_it_needs_too_much_memory_then_it_is_stopped(self, tmp_path):
        little = Limits(memory_bytes=16 * 1024 * 1024)  # less than any reader has taken
        large = a_list(an_individual(inside=f"<NOTE>{'x' * 9_000_000}</NOTE>"))

        with pytest.raises(Refused) as refused:
            list(run_jailed("un_xml", saved(tmp_path / "list.xml", large), limits=little))

        assert refused.value.code in {"file.reader_stopped", "xml.malformed"}

    @pytest.mark.parametrize("limits", [Limits(line_bytes=100), Limits(output_bytes=5_000)], ids=["a_line", "all"])
    def test_when_the_answer_is_too_long_then_it_is_stopped(self, limits, tmp_path):
        long = an_individual(1, inside=f"<COMMENTS1>{'x' * 15_000}</COMMENTS1>")

        with pytest.raises(Refused, match="too much output"):
            list(run_jailed("un_xml", saved(tmp_path / "list.xml", a_list(*[long] * 50)), limits=limits))

    def test_when_a_bug_of_the_reader_shows_then_its_words_stay_inside(self, tmp_path):
        with pytest.raises(Refused) as refused:
            list(run_jailed("un_xml", saved(tmp_path / "list.xml", a_list()), limits=Limits(cpu_seconds="many")))

        assert str(refused.value).count("TypeError") == 1
        assert "many" not in str(refused.value)


class TestGivenAPathThatIsNoFile:
    def test_when_it_is_missing_or_a_folder_then_that_is_said(self, tmp_path):
        for path, code in ((tmp_path / "nothing.xml", "file.not_opened"), (tmp_path, "file.not_opened")):
            with pytest.raises(Refused) as refused:
                opened(path)
            assert refused.value.code == code

    def test_when_it_is_a_pipe_or_too_large_then_that_is_said(self, tmp_path, monkeypatch):
        os.mkfifo(tmp_path / "pipe")
        writer = os.open(tmp_path / "pipe", os.O_RDWR)
        monkeypatch.setattr(jail, "FILE_BYTES_MAX", 10)
        for path in (tmp_path / "pipe", saved(tmp_path / "large.xml", b"x" * 11)):
            with pytest.raises(Refused) as refused:
                opened(path)
            assert refused.value.code == "file.unfit"
        os.close(writer)
        opened(saved(tmp_path / "just.xml", b"x" * 10)).close()

    def test_when_a_stream_is_too_large_then_that_is_said(self, monkeypatch):
        monkeypatch.setattr(jail, "FILE_BYTES_MAX", 10)

        with pytest.raises(Refused, match="too large"):
            opened(io.BytesIO(b"x" * 11))
