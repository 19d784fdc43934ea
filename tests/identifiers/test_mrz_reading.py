import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.mrz import TEXT_LENGTH_MAX, Format, Mrz, Verdict, fragment, looks_like_mrz, make, parse
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Refused
from tests.budgets import budget
from tests.identifiers.zones import TODAY, a_zone, codes, read, replaced

TRIES = settings(max_examples=budget(100, 1000), deadline=None)

ALL = list(Format)
NUMBERS = {Format.FRA: "880692310285"}


def any_zone(format: Format) -> tuple[str, ...]:
    more = {"issuer": "FRA", "number": NUMBERS[format]} if format is Format.FRA else {}
    return a_zone(format, **more)


def facts(format: Format) -> tuple[str, PartialDate]:
    """Return the number and birth date of `any_zone`: what both sizes of visa agree on when fillers are lost."""
    return NUMBERS.get(format, "A3141593"), PartialDate.of(1974, 8, 12)


class TestPublishedZones:
    @pytest.mark.samples
    def test_every_example_of_icao_is_read(self, samples):
        vectors = json.loads((samples / "interop" / "mrz" / "icao9303-vectors.json").read_text())["vectors"]

        for vector in vectors:
            zone = read("\n".join(vector["lines"]))
            expected = vector["expected"]
            assert zone.format == expected["type"], vector["source"]
            assert zone.surname == expected["surname"]
            assert zone.given_names == expected.get("given", zone.given_names)
            assert zone.number == expected.get("document_number", zone.number)
            assert zone.nationality == expected.get("nationality", zone.nationality)
            assert zone.optional == expected.get("optional", zone.optional)
            assert zone.sex == expected.get("sex", zone.sex)
            assert zone.all_checks_right
            whole = all(len(line) in (30, 36, 44) for line in vector["lines"])
            assert codes(zone) == [] if whole else set(codes(zone)) == {"mrz.line_length"}
        assert len(vectors) == 8

    @pytest.mark.samples
    def test_cards_of_other_test_suites_are_read(self, samples):
        cards = json.loads((samples / "interop" / "mrz" / "cheminfo-td1.json").read_text())

        portugal, finland = (read("\n".join(card["lines"])) for card in cards)

        assert (portugal.number, portugal.name, portugal.maybe_truncated) == (
            "007666667ZZ0",
            "ANDRE ESTEV CACADOR DE ARAUJO",
            True,
        )
        assert (finland.number, finland.optional, finland.optional_2) == ("XA1000058", "010195 112X", "")
        assert portugal.all_checks_right
        assert finland.all_checks_right


class TestGivenAWholeZone:
    @pytest.mark.parametrize("format", ALL)
    def test_every_format_is_read_with_all_checks_right(self, format):
        zone = read("\n".join(any_zone(format)))

        assert zone.format is format
        assert (zone.surname, zone.given_names) == ("VORA", "DANA MIRA")
        assert zone.birth == PartialDate.of(1974, 8, 12)
        assert zone.sex == "F"
        assert zone.all_checks_right
        assert zone.warnings == ()
        assert zone.repairs == ()

    @pytest.mark.parametrize("format", ALL)
    @pytest.mark.parametrize(
        "paste",
        [
            "\r\n".join,
            "".join,
            " ".join,
            "\n\n".join,
            lambda lines: "\n".join(lines).lower(),
            lambda lines: "\n".join(f"  {line}  " for line in lines),
            lambda lines: "\n".join(" ".join(line) for line in lines),
            lambda lines: "Passport of the holder:\n" + "\n".join(lines) + "\nScanned 12 March 2026",
            lambda lines: "\n".join(f"| {line} |" for line in lines),
            lambda lines: "MRZ:" + "".join(lines) + "  --",
            lambda lines: "\n".join(lines).replace("<", "＜"),
            lambda lines: "\n".join(lines).replace("<<", "«"),
            lambda lines: "\n".join(lines).replace("<", "&lt;"),
            lambda lines: "\ufeff" + "\n".join(lines) + "\u200b",
        ],
    )
    def test_however_it_was_pasted_it_is_the_same(self, format, paste):
        lines = any_zone(format)

        zone = read(paste(lines))

        assert (zone.format, zone.lines, codes(zone)) == (format, lines, [])

    @pytest.mark.parametrize("format", ALL)
    def test_fillers_pasted_as_spaces_are_read_and_lost_ends_are_said(self, format):
        lines = any_zone(format)

        zone = read("\n".join(lines).replace("<", " "))

        assert (zone.name, zone.number, zone.birth) == ("DANA MIRA VORA", *facts(format))
        assert set(codes(zone)) <= {"mrz.line_length"}

    def test_text_between_the_lines_does_not_matter(self):
        lines = a_zone()

        assert read(f"{lines[0]}\npage 2 of 3\n{lines[1]}").lines == lines


