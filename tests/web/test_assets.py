"""What the pages load is in the package, licensed, and calls nobody."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command

from liaison.web import labels
from liaison.web.templatetags import liaison_tags

WEB = Path(liaison_tags.__file__).resolve().parents[1]
STATIC = WEB / "static"
TEXTS = [path for path in sorted(STATIC.rglob("*")) if path.suffix in {".css", ".js", ".svg"}]
TEMPLATES = sorted(WEB.parent.rglob("templates/**/*.html"))
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1999/xhtml")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_file_loads_nothing_from_elsewhere(path: Path):
    text = path.read_text(encoding="utf-8")
    loaded = re.findall(r"""(?:url\(|@import|src\s*=|import\()\s*["']?((?:https?:)?//[^"')\s]*)""", text)

    assert [target for target in loaded if not target.startswith(NAMESPACES)] == []
    assert "sourceMappingURL" not in text


def test_no_script_keeps_anything_in_the_browser():
    own = [path for path in TEXTS if path.suffix == ".js" and path.parent.name == "js"]
    kept = re.compile(r"\b(?:localStorage|sessionStorage|indexedDB|caches\.open|document\.cookie)\b")
    head = (WEB / "templates/components/head.html").read_text(encoding="utf-8")

    assert len(own) > 2
    assert [path.name for path in own if kept.search(path.read_text(encoding="utf-8"))] == []
    assert '"historyCacheSize":0' in head
    assert '"historyEnabled":false' in head


def test_every_file_can_be_named_by_its_content(tmp_path: Path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": f"{ManifestStaticFilesStorage.__module__}.ManifestStaticFilesStorage"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    assert (tmp_path / "staticfiles.json").exists()


def test_every_icon_that_a_template_or_a_list_names_is_there():
    drawn = {path.stem for path in (WEB / "icons").glob("*.svg")}
    named = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    named |= {name for path in TEMPLATES for name in re.findall(r'sign="([\w-]+)"', path.read_text(encoding="utf-8"))}
    named |= {name for signs in labels.SIGNS.values() for name in signs.values()}

    assert named <= drawn


def test_every_vendored_file_has_its_licence_beside_it():
    told = (STATIC / "THIRD_PARTY.md").read_text(encoding="utf-8")

    for name in ("Tabler", "htmx", "Noto Sans", "Noto Naskh Arabic"):
        assert name in told
    assert {path.name.split(".")[0] for path in (STATIC / "liaison/fonts").glob("*.OFL.txt")} == {
        "noto-sans",
        "noto-sans-arabic",
        "noto-naskh-arabic",
        "noto-sans-mono",
    }
    assert (WEB / "icons/LICENSE").exists()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_opens_with_what_it_takes(path: Path):
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith("{# Takes: ")
    assert "#}" in first
