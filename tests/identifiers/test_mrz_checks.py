import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.mrz import Verdict, check_digit
from liaison.refusal import Refused
from tests.budgets import budget
from tests.identifiers.zones import a_zone, codes, read, replaced

TRIES = settings(max_examples=budget(200, 1000), deadline=None)


@st.composite
def fields_with_one_digit_misread(draw):
    field = draw(st.text(alphabet="0123456789", min_size=1, max_size=30))
    place = draw(st.integers(0, len(field) - 1))
    other = draw(st.sampled_from([digit for digit in "0123456789" if digit != field[place]]))
    return field, field[:place] + other + field[place + 1 :]


class TestCheckDigit:
    @pytest.mark.parametrize(
        ("field", "digit"),
        [("L898902C3", 6), ("740812", 2), ("120415", 9), ("ZE184226B<<<<<", 1), ("", 0), ("<<<<<<", 0)],
    )
    def test_it_is_computed_as_icao_prints_it(self, field, digit):
        assert check_digit(field) == digit

    @TRIES
    @given(fields_with_one_digit_misread())
    def test_a_misread_digit_always_changes_it(self, fields):
        printed, misread = fields

        assert check_digit(misread) != check_digit(printed)

    def test_a_letter_read_as_zero_can_slip_through(self):
        assert check_digit("A") == check_digit("0")  # A counts 10: a limit of ICAO 9303 itself

    def test_two_exchanged_digits_can_slip_through(self):
        assert check_digit("16") == check_digit(
            "61"
        )  # their difference is 5 and the weights differ by an even number

    def test_a_character_that_no_zone_holds_is_refused(self):
        with pytest.raises(Refused, match="É"):
            check_digit("ÉA")


class TestVerdicts:
    def test_every_check_of_a_passport_is_named_with_its_place(self):
        zone = read("\n".join(a_zone()))

        assert [(check.field, check.line, check.position) for check in zone.checks] == [
            ("number", 2, 10),
            ("birth", 2, 20),
            ("expiry", 2, 28),
            ("optional", 2, 43),
            ("composite", 2, 44),
        ]
        assert zone.all_checks_right
        assert zone.warnings == ()

    @TRIES
    @given(st.sampled_from([*range(14, 20), *range(22, 28)]), st.sampled_from("0123456789"))
    def test_a_misread_digit_of_a_date_fails_its_check_and_the_composite(self, position, digit):
        lines = a_zone()
        if lines[1][position - 1] == digit:
            return

        zone = read(replaced(lines, 2, position, digit))

        field = "birth" if position < 20 else "expiry"
        assert {check.field for check in zone.checks if check.verdict is Verdict.WRONG} >= {field}
        assert zone.check(field).verdict is Verdict.WRONG

    def test_a_wrong_digit_is_told_by_line_and_character(self):
        zone = read(replaced(a_zone(), 2, 10, "9"))

        warning = zone.warnings[0]
        assert (warning.code, warning.field) == ("mrz.check_digit", "number")
        assert "Line 2 of the document does not add up" in str(warning)
        assert "(character 10) is 9 and should be 8" in str(warning)
        assert zone.number == "A3141593"

    def test_a_filler_for_the_check_of_empty_optional_data_is_right(self):
        lines = a_zone()
        composite = str(check_digit(lines[1][:10] + lines[1][13:20] + lines[1][21:42] + "<"))

        zone = read(f"{lines[0]}\n{lines[1][:42]}<{composite}")

        assert zone.check("optional").verdict is Verdict.RIGHT
        assert zone.warnings == ()

    def test_a_filler_for_the_check_of_a_filled_field_is_missing_and_said(self):
        zone = read(replaced(a_zone(optional="12345"), 2, 43, "<"))

        assert zone.check("optional").verdict is Verdict.ABSENT
        assert "mrz.check_missing" in codes(zone)