class TestOddButValid:
    """The passports that other readers refuse (complaints 33 and 34)."""

    def test_a_holder_of_one_name(self):
        zone = read("\n".join(a_zone(surname="Wulansari", given_names="", issuer="QWW")))

        assert (zone.surname, zone.given_names, zone.name) == ("WULANSARI", "", "WULANSARI")
        assert zone.warnings == ()

    def test_a_card_number_of_more_than_nine_characters(self):
        for format in (Format.TD1, Format.TD2):
            zone = read("\n".join(a_zone(format, number="D2314589734")))
            assert (zone.number, zone.check("number").verdict) == ("D2314589734", Verdict.RIGHT)
            assert zone.warnings == ()

    def test_a_long_card_number_whose_check_fails_is_told_where_it_stands(self):
        lines = a_zone(Format.TD1, number="D2314589734")

        zone = read(replaced(lines, 1, 17, "8"))

        check = zone.check("number")
        assert (check.verdict, check.line, check.position) == (Verdict.WRONG, 1, 18)
        assert zone.number == "D2314589738"

    def test_optional_data_after_a_long_card_number_stay(self):
        zone = read("\n".join(a_zone(Format.TD1, number="D2314589734", optional="XY7")))

        assert (zone.number, zone.optional) == ("D2314589734", "XY7")

    @pytest.mark.parametrize(
        ("birth", "read_as"),
        [(None, None), (PartialDate.of(1974), "1974"), (PartialDate.of(1974, 8), "1974-08")],
    )
    def test_an_unknown_birth_date(self, birth, read_as):
        zone = read("\n".join(a_zone(birth=birth)))

        assert (str(zone.birth) if zone.birth else None) == read_as
        assert zone.warnings == ()

    @pytest.mark.parametrize(
        "code", ["D", "XXA", "XXB", "XXC", "XXX", "UNO", "UNA", "UNK", "XOM", "XPO", "EUE", "UTO"]
    )
    def test_codes_that_are_no_country_of_iso(self, code):
        zone = read("\n".join(a_zone(issuer=code)))

        assert (zone.issuer, zone.nationality) == (code, code)
        assert zone.warnings == ()

    def test_the_german_code_leads_to_germany(self):
        assert read("\n".join(a_zone(issuer="D"))).issuing_country.alpha2 == "DE"

    def test_a_stateless_holder_has_no_country_and_the_issuer_has(self):
        zone = read("\n".join(a_zone(nationality="XXA")))

        assert zone.nationality_country is None
        assert zone.issuing_country.alpha2 == "QM"

    @pytest.mark.parametrize(
        ("printed", "sex", "warned"), [("<", "X", []), ("X", "X", []), ("7", "U", ["mrz.sex_unreadable"])]
    )
    def test_a_sex_that_is_not_given(self, printed, sex, warned):
        zone = read(replaced(a_zone(), 2, 21, printed))

        assert (zone.sex, codes(zone)) == (sex, warned)

    def test_an_unknown_state_is_a_warning_and_no_refusal(self):
        zone = read("\n".join(a_zone(issuer="ZZZ", nationality="YYY")))

        assert codes(zone) == ["mrz.issuer_unknown", "mrz.nationality_unknown"]
        assert zone.number == "A3141593"

    def test_an_unknown_document_type_is_a_warning_and_no_refusal(self):
        zone = read("\n".join(a_zone(document_type="N")))

        assert (zone.document_type, codes(zone)) == ("N", ["mrz.type_unknown"])
        assert zone.document_kind == "travel_document"

    def test_an_impossible_birth_date_is_a_warning_and_no_refusal(self):
        zone = read(replaced(a_zone(), 2, 16, "9"))

        assert zone.birth is None
        assert "mrz.birth_impossible" in codes(zone)

    def test_an_expiry_that_was_left_open(self):
        assert read("\n".join(a_zone(expiry=None))).expiry is None


class TestCenturies:
    @pytest.mark.parametrize(
        ("birth", "year"),
        [("261122", 2026), ("261123", 1926), ("270101", 1927), ("000101", 2000), ("991231", 1999)],
    )
    def test_nobody_is_born_after_today(self, birth, year):
        lines = a_zone()
        text = f"{lines[0]}\n{lines[1][:13]}{birth}{lines[1][19:]}"

        assert read(text).birth.year == year

    @pytest.mark.parametrize(
        ("expiry", "year"), [("760101", 2076), ("770101", 1977), ("120415", 2012), ("311231", 2031)]
    )
    def test_an_expiry_is_the_nearest_year(self, expiry, year):
        lines = a_zone()
        text = f"{lines[0]}\n{lines[1][:21]}{expiry}{lines[1][27:]}"

        assert read(text).expiry.year == year

    def test_the_day_is_given_by_the_caller(self):
        text = "\n".join(a_zone(birth=date(2026, 11, 22)))

        assert parse(text, today=date(2026, 11, 21)).birth.year == 1926
        assert parse(text, today=date(2026, 11, 22)).birth.year == 2026


