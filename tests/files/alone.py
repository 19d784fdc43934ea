"""Read a file through the jail from a fresh process: a child's peak of memory begins with that of whoever started it,
and a test worker that has run for an hour is large itself."""

import subprocess
import sys
from pathlib import Path

_READ = """
import resource, sys
from pathlib import Path
from liaison.files.jail import run_jailed
from liaison.refusal import Refused
try:
    for item in run_jailed(sys.argv[1], Path(sys.argv[2])):
        pass
    print("read", end=" ")
except Refused as refused:
    print(refused.code, end=" ")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def read_alone(reader: str, path: Path) -> tuple[str, float]:
    """Return the refusal's code ("read" where there is none) and the most memory that the jailed reader held, MiB."""
    command = [sys.executable, "-c", _READ, reader, str(path)]
    code, kibibytes = subprocess.check_output(command, text=True).split()
    return code, int(kibibytes) / 1024
