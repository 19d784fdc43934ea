"""An environment beside the project's own, for what only benchmarks need: engines of others, and Faker's names.

It is made on first use, in `.venv-bench`, of the packages pinned in requirements/bench.txt. All have wheels but
PyICU, which is compiled: on Debian that needs `apt install g++ pkg-config libicu-dev`. A Python that has the packages
already can be named in BENCH_PYTHON.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
PINS = REPOSITORY / "requirements" / "bench.txt"
_FOLDER = REPOSITORY / ".venv-bench"
_STAMP = _FOLDER / ".stamp"


def python() -> str:
    """Return the Python of the environment, which is made or made anew where its pins say so."""
    named = os.environ.get("BENCH_PYTHON")
    if named:
        return named
    wanted = hashlib.sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()
    if not _STAMP.exists() or _STAMP.read_text() != wanted:
        print("Setting up .venv-bench (once).", file=sys.stderr)
        uv = REPOSITORY / ".venv" / "bin" / "uv"
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, _FOLDER], check=True)
        install: list[str | Path] = [
            uv,
            "pip",
            "sync",
            "-q",
            "--only-binary",
            ":all:",
            "--no-binary",
            "pyicu",
            "--require-hashes",
        ]
        subprocess.run([*install, "--python", _FOLDER / "bin" / "python", PINS], check=True)
        _STAMP.write_text(wanted)
    return str(_FOLDER / "bin" / "python")


def told(module: str, *arguments: object) -> Iterator[dict[str, Any]]:
    """Run a module there, and yield the JSON objects that it prints, one a line."""
    command = [python(), "-m", module, *map(str, arguments)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise RuntimeError(f"{module} ended with {process.returncode}")


class Peer:
    """A module there that answers one JSON line with another."""

    def __init__(self, module: str, *arguments: object) -> None:
        command = [python(), "-m", module, *map(str, arguments)]
        self._process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, question: Mapping[str, Any] | Sequence[Any]) -> Any:
        """Return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer ended with {self._process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        """End it."""
        self._process.communicate()
