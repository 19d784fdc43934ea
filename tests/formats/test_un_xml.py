import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.formats import xml_entries
from liaison.formats.registry import PARSERS
from liaison.formats.rows import Edition, Row, as_mapping, from_mapping
from liaison.formats.un_xml import acronym, document_kind, parse, spellings
from liaison.refusal import Refused
from tests.budgets import budget
from tests.formats.lists import HOSTILE, a_birth, a_document, a_list, an_alias, an_entity, an_individual


def read(data: bytes) -> tuple[list[Row], Edition]:
    *rows, edition = parse(io.BytesIO(data))
    assert isinstance(edition, Edition)
    return rows, edition


def read_or_refused(data: bytes) -> tuple[list[Row], Edition] | Refused:
    try:
        return read(data)
    except Refused as refused:
        return refused


def person(inside: str = "", **parts) -> dict:
    (row,), _ = read(a_list(an_individual(inside=inside, **parts)))
    assert row.fields is not None, row.findings
    return row.fields


def body(inside: str = "", **parts) -> dict:
    (row,), _ = read(a_list(an_entity(inside=inside, **parts)))
    return row.fields


def texts(fields: dict, kind: str) -> list[str]:
    return [name["text"] for name in fields["names"] if name["kind"] == kind]


class TestNames:
    def test_the_four_parts_are_one_name_and_none_is_the_family_name(self):
        fields = person("<THIRD_NAME> JADE\n  MARA</THIRD_NAME><FOURTH_NAME>ORR</FOURTH_NAME>", name="DILARA VOSS")

        assert fields["names"] == [{"text": "DILARA VOSS JADE MARA ORR", "kind": "primary", "script": "Latn"}]

    def test_the_original_script_is_a_primary_name_too_without_its_line_breaks(self):
        fields = person("<NAME_ORIGINAL_SCRIPT>ديلارا\n      فوس </NAME_ORIGINAL_SCRIPT>")

        assert fields["names"][1] == {"text": "ديلارا فوس", "kind": "primary", "script": "Arab"}

    @pytest.mark.parametrize(
        ("quality", "kind"),
        [("Good", "strong_alias"), ("Low", "weak_alias"), ("a.k.a.", "strong_alias"), ("f.k.a.", "former")],
    )
    def test_the_quality_of_an_alias_is_its_kind(self, quality, kind):
        assert texts(person(an_alias("Dila", quality)), kind) == ["Dila"]

    def test_an_unknown_quality_counts_as_low_and_is_reported(self):
        (row,), _ = read(a_list(an_individual(inside=an_alias("Dila", "Superb"))))

        assert texts(row.fields, "weak_alias") == ["Dila"]
        assert [(f.field, f.values["line"]) for f in row.findings] == [("INDIVIDUAL_ALIAS/QUALITY", 4)]

    def test_empty_alias_elements_are_no_aliases(self):
        fields = person("<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>")

        assert len(fields["names"]) == 1

    def test_an_alias_formerly_listed_is_a_former_name(self):
        assert texts(person(an_alias("Dila", inside="<NOTE>previously listed as</NOTE>")), "former") == ["Dila"]

    def test_the_note_of_an_alias_stays_with_it(self):
        names = person(an_alias("Dila", inside="<NOTE>combat name</NOTE>"))["names"]

        assert names[1] == {"text": "Dila", "kind": "strong_alias", "script": "Latn", "note": "combat name"}

    def test_a_sentence_in_an_alias_gives_its_name_and_a_remark(self):
        fields = person(an_alias("Mara Voss, born 1 Jan. 1953 (passport no. 1)"))

        assert texts(fields, "strong_alias") == ["Mara Voss"]
        assert "born 1 Jan. 1953 (passport no. 1)" in fields["remarks"]

    def test_the_same_spelling_counts_once(self):
        assert len(person(an_alias("Dilara Voss") + an_alias("dilara voss", "Low"))["names"]) == 1

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Azim; Agha", ["Azim", "Agha"]),
            ("“Chief Voss”", ["Chief Voss"]),
            ("Voss (أقرين)", ["Voss", "أقرين"]),
            ("جبهة (the Front; al-Front)", ["جبهة", "the Front", "al-Front"]),
            ("VOSS LINES (VL) ; ORR LINES (OL)", ["VOSS LINES (VL)", "ORR LINES (OL)"]),
            ("VOSS (one; two)", ["VOSS (one; two)"]),
            ("(Sheikh) Voss", ["(Sheikh) Voss"]),
            (" ; ", []),
        ],
    )
    def test_spellings(self, text, names):
        assert spellings(text) == names

    def test_a_short_name_of_an_organisation_is_an_abbreviation(self):
        assert texts(body(name="VOSS TRADING COMPANY (VTC)"), "abbreviation") == ["VTC"]
        assert acronym("VOSS FOUNDATION (BRANCH)") == ""


