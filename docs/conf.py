"""How the documents are built: offline, from Markdown, with the reference made from the declarations."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent)]

from liaison import __version__  # noqa: E402 - the path is set only now

project = "Liaison"
author = "The contributors of Liaison"
copyright = "the contributors of Liaison, Apache-2.0"
release = version = __version__
extensions = ["myst_parser", "reference"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_ext"]
html_theme = "furo"
html_title = f"Liaison {release}"
html_copy_source = False
html_show_sphinx = False
templates_path: list[str] = []
suppress_warnings: list[str] = []
