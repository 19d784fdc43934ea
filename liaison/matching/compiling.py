"""How the inner loops are compiled, and that they are kept (`kept_code`)."""

from typing import Any

import numba

from liaison.matching.kept_code import folder_to_use

_settings: Any = numba.config
# One who has set another place for the compiler's cache has a reason.
if not _settings.CACHE_DIR:
    _settings.CACHE_DIR = str(folder_to_use())

compiled = numba.njit(cache=True, nogil=True)
inlined = numba.njit(cache=True, nogil=True, forceinline=True)
"""For what is called a million times with many arrays: the call would cost more than the work."""
