"""Laws that every scheme of things with numbers keeps, and what firearms and other serial numbers say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.registry import SCHEMES
from liaison.identifiers.spelling import READ_ALIKE, is_one_number, is_placeholder, one_slip_away, plain
from tests.budgets import budget

TRIES = settings(max_examples=budget(100, 1000), deadline=None)
NAMES = (
    "vin",
    "plate",
    "imo",
    "mmsi",
    "hull",
    "eni",
    "call_sign",
    "aircraft_registration",
    "icao24",
    "container",
    "firearm_serial",
    "serial",
)
THINGS = [SCHEMES[name] for name in NAMES]
WRITTEN = st.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=1, max_size=20)


@pytest.mark.parametrize("scheme", THINGS, ids=NAMES)
class TestLaws:
    @TRIES
    @given(st.text(max_size=40))
    def test_any_text_is_judged_and_its_normal_form_is_its_own(self, scheme, text):
        checked = scheme.check(text, "")

        assert scheme.normal(checked.normal) == checked.normal
        assert checked.findings or checked.normal
        assert checked.normal not in checked.alternatives

    @TRIES
    @given(WRITTEN, st.sampled_from(" -./\u00a0\u2013"))
    def test_case_and_separators_change_nothing(self, scheme, text, separator):
        assert scheme.normal(separator.join(text.lower())) == scheme.normal(text)

    @TRIES
    @given(st.text(max_size=30), st.sampled_from(["", "DE", "RU", "QM", "US"]))
    def test_the_country_never_changes_the_normal_form(self, scheme, text, country):
        assert scheme.normal(text, country) == scheme.normal(text)

    @TRIES
    @given(st.text(max_size=30))
    def test_the_key_of_the_second_search_is_stable(self, scheme, text):
        key = scheme.confusion(scheme.normal(text))

        assert scheme.confusion(key) == key

    @TRIES
    @given(WRITTEN, st.data())
    def test_one_usual_misreading_leaves_the_key_alone(self, scheme, text, data):
        normal = scheme.normal(text)
        kinds = [(place, kind) for place, letter in enumerate(normal) for kind in READ_ALIKE if letter in kind]
        if not kinds:
            return
        place, kind = data.draw(st.sampled_from(kinds))
        misread = normal[:place] + data.draw(st.sampled_from(kind)) + normal[place + 1 :]

        assert scheme.confusion(scheme.normal(misread)) == scheme.confusion(normal)

    @TRIES
    @given(WRITTEN, st.integers(0, 20), st.integers(0, 20))
    def test_a_part_has_a_part_of_the_normal_form(self, scheme, text, start, end):
        if scheme.has_parts:
            assert scheme.normal(text[start:end]) in scheme.normal(text)

    @TRIES
    @given(st.text(max_size=40))
    def test_likeness_is_a_share(self, scheme, text):
        assert 0 <= scheme.likeness(text) <= 1

    @pytest.mark.parametrize(
        "text",
        [
            "MARIA LOPEZ",
            "Maria",
            "李明",
            "Анна Иванова",
            "محمد",
            "",
            "  ",
            "P<QMMEXAMPLE<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<<",
            "L898902C36QMM7408122F1204159ZE184226B<<<<<10",
            "12.05.1984",
            "1984-05-12",
            "x" * 200 + "1",
        ],
    )
    def test_names_zones_and_dates_are_none(self, scheme, text):
        assert scheme.likeness(text) == 0

    def test_every_finding_says_what_is_seen_and_what_to_do(self, scheme):
        seen = [
            finding
            for text in ("", "unknown", "000000", "А1В2С3", "A" * 45, "Ж1", "9O74729", "1234567")
            for finding in scheme.check(text, "ES").findings
        ]

        assert seen
        assert all(str(finding) and finding.problem and finding.remedy for finding in seen)
        assert all(finding.code.startswith(f"{scheme.name}.") for finding in seen)


class TestFirearmsAndSerialNumbers:
    @pytest.mark.parametrize(
        ("scheme", "text", "normal", "codes"),
        [
            ("firearm_serial", "ob-1i 23", "0B1123", set()),
            ("firearm_serial", "S5B8", "S5B8", set()),
            ("firearm_serial", "obliterated", "0BL1TERATED", {"placeholder"}),
            ("firearm_serial", "no serial number", "N0SER1ALNUMBER", {"placeholder"}),
            ("firearm_serial", "Luger", "LUGER", {"no_digit"}),
            ("firearm_serial", "1" * 13 + "2" * 12, "1" * 13 + "2" * 12, {"long"}),
            ("firearm_serial", "", "", {"empty"}),
            ("serial", "ob-1i 23", "OB1I23", set()),
            ("serial", "XXXX", "XXXX", {"placeholder"}),
            ("serial", "XXX", "XXX", set()),
            ("serial", "№ 12", "NO12", set()),
            ("serial", "А12", "A12", {"look_alikes"}),
        ],
    )
    def test_what_is_compared_and_said(self, scheme, text, normal, codes):
        checked = SCHEMES[scheme].check(text, "")

        assert checked.normal == normal
        assert {finding.code.split(".")[1] for finding in checked.findings} == codes

    def test_b_and_8_are_one_only_in_the_second_search(self):
        firearm = SCHEMES["firearm_serial"]

        assert firearm.normal("B5") != firearm.normal("8S")
        assert firearm.confusion(firearm.normal("B5")) == firearm.confusion(firearm.normal("8S"))


class TestSpelling:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("12345", True),
            ("1234", False),
            ("98765", True),
            ("90123456", True),
            ("11111", True),
            ("AAA", False),
            ("UNKNOWN", True),
            ("NA", True),
            ("NAB1", False),
            ("13579", False),
        ],
    )
    def test_placeholders(self, text, wanted):
        assert is_placeholder(text) is wanted

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("AB 123", True),
            ("ABCD 123", False),
            ("AB", False),
            ("1/2/1984", False),
            ("12-345-67", True),
            ("1" * 24, True),
            ("1" * 25, False),
            ("a@1", False),
            ("A<1", False),
            ("1\n2", False),
        ],
    )
    def test_one_number(self, text, wanted):
        assert is_one_number(text) is wanted

    def test_slips_are_misreadings_first_then_exchanged_neighbours(self):
        assert list(one_slip_away("B1", "ABC18I")) == ["81", "BI", "1B"]

    @TRIES
    @given(st.text(max_size=40), st.text(max_size=40))
    def test_the_plain_form_of_ascii_is_put_together_from_its_parts(self, one, other):
        first, second = (part.encode("ascii", "ignore").decode() for part in (one, other))

        assert plain(first + second) == plain(first) + plain(second)
