"""Where the compiled inner loops are kept from one start to the next.

A kernel that calls another holds a copy of it, and the compiler looks only at the file of the one: so what is kept
lies in a folder named after all of their sources, beside them, or in the user's cache where that cannot be written.
"""

import hashlib
import os
import shutil
from pathlib import Path

SOURCES = ("birth_kernels", "compiling", "gathering", "kernels", "row_scoring")
"""The modules that are compiled."""
_HERE = Path(__file__).parent


def kept_in() -> Path:
    """Return the folder of what these sources compile to."""
    digest = hashlib.blake2b(digest_size=8)
    for source in SOURCES:
        digest.update((_HERE / f"{source}.py").read_bytes())
    beside = _HERE / "__pycache__"
    may_write = os.access(beside if beside.exists() else _HERE, os.W_OK)
    place = beside if may_write else Path.home() / ".cache" / "liaison"
    return place / f"kernels-{digest.hexdigest()}"


def without_others(folder: Path) -> Path:
    """Return the folder, and remove what other versions of the sources have left beside it."""
    for other in folder.parent.glob("kernels-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder
