"""Compiled code is kept where nobody else could have put it, and under the digest of its sources."""

import os
import stat

import pytest

from liaison.matching import kept_code


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the sources, and a home beside it."""
    here = tmp_path / "package"
    here.mkdir()
    for name in kept_code.SOURCES:
        (here / f"{name}.py").write_text(f"# {name}\n")
    monkeypatch.setattr(kept_code, "_HERE", here)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return here


def closed(monkeypatch, *parts: str) -> None:
    """Let the process not write below folders that have one of these names in their path."""
    real = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: real(path, mode) and not any(part in str(path) for part in parts)
    )


def test_it_lies_beside_the_sources_and_moves_when_one_changes(package):
    before = kept_code.kept_in()
    (package / "kernels.py").write_text("# another\n")

    assert before.parent == package / "__pycache__"
    assert kept_code.kept_in() != before


def test_when_the_sources_may_not_be_written_to_then_it_lies_in_the_users_cache(package, tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    closed(monkeypatch, "/package")

    assert kept_code.kept_in().parent == tmp_path / "home" / ".cache" / "liaison"


def test_when_nothing_may_be_kept_then_the_folder_is_new_and_nobody_elses(package, tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    closed(monkeypatch, "/package", "/home")

    one, other = kept_code.folder_to_use(), kept_code.folder_to_use()
    try:
        assert kept_code.kept_in() is None
        assert one != other
        assert stat.S_IMODE(one.stat().st_mode) == 0o700
    finally:
        one.rmdir()
        other.rmdir()


def test_what_other_versions_left_is_removed(package):
    old = package / "__pycache__" / "kernels-0123456789abcdef"
    old.mkdir(parents=True)

    kept_code.folder_to_use()

    assert not old.exists()
