"""A home folder for one test of the server's life, stopped and removed afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison.postgres import Wishes, ensure, stop

QUICK = Wishes(durable=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder that the server's account can pass through, as a service's home is."""
    made = Path(tempfile.mkdtemp(prefix="lpg-")).resolve()
    if os.geteuid() == 0:
        made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def new_home(folder: Path) -> Iterator[Path]:
    """A home that does not exist yet."""
    chosen = folder / "home"
    yield chosen
    stop(chosen)


@pytest.fixture(scope="session")
def stopped_home() -> Iterator[Path]:
    """A home whose server was made and stopped, to be copied: that takes a tenth of the time."""
    made = Path(tempfile.mkdtemp(prefix="lpg-")).resolve()
    made.chmod(0o711)
    ensure(made / "home", QUICK)
    stop(made / "home")
    yield made / "home"
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def home(new_home: Path, stopped_home: Path) -> Path:
    """A home whose server is stopped."""
    subprocess.run(["cp", "-a", str(stopped_home), str(new_home)], check=True)
    return new_home
