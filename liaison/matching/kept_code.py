"""Where the compiled inner loops are kept from one start to the next.

A kernel that calls another holds a copy of it, and the compiler looks only at the file of the one: so what is kept
lies in a folder named after all of their sources. What lies there is run: it is a folder of the program or of its
user, never one that others could have made.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

SOURCES = ("birth_kernels", "compiling", "gathering", "kernels", "row_scoring")
"""The modules that are compiled."""
_HERE = Path(__file__).parent


def kept_in() -> Path | None:
    """Return the folder of what these sources compile to, beside them or in the user's cache; None if neither may be.

    It may not be there yet.
    """
    digest = hashlib.blake2b(digest_size=8)
    for source in SOURCES:
        digest.update((_HERE / f"{source}.py").read_bytes())
    for place in (_HERE / "__pycache__", *_of_user()):
        if _may_write(place):
            return place / f"kernels-{digest.hexdigest()}"
    return None


def _of_user() -> list[Path]:
    """Return the user's cache; a user of a service may have no home."""
    try:
        return [Path.home() / ".cache" / "liaison"]
    except RuntimeError:
        return []


def _may_write(folder: Path) -> bool:
    """Whether this process may write to a folder, or make it."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return os.access(there, os.W_OK | os.X_OK)


def folder_to_use() -> Path:
    """Return the folder, without what other versions of the sources have left beside it.

    Where nothing may be kept it is a new one for this process alone, which then compiles at each start.
    """
    folder = kept_in()
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="liaison-kernels-"))
    for other in folder.parent.glob("kernels-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder
