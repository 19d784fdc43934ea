"""Compiles the inner loops, and keeps what was compiled for the next start.

A kernel that calls another holds a copy of it, and the compiler looks only at the file of the one: so what is kept
lies in a folder named after all of their sources, beside them, or in the user's cache where that cannot be written.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import numba

_HERE = Path(__file__).parent


def _folder() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for source in sorted(_HERE.glob("*.py")):
        digest.update(source.read_bytes())
    name = f"kernels-{digest.hexdigest()}"
    beside = _HERE / "__pycache__"
    if os.access(beside if beside.exists() else _HERE, os.W_OK):
        return str(beside / name)
    return str(Path.home() / ".cache" / "liaison" / name)


_settings: Any = numba.config
# One who has set another place for the compiler's cache has a reason.
if not _settings.CACHE_DIR:
    _settings.CACHE_DIR = _folder()

compiled = numba.njit(cache=True, nogil=True)
inlined = numba.njit(cache=True, nogil=True, forceinline=True)
"""For what is called a million times with many arrays: the call would cost more than the work."""