class TestTruncation:
    def test_a_name_that_fills_its_field_may_be_cut(self):
        assert read("\n".join(a_zone(surname="A" * 30, given_names="B" * 30))).maybe_truncated

    def test_a_name_that_ends_on_a_filler_is_whole(self):
        assert not read("\n".join(a_zone(surname="A" * 30, given_names="B" * 6))).maybe_truncated


class TestRepair:
    def test_letters_in_a_date_are_read_as_digits_and_said(self):
        lines = a_zone(birth=date(1980, 10, 12))

        zone = read(replaced(lines, 2, 15, "O"))

        assert zone.birth == PartialDate.of(1980, 10, 12)
        assert zone.all_checks_right
        repair = zone.repairs[0]
        assert (repair.field, repair.line, repair.position, repair.read, repair.taken) == ("birth", 2, 15, "O", "0")
        assert codes(zone) == ["mrz.repaired"]
        assert zone.raw[1][14] == "O"
        assert zone.lines == lines

    def test_digits_in_a_name_or_state_are_read_as_letters_and_said(self):
        lines = a_zone(surname="Boro")

        zone = read("\n".join(lines).replace("BORO", "80R0"))

        assert zone.surname == "BORO"
        assert [(repair.read, repair.taken) for repair in zone.repairs] == [("8", "B"), ("0", "O"), ("0", "O")]

    def test_a_document_number_is_never_changed_but_alternatives_are_offered(self):
        lines = a_zone(number="AB0812345")

        zone = read(replaced(lines, 2, 2, "8"))

        assert zone.number == "A80812345"
        assert "AB0812345" in zone.number_alternatives
        assert "mrz.number_alternatives" in codes(zone)

    def test_a_number_whose_check_fits_has_no_alternatives(self):
        assert read("\n".join(a_zone(number="AB0812345"))).number_alternatives == ()

    @TRIES
    @given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=9), st.data())
    def test_the_printed_number_is_among_the_alternatives_of_one_usual_slip(self, number, data):
        slips = {"O": "0", "I": "1", "B": "8", "S": "5", "Z": "2", "G": "6"}
        slips |= {digit: letter for letter, digit in slips.items()}
        places = [place for place, letter in enumerate(number) if letter in slips]
        if not places:
            return
        lines = a_zone(number=number)
        place = data.draw(st.sampled_from(places))

        zone = read(replaced(lines, 2, place + 1, slips[number[place]]))

        wrong = zone.check("number").verdict is Verdict.WRONG
        assert zone.number == number[:place] + slips[number[place]] + number[place + 1 :]
        assert not wrong or number in zone.number_alternatives


class TestGivenAWrongLength:
    def test_a_lost_last_character_is_said_and_the_rest_read(self):
        lines = a_zone()

        zone = read(f"{lines[0]}\n{lines[1][:-1]}")

        assert zone.number == "A3141593"
        finding = next(warning for warning in zone.warnings if warning.code == "mrz.line_length")
        assert dict(finding.values) == {"line": 2, "found": 43, "expected": 44, "position": 44}

    def test_a_character_lost_in_the_number_leaves_dates_and_name_readable(self):
        lines = a_zone(number="AK1415935")

        zone = read(f"{lines[0]}\n{lines[1][:4] + lines[1][5:]}")

        assert (zone.birth, zone.expiry) == (PartialDate.of(1974, 8, 12), PartialDate.of(2031, 4, 15))
        finding = next(warning for warning in zone.warnings if warning.code == "mrz.line_length")
        assert finding.values["line"] == 2
        assert 1 <= finding.values["position"] <= 10

    def test_a_character_too_many_is_said_and_the_rest_read(self):
        lines = a_zone()

        zone = read(f"{lines[0]}\n{lines[1][:15]}3{lines[1][15:]}")

        assert zone.lines == lines
        finding = next(warning for warning in zone.warnings if warning.code == "mrz.line_length")
        assert (finding.values["line"], finding.values["found"]) == (2, 45)
        assert 14 <= finding.values["position"] <= 20

    @pytest.mark.parametrize("format", ALL)
    def test_lost_fillers_at_the_end_of_lines_are_put_back(self, format):
        lines = any_zone(format)

        zone = read("\n".join(line.rstrip("<") for line in lines))

        assert (zone.name, zone.number, zone.birth) == ("DANA MIRA VORA", *facts(format))
        assert all(check.verdict is not Verdict.WRONG for check in zone.checks)

    @pytest.mark.parametrize("format", ALL)
    def test_one_line_alone_is_refused_with_what_is_missing(self, format):
        for line in any_zone(format):
            with pytest.raises(Refused) as refused:
                read(line)
            assert refused.value.findings

    def test_a_broken_line_is_refused_with_line_length_and_character(self):
        lines = a_zone()

        with pytest.raises(Refused) as refused:
            read(f"{lines[0]}<<<<<<<<<<<<<<<<<<<<<<<<<<<\n{lines[1][:25]}")

        found = {finding.values["line"]: dict(finding.values) for finding in refused.value.findings}
        assert found[2] == {"line": 2, "found": 25, "expected": 44, "position": 26, "format": "TD3"}

    def test_text_without_a_zone_is_refused(self):
        with pytest.raises(Refused, match="no machine-readable zone"):
            read("Dana Vora")

    def test_the_longest_text_is_read_and_a_longer_one_refused(self):
        zone = "\n".join(a_zone())

        assert read(zone + " " * (TEXT_LENGTH_MAX - len(zone))).surname == "VORA"
        with pytest.raises(Refused, match="1001 characters"):
            read(zone + " " * (TEXT_LENGTH_MAX - len(zone) + 1))


