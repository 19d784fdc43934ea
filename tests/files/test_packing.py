"""A list of several files made into one, and every way in which a folder can be wrong."""

import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from liaison.files import jail, packing
from liaison.files.packing import opened_list
from liaison.refusal import Refused

MEMBERS = ("one.csv", "two.csv")
CHANGED_AT = 1_772_184_600  # 27 February 2026, 09:30 UTC


def a_folder(folder: Path, **files: str) -> Path:
    for name, text in (files or {"one.csv": "first", "TWO.CSV": "second"}).items():
        (folder / name).write_text(text)
        os.utime(folder / name, (CHANGED_AT, CHANGED_AT))
    return folder


def unpacked(path: Path) -> dict[str, str]:
    with opened_list(path, MEMBERS) as file, zipfile.ZipFile(file) as archive:
        return {entry.filename: archive.read(entry).decode() for entry in archive.infolist()}


def refusal(path: Path) -> Refused:
    with pytest.raises(Refused) as refused:
        opened_list(path, MEMBERS)
    return refused.value


class TestGivenAListOfSeveralFiles:
    @pytest.mark.parametrize("given", [".", "one.csv", "TWO.CSV"])
    def test_when_the_folder_or_one_of_them_is_named_then_all_are_packed_under_their_own_names(self, given, tmp_path):
        assert unpacked(a_folder(tmp_path) / given) == {"one.csv": "first", "two.csv": "second"}

    def test_when_other_files_lie_beside_then_they_stay_out(self, tmp_path):
        (tmp_path / "secrets.txt").write_text("not for anybody")
        (tmp_path / "one.csv.old").write_text("older")

        assert set(unpacked(a_folder(tmp_path))) == set(MEMBERS)

    def test_when_it_is_packed_then_it_keeps_the_times_and_lies_on_no_disk(self, tmp_path):
        before = set(tmp_path.iterdir())
        with opened_list(a_folder(tmp_path), MEMBERS) as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            assert str(Path(f"/proc/self/fd/{file.fileno()}").readlink()).startswith("/memfd:")

        assert {entry.date_time for entry in entries} == {(2026, 2, 27, 9, 30, 0)}
        assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
        assert {path.name for path in set(tmp_path.iterdir()) - before} == {"one.csv", "TWO.CSV"}

    @pytest.mark.parametrize("moment", [0, 5_000_000_000])
    def test_when_a_time_lies_outside_what_a_zip_can_tell_then_it_tells_none(self, moment, tmp_path):
        os.utime(a_folder(tmp_path) / "one.csv", (moment, moment))

        with opened_list(tmp_path, MEMBERS) as file, zipfile.ZipFile(file) as archive:
            assert archive.getinfo("one.csv").date_time == (1980, 1, 1, 0, 0, 0)

    def test_when_a_link_leads_to_the_folder_then_it_is_the_folder(self, tmp_path):
        (tmp_path / "folder").mkdir()
        a_folder(tmp_path / "folder")
        (tmp_path / "link").symlink_to(tmp_path / "folder")

        assert set(unpacked(tmp_path / "link")) == set(MEMBERS)


class TestGivenOneFile:
    def test_when_it_is_a_zip_then_it_is_left_as_it_is(self, tmp_path):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("anything", "at all")
        (tmp_path / "list.zip").write_bytes(packed.getvalue())

        with opened_list(tmp_path / "list.zip", MEMBERS) as file:
            assert file.read() == packed.getvalue()

    def test_when_the_list_has_no_members_then_it_is_its_file_and_never_a_folder(self, tmp_path):
        (tmp_path / "one.csv").write_text("first")

        with opened_list(tmp_path / "one.csv") as file:
            assert file.read() == b"first"
        with pytest.raises(Refused) as refused:
            opened_list(tmp_path)
        assert refused.value.code == "file.not_opened"


class TestGivenAFolderThatIsWrong:
    def test_when_files_are_missing_then_all_are_named(self, tmp_path):
        refused = refusal(a_folder(tmp_path, **{"three.csv": ""}))

        assert [(finding.code, finding.values["name"]) for finding in refused.findings] == [
            ("file.member_missing", "one.csv"),
            ("file.member_missing", "two.csv"),
        ]

    def test_when_a_file_is_there_in_two_spellings_then_nobody_guesses(self, tmp_path):
        refused = refusal(a_folder(tmp_path, **{"one.csv": "", "ONE.csv": "", "two.csv": ""}))

        assert [finding.code for finding in refused.findings] == ["file.member_twice"]

    @pytest.mark.parametrize("make", ["link", "folder", "pipe", "lost_link"])
    def test_when_a_member_is_no_plain_file_then_it_is_refused_at_once(self, make, tmp_path):
        a_folder(tmp_path, **{"one.csv": "first", "elsewhere": "second"})
        odd = tmp_path / "two.csv"
        {
            "link": lambda: odd.symlink_to(tmp_path / "elsewhere"),
            "lost_link": lambda: odd.symlink_to(tmp_path / "nowhere"),
            "folder": odd.mkdir,
            "pipe": lambda: os.mkfifo(odd),
        }[make]()
        began = time.monotonic()

        assert refusal(tmp_path).code in {"file.not_opened", "file.unfit"}
        assert time.monotonic() - began < 5

    def test_when_all_together_are_too_large_then_it_is_refused(self, tmp_path, monkeypatch):
        a_folder(tmp_path, **{"one.csv": "x" * 6, "two.csv": "x" * 5})
        monkeypatch.setattr(jail, "FILE_BYTES_MAX", 11)
        opened_list(tmp_path, MEMBERS).close()
        monkeypatch.setattr(jail, "FILE_BYTES_MAX", 10)

        assert refusal(tmp_path).code == "file.unfit"

    def test_when_it_holds_too_many_files_then_it_is_refused(self, tmp_path, monkeypatch):
        a_folder(tmp_path, **{"one.csv": "", "two.csv": "", "three.csv": ""})
        monkeypatch.setattr(packing, "FOLDER_ENTRIES_MAX", 3)
        opened_list(tmp_path, MEMBERS).close()
        monkeypatch.setattr(packing, "FOLDER_ENTRIES_MAX", 2)

        assert refusal(tmp_path).code == "file.folder_too_large"

    def test_when_there_is_nothing_then_that_is_said(self, tmp_path):
        assert refusal(tmp_path / "nothing").code == "file.not_opened"
        assert refusal(tmp_path / "nothing" / "one.csv").code == "file.not_opened"
