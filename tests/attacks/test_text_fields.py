"""Every text that a person can type, shown again: it stays text, in odd scripts and with invisible characters, too.

The fields are found on the pages themselves: whatever a form shows as a field is filled with the attack and sent;
what comes back is read as a browser reads it. A text that breaks out of its place makes an element or an attribute.
"""

import zlib
from html.parser import HTMLParser

import pytest

from tests.budgets import some
from tests.doors.facts import PEOPLE, Person
from tests.doors.knocking import address, browser, taken_back
from tests.doors.table import PAGES, Door
from tests.doors.targets import targets
from tests.doors.world import World

pytestmark = pytest.mark.postgres
MARK = "zqx7"
ATTACKS = (
    f'"><script>{MARK}()</script>',
    f"'><img src=x onerror={MARK}()>",
    f"</textarea></title></style><svg/onload={MARK}()>",
    f'" onmouseover="{MARK}()" autofocus onfocus="{MARK}()',
    f"javascript:{MARK}()",
    f"{{{{ {MARK} }}}}{{% debug %}}${{7*7}}#{{7*7}}",
    f"&lt;script&gt;{MARK}()&lt;/script&gt;",
    f"\u202e>tpircs/<{MARK}\u202c\u2066\u200b\u200f\u2028\u2029\ufeff<b {MARK}>",
    f"\uff1cscript\uff1e{MARK}()\uff1c/script\uff1e\u1806<i {MARK}=1>",
    f"--><!-- {MARK} -->]]><?{MARK} ?>",
)
EVENTS = ("on", "formaction", "srcdoc", "style")
WHO = ("QM officer", "QM administrator", "XS membership officer", "XS policy officer")


class Page(HTMLParser):
    """A page as a browser reads it: its fields, and what a text would have made."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: list[str] = []
        self.broken_out: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("input", "textarea", "select") and given.get("name"):
            self.fields.append(str(given["name"]))
        if tag == "script" and not given.get("src"):
            self.broken_out.append("an inline script")
        for name, value in attrs:
            if MARK in name or name.startswith(EVENTS):
                self.broken_out.append(f"{tag} {name}")
            if name in ("href", "src", "action") and str(value).strip().casefold().startswith(
                ("javascript:", "data:text")
            ):
                self.broken_out.append(f"{tag} {name}={value}")
        if MARK in tag:
            self.broken_out.append(tag)

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.broken_out.append("a comment")

    def handle_pi(self, data: str) -> None:
        if MARK in data:
            self.broken_out.append("an instruction")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem and MARK in data:
            self.broken_out.append(f"inside {self.cdata_elem}")


def forms() -> list[Door]:
    """Return every page that has a form of its own to fill in."""
    return [door for door in PAGES if door.verb == "POST"]


def fields_beside(world: World, person: Person, door: Door) -> list[str]:
    """Return the names of the fields of the page on which a form stands, and of what the cell sends."""
    found = targets(world, person, door.about)
    target = found.get("own") or found.get("foreign") or found["absent"]
    client = browser(world, person)
    names = dict(door.sent(person, target.thing) if callable(door.sent) else door.sent)
    for where in {address(door, target), address(door, target).rsplit("/", 2)[0] + "/"}:
        with taken_back():
            answer = client.get(where)
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            names |= dict.fromkeys(Page(answer.content.decode()).fields)
    return sorted(set(names) - {"csrfmiddlewaretoken", "step", "checked"})


@pytest.mark.parametrize("door", forms(), ids=lambda door: door.id)
def test_what_is_typed_into_a_form_stays_text(world: World, door: Door):
    person = next((PEOPLE[key] for key in WHO if PEOPLE[key].job in door.jobs), PEOPLE["QM officer"])
    found = targets(world, person, door.about)
    target = found.get("own") or found.get("foreign") or found["absent"]
    fields = fields_beside(world, person, door)
    wrong = []
    for attack in some(ATTACKS, 2, zlib.crc32(door.id.encode())):
        with taken_back():
            answer = browser(world, person).post(address(door, target), dict.fromkeys(fields, attack))
        assert answer.status_code < 500, f"{attack!r}: {answer.status_code}"
        if "html" in answer.headers.get("Content-Type", ""):
            wrong += [(attack, one) for one in Page(answer.content.decode()).broken_out]
    assert wrong == []


def test_the_fields_are_found(world: World):
    """Were no field found, nothing would be attacked."""
    found = {door.name: fields_beside(world, PEOPLE["QM officer"], door) for door in forms()}
    assert {"text", "name", "reason"} <= set(found["screening:query"])
    assert len(found["records:enter"]) > 20


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_what_was_entered_into_a_record_stays_text_wherever_it_is_shown(world: World, attack: str):
    from datetime import timedelta

    from liaison.apps.records import public as records
    from liaison.rows.clock import now
    from tests.factories.records import a_person

    officer = PEOPLE["QM officer"]
    fields = a_person(f"Elsa {attack}", remarks=attack, marks=[attack], reason=attack, occupations=[attack])
    fields["addresses"] = [{"city": attack, "street": attack, "note": attack, "country": "QM"}]
    wrong: list[object] = []
    with taken_back():
        soon = now().date() + timedelta(days=9)
        draft = records.Draft("persons", fields, audience="all", foreign_key=attack[:40], expires_on=soon)
        reference = records.enter(draft, by=world.viewers[officer.key])
        client = browser(world, officer)
        sub = ("", "change/", "restrict/", "extend/", "withdraw/", "report-error/")
        for where in ("/databases/persons/", "/records/ending/", *(f"/records/{reference}/{one}" for one in sub)):
            answer = client.get(where)
            assert answer.status_code == 200, where
            assert MARK in answer.content.decode() or where.endswith("errors/"), where
            wrong += [(where, one) for one in Page(answer.content.decode()).broken_out]
    assert wrong == []


FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0")


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_no_cell_of_a_table_is_taken_for_a_formula(world: World, formula: str):
    import csv
    import io

    from liaison.apps.records import public as records
    from tests.factories.records import a_person

    officer = PEOPLE["QM officer"]
    with taken_back():
        fields = a_person("Elsa Formula", remarks=formula, marks=[formula])
        records.enter(records.Draft(kind="persons", fields=fields, audience=""), by=world.viewers[officer.key])
        table = (
            browser(world, officer)
            .post("/export/persons/", {"format": "csv", "own": "on"})
            .content.decode("utf-8-sig")
        )
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]

    assert any(formula.strip() in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
