"""Every sentence of the product is found and translated, and each compiled catalogue is that of its written one."""

import importlib.util
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("messages", REPOSITORY / "tools" / "messages.py")
assert _SPEC is not None
assert _SPEC.loader is not None
messages = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(messages)


def test_the_catalogues_are_complete_and_fresh():
    assert messages.check() == []


class TestGivenPython:
    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ('mark("One " "two.")', [("One two.", "", "")]),
            ("gettext_lazy('One')", [("One", "", "")]),
            ('ngettext("%(n)s day", "%(n)s days", n)', [("%(n)s day", "%(n)s days", "")]),
            ('pgettext("of a list", ", ")', [(", ", "", "of a list")]),
            ("words._(name)", []),
            ('print("One")', []),
        ],
    )
    def test_then_what_is_marked_is_found(self, source: str, found: list[tuple[str, str, str]]):
        assert [(one.text, one.plural, one.context) for one in messages.in_python(source, "x.py")] == found


class TestGivenATemplate:
    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ('{% translate "One" %}', [("One", "")]),
            ("{% translate 'One' as one %}", [("One", "")]),
            ("{% blocktranslate with a=b %}Of {{ a }}: 5 %{% endblocktranslate %}", [("Of %(a)s: 5 %%", "")]),
            (
                "{% blocktranslate count n=x %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
                [("%(n)s day", "%(n)s days")],
            ),
            ("{% blocktranslate trimmed %}\n One\n two\n{% endblocktranslate %}", [("One two", "")]),
            ("{% translate name %}{{ one }}", []),
        ],
    )
    def test_then_what_is_marked_is_found(self, source: str, found: list[tuple[str, str]]):
        assert [(one.text, one.plural) for one in messages.in_template(source, "x.html")] == found