class TestBirth:
    @pytest.mark.parametrize(
        ("element", "date"),
        [
            (a_birth(DATE="1966-03-07"), "1966-03-07"),
            (a_birth(DATE="1966-03-07-05:00"), "1966-03-07"),
            (a_birth(DATE="1966-01-01"), "1966-01-01"),
            (a_birth(YEAR="1971"), "1971"),
            (a_birth("APPROXIMATELY", YEAR="1971"), {"text": "1971", "approximate": True}),
            (a_birth("APPROXIMATELY", DATE="1971-05-02"), {"text": "1971-05-02", "approximate": True}),
            (a_birth("BETWEEN", FROM_YEAR="1960", TO_YEAR="1962"), {"from": "1960", "to": "1962"}),
            (a_birth("BETWEEN", FROM_YEAR="1960"), {"text": "1960", "approximate": True}),
        ],
    )
    def test_a_date_is_as_exact_as_the_list_says(self, element, date):
        assert person(element)["birth_dates"] == [date]

    def test_several_dates_stay_and_an_alias_adds_its_own(self):
        alias = an_alias("Dila", inside="<DATE_OF_BIRTH>1968-12-18</DATE_OF_BIRTH>")

        assert person(a_birth(YEAR="1966") + a_birth(YEAR="1966") + a_birth(YEAR="1967") + alias)["birth_dates"] == [
            "1966",
            "1967",
            "1968-12-18",
        ]

    def test_a_date_that_no_calendar_has_is_a_remark_and_reported_with_its_line(self):
        (row,), _ = read(a_list(an_individual(inside="\n\n" + a_birth(DATE="1966-13-40"))))

        assert "birth_dates" not in row.fields
        assert "1966-13-40" in row.fields["remarks"]
        (finding,) = row.findings
        assert (finding.field, finding.values["line"]) == ("INDIVIDUAL_DATE_OF_BIRTH/DATE", 6)
        assert "1966" not in str(finding)

    def test_places_have_country_codes_and_each_place_once(self):
        place = "<INDIVIDUAL_PLACE_OF_BIRTH><CITY>Goma</CITY><COUNTRY>Marvenia</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>"
        alias = an_alias(
            "D", inside="<CITY_OF_BIRTH>Goma</CITY_OF_BIRTH><COUNTRY_OF_BIRTH>Marvenia</COUNTRY_OF_BIRTH>"
        )

        assert person(place + alias)["birth_places"] == [{"city": "Goma", "country": "QM"}]