class TestNothingBreaksIt:
    @pytest.mark.parametrize("length", range(201))
    def test_every_length_of_a_pasted_zone(self, length):
        zone = ("".join(a_zone()) * 3)[:length]
        for text in (zone, zone[:44] + "\n" + zone[44:], zone[:30] + "\n" + zone[30:60] + "\n" + zone[60:]):
            _read_or_refused(text)

    @TRIES
    @given(st.text(max_size=200))
    def test_any_text(self, text):
        _read_or_refused(text)

    @TRIES
    @given(st.text(alphabet="AB0123456789<P \n", max_size=200))
    def test_any_text_of_a_zone(self, text):
        _read_or_refused(text)

    @TRIES
    @given(st.sampled_from(ALL), st.data())
    def test_any_character_changed(self, format, data):
        lines = any_zone(format)
        line = data.draw(st.integers(1, len(lines)))
        position = data.draw(st.integers(1, len(lines[0])))
        letter = data.draw(st.sampled_from("ABDGIOQSZ0123456789<"))

        zone = read(replaced(lines, line, position, letter))

        assert isinstance(zone, Mrz)
        assert len(zone.lines) == len(lines)


class TestSingleLines:
    def test_a_line_says_a_number_whose_check_fits(self):
        assert fragment(a_zone()[1]).number == "A3141593"
        assert fragment(a_zone(Format.TD1)[0]).number == "A3141593"
        assert fragment(replaced(a_zone(), 2, 10, "9").splitlines()[1]).number == ""

    def test_a_line_says_a_name(self):
        assert fragment(a_zone()[0]).name == "DANA MIRA VORA"

    def test_other_text_says_nothing(self):
        assert fragment("Dana Vora, 12 March") == fragment("")

    def test_lines_are_told_from_other_text(self):
        assert looks_like_mrz(a_zone()[0])
        assert looks_like_mrz(a_zone()[1].replace("<", " "))
        assert not looks_like_mrz("Dana Mira Vora of Marvenia, born in 1974")
        assert not looks_like_mrz("RN-2026-7K4M2P-C")


@TRIES
@given(
    st.sampled_from([Format.TD1, Format.TD2, Format.TD3, Format.MRVA, Format.MRVB]),
    st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=14),
    st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=9),
    st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=9),
    st.dates(date(1927, 1, 1), date(2026, 11, 22)),
    st.dates(date(1980, 1, 1), date(2070, 1, 1)),
    st.sampled_from("FMX"),
)
def test_what_is_written_is_read(format, surname, given_names, number, birth, expiry, sex):
    lines = make(
        format,
        issuer="QMM",
        number=number,
        surname=surname,
        given_names=given_names,
        birth=birth,
        expiry=expiry,
        sex=sex,
    )

    zone = read("\n".join(lines))

    assert (zone.format, zone.surname, zone.given_names, zone.number) == (format, surname, given_names, number)
    assert (zone.birth, zone.expiry) == (PartialDate.of_day(birth), PartialDate.of_day(expiry))
    assert zone.sex == sex
    assert zone.all_checks_right
    assert zone.warnings == ()
    assert parse("".join(lines), today=TODAY).lines == lines


def _read_or_refused(text: str) -> None:
    """Read it; whatever happens explains itself."""
    try:
        said = read(text).warnings
    except Refused as refused:
        said = refused.findings
    assert all(finding.problem and finding.remedy and str(finding) for finding in said)
