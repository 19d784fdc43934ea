import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.identify import NAME_LENGTH_MAX, TEXT_LENGTH_MAX, Reading, ReadingKind, identify
from liaison.identifiers.mrz import Format
from liaison.refusal import Finding, Refused
from tests.budgets import budget
from tests.identifiers.zones import TODAY, a_zone, replaced

TRIES = settings(max_examples=budget(150, 1000), deadline=None)


def kinds(text: str) -> list[str]:
    return [reading.kind.value for reading in identify(text, TODAY)]


def first(text: str) -> Reading:
    return identify(text, TODAY)[0]


def identified(text: str) -> tuple[list[Reading], tuple[Finding, ...]]:
    """Return the readings, or why there are none."""
    try:
        return identify(text, TODAY), ()
    except Refused as refused:
        return [], refused.findings


class TestGivenOneBox:
    @pytest.mark.parametrize(
        ("text", "kind", "value"),
        [
            ("rn 2026 7k4m2p c", "reference", "RN-2026-7K4M2P-C"),
            ("ab 123456", "document_number", "AB123456"),
            ("640120-01-5529", "document_number", "640120015529"),
            ("National ID 640120-01-5529", "document_number", "640120015529"),
            ("passport PA 7654321", "document_number", "PA7654321"),
            ("12345678Z", "document_number", "12345678Z"),
            ("1965-03-07", "date", "1965-03-07"),
            ("12 Mar 1984", "date", "1984-03-12"),
            ("between 1962 and 1964", "date", "1962/1964"),
            ("Dana Vora", "name", "Dana Vora"),
            ("VORA<<DANA<MIRA", "name", "VORA DANA MIRA"),
            ("O", "name", "O"),
            ("محمد علي", "name", "محمد علي"),
            ("松山 雲", "name", "松山 雲"),
        ],
    )
    def test_the_likeliest_reading_comes_first(self, text, kind, value):
        assert (first(text).kind, str(first(text).value)) == (kind, value)

    @pytest.mark.parametrize("format", [format for format in Format if format is not Format.FRA])
    def test_a_zone_is_read_and_says_whom_to_look_for(self, format):
        reading = first("\n".join(a_zone(format)))

        assert reading.kind is ReadingKind.MRZ
        assert reading.person == {
            "names": [{"text": "DANA MIRA VORA", "kind": "primary", "given": "DANA MIRA", "family": "VORA"}],
            "birth_dates": ["1974-08-12"],
            "nationalities": ["QM"],
            "sex": "F",
            "documents": [{"number": "A3141593", "country": "QM", "kind": reading.value.document_kind}],
        }

    def test_what_a_zone_does_not_say_is_left_out_of_whom_to_look_for(self):
        person = first("\n".join(a_zone(birth=None, sex="X", nationality="XXA"))).person

        assert set(person) == {"names", "documents"}

    def test_a_zone_with_a_failed_check_is_still_a_zone_with_findings(self):
        reading = first(replaced(a_zone(), 2, 10, "9"))

        assert reading.kind is ReadingKind.MRZ
        assert reading.confidence < first("\n".join(a_zone())).confidence
        assert reading.findings[0].code == "mrz.check_digit"

    def test_a_single_line_of_a_zone_is_searched_by_what_it_says(self):
        number, name = first(a_zone()[1]), first(a_zone()[0])

        assert (number.kind, number.value) == (ReadingKind.DOCUMENT_NUMBER, "A3141593")
        assert (name.kind, name.value) == (ReadingKind.NAME, "DANA MIRA VORA")
        assert "mrz.line_count" in {finding.code for finding in number.findings}

    def test_eight_digits_can_be_a_number_or_a_date(self):
        assert [kind for kind in kinds("19650307") if kind != "identifier"] == ["document_number", "date"]

    def test_a_number_may_also_be_the_serial_number_of_a_thing(self):
        readings = {reading.scheme: reading.value for reading in identify("fz-99 4471203", TODAY)}

        assert readings["serial"] == "fz-99 4471203"

    @pytest.mark.parametrize("text", ["Dana Vora", "VORA<<DANA<MIRA", "محمد علي", "\n".join(a_zone())])
    def test_names_and_zones_are_no_things(self, text):
        assert not any(reading.scheme for reading in identify(text, TODAY))

    def test_a_date_that_can_be_read_twice_gives_both(self):
        dates = [str(reading.value) for reading in identify("03/04/1965", TODAY) if reading.kind is ReadingKind.DATE]

        assert dates == ["1965-04-03", "1965-03-04"]

    def test_a_mistyped_reference_says_so_where_it_would_be_searched_as_a_number(self):
        reading = first("RN-2026-7K4M2P-D")

        assert reading.kind is ReadingKind.DOCUMENT_NUMBER
        assert [finding.code for finding in reading.findings] == ["reference.check"]

    def test_a_name_with_letters_of_two_scripts_that_look_alike_is_told(self):
        assert [finding.code for finding in first("Аnna").findings] == ["identify.mixed_scripts"]
        assert first("Anna Анна").findings == ()

    def test_readings_come_by_confidence(self):
        for text in ("C3PO", "19650307", "RN-2026-7K4M2P-C", "Vora 1965", "03/04/1965"):
            confidences = [reading.confidence for reading in identify(text, TODAY)]
            assert confidences == sorted(confidences, reverse=True)
            assert all(0 < confidence <= 1 for confidence in confidences)


class TestGivenOddInput:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "identify.empty"),
            (" \n\t", "identify.empty"),
            ("\x00\x07\u200f", "identify.empty"),
            ("\u0301\u0302", "identify.says_nothing"),
            ("<<<<<", "identify.says_nothing"),
            ("a" * (TEXT_LENGTH_MAX + 1), "identify.too_long"),
            ("a" * (NAME_LENGTH_MAX + 1), "identify.unreadable"),
            ("1" * 64, "identify.unreadable"),
        ],
    )
    def test_what_cannot_be_searched_is_refused_with_what_to_do(self, text, code):
        with pytest.raises(Refused) as refused:
            identify(text, TODAY)

        assert code in {finding.code for finding in refused.value.findings}
        assert all(finding.remedy for finding in refused.value.findings)
        assert len(str(refused.value)) < 500

    def test_the_longest_name_is_searched(self):
        assert first("a" * NAME_LENGTH_MAX).kind is ReadingKind.NAME

    def test_invisible_characters_are_left_out_and_told(self):
        reading = first("Dana\u202e Vora\x00")

        assert reading.value == "Dana Vora"
        assert [finding.code for finding in reading.findings] == ["identify.invisible_characters"]

    @TRIES
    @given(st.text(max_size=300) | st.text(alphabet="AB0123456789<P-/. \n", max_size=300))
    def test_no_text_breaks_it(self, text):
        readings, findings = identified(text)

        assert readings or findings
        assert all(str(finding) for finding in findings)
        assert all(isinstance(reading.person, dict) for reading in readings)