class TestTheRest:
    def test_nationalities_are_codes_and_a_country_that_nobody_knows_is_a_remark(self):
        values = "<NATIONALITY><VALUE>Marvenia</VALUE><VALUE>Atlantis of the Sea</VALUE></NATIONALITY>"
        (row,), _ = read(a_list(an_individual(inside=values)))

        assert row.fields["nationalities"] == ["QM"]
        assert "Atlantis of the Sea" in row.fields["remarks"]
        assert [finding.field for finding in row.findings] == ["NATIONALITY/VALUE"]

    @pytest.mark.parametrize(
        ("inside", "sex"),
        [
            ("<GENDER>Male</GENDER>", "M"),
            ("<GENDER>Femenino</GENDER>", "F"),
            ("<COMMENTS1>Gender: female.</COMMENTS1>", "F"),
            ("<COMMENTS1>Gender: unknown.</COMMENTS1>", None),
            ("", None),
        ],
    )
    def test_sex(self, inside, sex):
        assert person(inside).get("sex") == sex

    @pytest.mark.parametrize(
        ("types", "kind"),
        [
            (["Passport"], "passport"),
            (["Numéro de passeport"], "passport"),
            (["Número de pasaporte"], "passport"),
            (["National Identification\n      Number"], "national_number"),
            (["national identity card", "National Identification Number"], "identity_card"),
            (["Certificate of Nationality", "National Identification Number"], "nationality_certificate"),
            (["Certificate of Iraqi Nationality"], "nationality_certificate"),
            (["Birth certificate"], "birth_certificate"),
            (["Diplomatic Passport"], "diplomatic_passport"),
            ([], "other"),
        ],
    )
    def test_document_types_in_three_languages(self, types, kind):
        assert document_kind(types) == kind

    def test_a_document_has_number_country_day_and_expiry(self):
        document = a_document(
            TYPE_OF_DOCUMENT="Passport",
            NUMBER="L335915",
            ISSUING_COUNTRY="Marvenia",
            DATE_OF_ISSUE="1996-11-08",
            CITY_OF_ISSUE="Milan",
            COUNTRY_OF_ISSUE="Italy",
            NOTE="expired on 7 Nov. 2001",
        )

        assert person(document)["documents"] == [
            {
                "kind": "passport",
                "number": "L335915",
                "country": "QM",
                "issued_on": "1996-11-08",
                "issued_at": "Milan, IT",
                "expires_on": "2001-11-07",
                "note": "expired on 7 Nov. 2001",
            }
        ]

    def test_a_document_without_a_number_is_a_remark(self):
        fields = person(a_document(TYPE_OF_DOCUMENT="Passport", NOTE="issued for Dila") + "<INDIVIDUAL_DOCUMENT/>")

        assert "documents" not in fields
        assert "Document: Passport, issued for Dila" in fields["remarks"]

    @pytest.mark.parametrize("number", ["123456", "-", "UNKNOWN"])
    def test_a_placeholder_is_no_document_number_but_a_remark_and_reported(self, number):
        (row,), _ = read(a_list(an_individual(inside=a_document(TYPE_OF_DOCUMENT="Passport", NUMBER=number))))

        assert "documents" not in row.fields
        assert f"Document: Passport, {number}" in row.fields["remarks"]
        assert [finding.field for finding in row.findings] == ["INDIVIDUAL_DOCUMENT/NUMBER"]

    @pytest.mark.parametrize(("length", "kept"), [(500, True), (501, False)])
    def test_a_designation_longer_than_its_field_is_a_remark_and_reported(self, length, kept):
        inside = f"<DESIGNATION><VALUE>{'x' * length}</VALUE></DESIGNATION>"
        (row,), _ = read(a_list(an_individual(inside=inside)))

        assert ("occupations" in row.fields) == kept
        assert ("x" * length in row.fields.get("remarks", "")) != kept
        assert (not row.findings) == kept

    def test_what_the_database_refuses_is_refused_with_the_line_and_without_the_value(self):
        many = "".join(an_alias(f"Dila {number}") for number in range(500))
        (row,), _ = read(a_list(an_individual(inside=many)))

        assert row.fields is None
        assert [finding.values["line"] for finding in row.findings] == [4] * len(row.findings)
        assert (row.findings[0].code, row.findings[0].field) == ("field.too_many", "names")

    def test_gb_is_guinea_bissau(self):
        (row,), _ = read(a_list(an_individual().replace("Marvenia", "GB", 1)))

        assert row.fields["list_programme"] == "Guinea-Bissau"

    def test_the_listing_is_kept(self):
        days = "<LAST_DAY_UPDATED><VALUE>2022-07-26</VALUE><VALUE>2016-10-13</VALUE></LAST_DAY_UPDATED>"
        fields = person(days)

        assert (fields["list_reference"], fields["listed_on"]) == ("QMi.001", "2020-05-04")
        assert fields["list_changed_on"] == ["2016-10-13", "2022-07-26"]

    def test_an_address_of_an_organisation(self):
        address = "<STREET>1 Quay</STREET><COUNTRY>Marvenia</COUNTRY><NOTE>until 2019</NOTE>"

        assert body(f"<ENTITY_ADDRESS>{address}</ENTITY_ADDRESS>")["addresses"] == [
            {"street": "1 Quay", "country": "QM", "note": "until 2019"}
        ]


