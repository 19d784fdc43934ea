"""Looks that were answered, and a database that is killed with all its processes: the benchmark, made small."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY


@pytest.mark.proof
@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_when_the_server_is_killed_then_every_look_that_was_answered_is_there():
    command = [sys.executable, "-m", "benchmarks.events.run", "--repeats", "1", "--only", "database's server"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    ran = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr[-2_000:]
    answer = json.loads(ran.stdout)
    (case,) = answer["cases"]
    assert case["spread"]["answered"]["least"] > 0
    assert case["spread"]["answered_and_lost"]["most"] == 0
    assert answer["verify_finds"] == 0
