"""Files that only their owner reads."""

import stat
import threading
from pathlib import Path

import pytest

from liaison.postgres.private_files import create_private, write_private


def test_a_private_file_is_for_its_owner_alone_and_whole(tmp_path: Path):
    path = tmp_path / "key"
    path.write_text("older and longer than the new one")
    path.chmod(0o644)

    write_private(path, "new")

    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "key"
    write_private(path, "old")

    with pytest.raises(UnicodeEncodeError):
        write_private(path, "\ud800")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_of_many_who_make_the_same_file_all_get_what_the_first_wrote(tmp_path: Path):
    path, got = tmp_path / "key", []
    threads = [threading.Thread(target=lambda n=n: got.append(create_private(path, str(n)))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(got) == {path.read_text()}
    assert list(tmp_path.iterdir()) == [path]