class TestRowsAndEdition:
    def test_rows_come_in_order_and_the_edition_counts_them(self):
        rows, edition = read(a_list(an_individual(1), an_individual(2), an_entity(3)))

        assert [(row.kind, row.foreign_key, row.listing) for row in rows] == [
            ("persons", "1", "QMi.001"),
            ("persons", "2", "QMi.002"),
            ("organisations", "3", "QMe.003"),
        ]
        assert edition.counts == {"persons": 2, "organisations": 1}
        assert (edition.complete, edition.findings) == (True, ())

    def test_what_is_not_kept_is_named_with_its_count(self):
        strange = '<EYES colour="blue">two</EYES><NICE>to <B>know</B> this</NICE>'
        _, edition = read(a_list(an_individual(1, inside=strange), an_individual(2)))

        assert edition.unkept == {
            "INDIVIDUAL/VERSIONNUM": 2,
            "INDIVIDUAL/EYES": 1,
            "INDIVIDUAL/EYES@colour": 1,
            "INDIVIDUAL/NICE": 1,
            "INDIVIDUAL/NICE/B": 1,
        }

    def test_sections_that_nobody_knows_are_named_too(self):
        data = a_list(an_individual(1)).replace(
            b"</INDIVIDUALS>", b"</INDIVIDUALS><SHIPS><SHIP><IMO>1</IMO></SHIP></SHIPS>"
        )
        _, edition = read(data)

        assert edition.unkept == {"INDIVIDUAL/VERSIONNUM": 1, "SHIPS/SHIP/IMO": 1}

    @pytest.mark.parametrize(
        ("entry", "field"),
        [
            (an_individual().replace("<DATAID>1</DATAID>", ""), "DATAID"),
            (an_individual(1), "DATAID"),
            ("<INDIVIDUAL><DATAID>7</DATAID></INDIVIDUAL>\n", "FIRST_NAME"),
            (an_individual(7, inside=f"<COMMENTS1>{'x' * 20_001}</COMMENTS1>"), "COMMENTS1"),
        ],
        ids=["no_key", "key_used_before", "no_name", "text_too_long"],
    )
    def test_a_bad_row_is_refused_with_its_line_and_the_others_go_in(self, entry, field):
        rows, edition = read(a_list(an_individual(1), entry, an_individual(3, "MARA")))

        assert [row.fields is not None for row in rows] == [True, False, True]
        (finding,) = rows[1].findings
        assert (finding.field, rows[1].line, finding.values["line"]) == (field, 5, 5)
        assert edition.counts["persons"] == 3

    def test_a_text_of_just_the_longest_size_is_kept(self):
        assert len(person(f"<COMMENTS1>{'x' * 20_000}</COMMENTS1>")["remarks"]) == 20_000

    def test_a_list_without_a_date_says_so(self):
        _, edition = read(a_list(an_individual(), generated_at=""))

        assert [finding.code for finding in edition.findings] == ["un_xml.no_date"]

    def test_gzip_gives_the_same(self):
        data = a_list(an_individual(1), an_entity(2))

        assert read(gzip.compress(data)) == read(data)

    def test_items_survive_the_way_through_the_jail(self):
        for item in parse(io.BytesIO(a_list(an_individual(inside=a_birth(DATE="never")), an_entity()))):
            assert from_mapping(as_mapping(item)) == item

    @pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
    def test_the_specimen_of_every_parser_is_read_without_a_refused_row(self, parser):
        *rows, edition = parser.parse(io.BytesIO(parser.specimen))

        assert rows or parser.name.startswith("csv:"), "only a template is empty"
        assert all(row.fields for row in rows)
        assert edition.complete


class TestHostileFiles:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_each_is_refused_with_its_reason(self, name):
        data, code = HOSTILE[name]

        with pytest.raises(Refused) as refused:
            read(data)

        assert refused.value.code == code

    def test_a_root_without_attributes_is_this_list_too(self):
        with pytest.raises(Refused) as refused:
            read(b"<CONSOLIDATED_LIST></X>")

        assert refused.value.code == "xml.malformed"
        assert not read(b"<CONSOLIDATED_LIST><INDIVIDUALS>")[1].complete

    def test_a_file_that_unpacks_to_too_much_is_refused(self, monkeypatch):
        monkeypatch.setattr(xml_entries, "FILE_BYTES_MAX", 100_000)

        with pytest.raises(Refused) as refused:
            read(gzip.compress(a_list(*[an_individual(number) for number in range(1_000)])))

        assert refused.value.code == "xml.too_large"

    @pytest.mark.parametrize(("most", "refuses"), [(3, False), (2, True)])
    def test_more_entries_than_any_list_has_are_refused(self, monkeypatch, most, refuses):
        monkeypatch.setattr(xml_entries, "ENTRIES_MAX", most)
        data = a_list(an_individual(1), an_individual(2), an_individual(3))

        if refuses:
            with pytest.raises(Refused, match="more than 2 entries"):
                read(data)
        else:
            assert len(read(data)[0]) == 3

    def test_a_gzip_that_was_cut_in_the_middle_gives_what_was_whole(self):
        import random

        noise = random.Random(4)
        entries = [an_individual(n, inside=f"<NOTE>{noise.randbytes(200).hex()}</NOTE>") for n in range(2_000)]
        packed = gzip.compress(a_list(*entries))
        rows, edition = read(packed[: len(packed) // 2])

        assert not edition.complete
        assert 500 < len(rows) < 1_500


WHOLE = a_list(an_individual(1), an_individual(2, inside=an_alias("Dila")), an_entity(3))
WHOLE_ROWS, _ = read(WHOLE)


@settings(max_examples=budget(200, 5_000), deadline=None)
@given(st.integers(0, len(WHOLE.rstrip()) - 1))
def test_a_list_that_was_cut_anywhere_is_never_taken_for_whole(cut):
    read_so_far = read_or_refused(WHOLE[:cut])

    if isinstance(read_so_far, Refused):
        assert read_so_far.code in {"xml.empty", "xml.not_xml", "xml.wrong_root"}
    else:
        rows, edition = read_so_far
        assert not edition.complete
        assert rows == WHOLE_ROWS[: len(rows)]


@settings(max_examples=budget(200, 5_000), deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(WHOLE)))
def test_any_bytes_anywhere_end_in_rows_or_in_a_refusal(noise, place):
    answer = read_or_refused(WHOLE[:place] + noise + WHOLE[place:])

    if not isinstance(answer, Refused):
        rows, edition = answer
        assert len(rows) <= 4
        assert isinstance(edition, Edition)
