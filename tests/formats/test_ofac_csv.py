import io
import time
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import validate
from liaison.files.jail import run_jailed
from liaison.formats import ofac_csv, ofac_entries, zip_members
from liaison.formats.ofac_csv import SPECIMEN, parse
from liaison.formats.rows import Edition, Row, as_mapping, from_mapping
from liaison.refusal import Refused
from tests.budgets import budget
from tests.files.alone import read_alone
from tests.formats.ofac_lists import (
    END,
    HOSTILE,
    NOTHING,
    a_list,
    a_zip,
    an_address,
    an_alias,
    an_entry,
    an_organisation,
    hostile,
    row,
    three,
)

MEMORY_MIB_MAX = 800


def read(data: bytes) -> tuple[list[Row], Edition]:
    *rows, edition = parse(io.BytesIO(data))
    assert isinstance(edition, Edition)
    return rows, edition


def read_or_refused(data: bytes) -> tuple[list[Row], Edition] | Refused:
    try:
        return read(data)
    except Refused as refused:
        return refused


def fields(entry: str, **more: object) -> dict:
    (only,), _ = read(a_list(entry, **more))
    assert only.fields is not None, only.findings
    return only.fields


def person(remarks: str = "", **more: object) -> dict:
    return fields(an_entry(remarks=remarks), **more)


def body(remarks: str = "", **more: object) -> dict:
    return fields(an_organisation(1, remarks=remarks), **more)


def vessel(remarks: str = "", **cells: str) -> dict:
    return fields(an_entry(1, "VOSS STAR", "vessel", remarks, **cells))


def aircraft(remarks: str = "", name: str = "QM-VOS") -> dict:
    return fields(an_entry(1, name, "aircraft", remarks))


def texts(found: dict, kind: str) -> list[str]:
    return [name["text"] for name in found["names"] if name["kind"] == kind]


class TestGivenAPerson:
    def test_the_comma_parts_family_and_given_names(self):
        assert person()["names"] == [
            {"text": "VOSS, Dilara", "kind": "primary", "script": "Latn", "family": "VOSS", "given": "Dilara"}
        ]

    @pytest.mark.parametrize(
        ("name", "parts"),
        [
            ("MEZA, Jr., Arturo", ("MEZA", "Arturo")),
            ("MEZA, Arturo, Jr.", ("MEZA", "Arturo")),
            ("ABU VOSS", (None, None)),
            ("VOSS, of Zelk, Dilara", (None, None)),
            ("VOSS, ", (None, None)),
        ],
    )
    def test_a_suffix_is_no_part_and_a_name_without_one_comma_has_none(self, name, parts):
        (found,) = fields(an_entry(name=name))["names"]

        assert (found.get("family"), found.get("given")) == parts

    def test_aliases_beside_are_strong_and_in_remarks_weak(self):
        found = person(
            "a.k.a. 'DILA'; f.k.a. 'DILU'",
            aliases=(
                an_alias(name="VOSS, Dilly"),
                an_alias(name="ORR, Dilara", kind="fka"),
                an_alias(name="VOSS, D.", kind="nka"),
            ),
        )

        assert texts(found, "strong_alias") == ["VOSS, Dilly", "VOSS, D."]
        assert texts(found, "weak_alias") == ["DILA"]
        assert texts(found, "former") == ["ORR, Dilara", "DILU"]
        assert found["names"][3]["note"] == "now known as"

    def test_an_unknown_kind_of_alias_counts_as_low_and_is_reported(self):
        (only,), _ = read(a_list(an_entry(), aliases=(an_alias(kind="sic"),)))

        assert texts(only.fields, "weak_alias") == ["VOSS, Dila"]
        assert [finding.field for finding in only.findings] == ["alt_type"]

    def test_the_same_spelling_counts_once_and_the_stronger_stays(self):
        found = person("a.k.a. 'Voss, Dila'; a.k.a. 'voss, dilara'", aliases=(an_alias(), an_alias()))

        assert [name["kind"] for name in found["names"]] == ["primary", "strong_alias"]

    def test_births_nationalities_and_sex_come_out_of_the_remarks(self):
        found = person(
            "DOB 03 May 1938; alt. DOB circa 1940; alt. DOB 1941 to 1943; POB Zelk, Marvenia; alt. POB Marvenia;"
            " nationality Marvenia; citizen Marvenia; alt. nationality Palestinian; Gender Female."
        )

        assert found["birth_dates"] == [
            "1938-05-03",
            {"text": "1940", "approximate": True},
            {"from": "1941", "to": "1943"},
        ]
        assert found["birth_places"] == [{"city": "Zelk", "country": "QM"}, {"country": "QM"}]
        assert found["nationalities"] == ["QM", "PS"]
        assert found["sex"] == "F"
        assert "remarks" not in found

    def test_documents_keep_kind_country_and_days(self):
        found = person(
            "Passport A1234567 (Marvenia) issued 15 Sep 2016 expires 15 Sep 2026; National ID No. 12-34;"
            " Marvenian Fishing No. 77"
        )

        assert found["documents"] == [
            {
                "kind": "passport",
                "number": "A1234567",
                "country": "QM",
                "issued_on": "2016-09-15",
                "expires_on": "2026-09-15",
            },
            {"kind": "national_number", "number": "12-34", "note": "National ID No."},
            {"kind": "other", "number": "77", "note": "Marvenian Fishing No."},
        ]

    def test_offices_come_from_the_title_and_once(self):
        found = fields(an_entry(remarks="Minister of Tides", Title="Minister of Tides; Doctor"))

        assert found["occupations"] == ["Minister of Tides", "Doctor"]
        assert "remarks" not in found

    def test_what_has_no_field_is_kept_word_by_word(self):
        found = person("Phone Number 123; Digital Currency Address - XBT 1Q; (Linked To: X); retired; Linked To: ORR")

        assert found["remarks"].split("\n") == [
            "Phone Number 123",
            "Digital Currency Address - XBT 1Q",
            "(Linked To: X)",
            "retired",
            "Linked To: ORR",
        ]

    @pytest.mark.parametrize(
        ("remark", "field"),
        [
            ("DOB late in spring", "DOB"),
            ("nationality Atlantis of the Sea", "nationality"),
            ("Gender Unsaid", "Gender"),
            ("Passport unknown", "Passport"),
            ("Passport 0000000", "Passport"),
        ],
    )
    def test_what_cannot_be_read_is_a_remark_and_reported_with_its_line(self, remark, field):
        (_, only), _ = read(a_list(an_entry(9, "ORR, Mara"), an_entry(remarks=remark)))

        assert only.fields["remarks"] == remark
        assert [(finding.field, finding.values["line"]) for finding in only.findings] == [(field, 2)]
        assert remark.split()[-1] not in str(only.findings)

    def test_programmes_and_the_number_of_the_entry_are_kept(self):
        found = fields(an_entry(4711, Program="SDGT] [IFSR"))

        assert found["list_programme"] == "SDGT; IFSR"
        assert found["list_reference"] == "OFAC-4711"
        assert found["person_status"] == "sanctioned"

    def test_addresses_have_country_codes_and_regions(self):
        found = person(
            addresses=(
                an_address(street="Main Street 1", note="office"),
                an_address(city="", country="Region: North Shore"),
                an_address(city="", country="undetermined"),
                an_address(city="", country=""),
            )
        )

        assert found["addresses"] == [
            {"street": "Main Street 1", "city": "Zelk", "country": "QM", "note": "office"},
            {"region": "North Shore"},
            {"note": "undetermined"},
        ]


class TestGivenAnOrganisation:
    def test_numbers_contacts_and_founding_have_fields(self):
        found = body(
            "Tax ID No. 100036386 (Marvenia); Registration Number HRA 7 issued 1999; Legal Entity Number"
            " 253400V1H6ART1UQ0N98; alt. Legal Entity Number 77; D-U-N-S Number 542957624; Website voss.example;"
            " Email Address info@voss.example; Telephone: 0123; Organization Established Date 1969;"
            " Organization Type: Shipping; Target Type Government Entity; Nationality of Registration Marvenia;"
            " Vessel Registration Identification IMO 5878589"
        )

        assert [(one["kind"], one["number"], one.get("note")) for one in found["identifiers"]] == [
            ("tax_number", "100036386", "Tax ID No."),
            ("registration_number", "HRA 7", "issued 1999"),
            ("lei_code", "253400V1H6ART1UQ0N98", "Legal Entity Number"),
            ("id_number", "77", "Legal Entity Number"),
            ("duns_code", "542957624", None),
            ("imo_number", "5878589", None),
        ]
        assert (found["websites"], found["emails"], found["phones"]) == (
            ["voss.example"],
            ["info@voss.example"],
            ["0123"],
        )
        assert (found["incorporated_on"], found["sectors"], found["jurisdiction"]) == ("1969", ["Shipping"], "QM")
        assert (found["organisation_type"], found["classification"]) == ("public_body", "Government Entity")
        assert "remarks" not in found

    def test_its_countries_are_those_of_register_and_addresses(self):
        found = body("Nationality of Registration Nerevia", addresses=(an_address(), an_address(city="Orr")))

        assert found["countries"] == [found["jurisdiction"], "QM"]

    def test_the_second_of_what_it_has_one_of_is_a_remark(self):
        found = body("Organization Established Date 1969; alt. Organization Established Date 1970")

        assert (found["incorporated_on"], found["remarks"]) == ("1969", "alt. Organization Established Date 1970")


class TestGivenAVessel:
    def test_every_number_and_flag_has_its_field(self):
        found = vessel(
            "Former Vessel Flag Nerevia; alt. Former Vessel Flag None Identified; Vessel Registration Identification"
            " IMO  9074729; alt. Vessel Registration Identification RS 130280 (Marvenia); MMSI 215000818; Other"
            " Vessel Call Sign QM2; Vessel Year of Build 1999; Other Vessel Type Landing Craft; Linked To: ORR",
            Call_Sign="QM1", Vess_type="Crude Oil Tanker", Tonnage="318,000", GRT="163,660", Vess_flag="Marvenia",
            Vess_owner="VOSS TRADING",
        )  # fmt: skip

        assert found["imo"] == ["9074729"]
        assert found["mmsi"] == ["215000818"]
        assert found["call_signs"] == ["QM1", "QM2"]
        assert found["registrations"] == [{"number": "RS 130280", "country": "QM"}]
        assert [flag["kind"] for flag in found["flags"]] == ["current", "former"]
        assert (found["vessel_kind"], found["type_as_listed"]) == ("tanker", ["Crude Oil Tanker", "Landing Craft"])
        assert (found["tonnage_as_listed"], found["gross_tonnage"]) == (["318,000"], 163_660)
        assert (found["built_on"], found["owners"]) == ("1999", ["VOSS TRADING"])
        assert found["remarks"].split("\n") == ["alt. Former Vessel Flag None Identified", "Linked To: ORR"]

    @pytest.mark.parametrize(("number", "imo"), [("9074729", ["9074729"]), ("9074728", None), ("15411", None)])
    def test_seven_digits_that_add_up_are_an_imo_number_too(self, number, imo):
        found = vessel(f"Vessel Registration Identification {number}")

        assert found["registrations"] == [{"number": number}]
        assert found.get("imo") == imo

    @pytest.mark.parametrize(
        ("tonnes", "gross", "listed"),
        [
            ("1", 1, None),
            ("1,000,000", 1_000_000, None),
            ("1,000,001", None, ["1,000,001"]),
            ("0", None, ["0"]),
            ("ca. 9", None, ["ca. 9"]),
        ],
    )
    def test_what_is_no_number_of_tonnes_stays_as_listed(self, tonnes, gross, listed):
        found = vessel(GRT=tonnes)

        assert (found.get("gross_tonnage"), found.get("tonnage_as_listed")) == (gross, listed)


class TestGivenAnAircraft:
    def test_every_number_has_its_field(self):
        found = aircraft(
            "Aircraft Manufacture Date Jan 1985; Aircraft Model Tu-154M; Aircraft Operator Vossair; Aircraft"
            " Manufacturer's Serial Number (MSN) 708; Aircraft Construction Number (also called L/N or S/N or F/N)"
            " 8401; Aircraft Mode S Transponder Code 140AE7; Previous Aircraft Tail Number QN-ORR; Linked To: VOSSAIR"
        )

        assert found["registrations"] == [{"number": "QM-VOS"}, {"number": "QN-ORR", "kind": "former"}]
        assert (found["icao24"], found["serial"]) == (["140AE7"], ["708", "8401"])
        assert (found["built_on"], found["model"], found["operators"]) == ("1985-01", "Tu-154M", ["Vossair"])
        assert found["remarks"] == "Linked To: VOSSAIR"

    @pytest.mark.parametrize(
        ("name", "marks"),
        [
            ("QM-VOS", ["QM-VOS"]),
            ("YV1009", ["YV1009"]),
            ("P-633", ["P-633"]),
            ("MSN 615", []),
            ("VOSSBIRD", []),
            ("615", []),
        ],
    )
    def test_a_name_that_is_a_mark_is_a_registration(self, name, marks):
        assert [one["number"] for one in aircraft(name=name).get("registrations", [])] == marks

    @pytest.mark.parametrize(
        "remark", ["Registration Number QM-VOS (Marvenia)", "Nationality of Registration Marvenia"]
    )
    def test_the_country_of_the_register_stands_with_the_mark(self, remark):
        assert aircraft(f"Aircraft Tail Number QM-VOS; {remark}")["registrations"] == [
            {"number": "QM-VOS", "country": "QM"}
        ]


class TestGivenAnEdition:
    def test_it_counts_what_it_holds_and_tells_its_date(self):
        rows, edition = read(
            a_list(
                an_entry(1), an_organisation(2), an_entry(3, "VOSS STAR", "vessel"), an_entry(4, "QM-VOS", "aircraft")
            )
        )

        assert edition.counts == {"persons": 1, "organisations": 1, "vessels": 1, "aircraft": 1}
        assert [(one.line, one.foreign_key, one.listing, one.kind) for one in rows] == [
            (1, "1", "1", "persons"),
            (2, "2", "2", "organisations"),
            (3, "3", "3", "vessels"),
            (4, "4", "4", "aircraft"),
        ]
        assert (edition.generated_at, edition.complete) == ("2026-02-27T09:30:00+00:00", True)

    def test_what_is_kept_as_text_and_what_is_not_kept_is_counted_by_its_name(self):
        _, edition = read(
            a_list(
                an_entry(remarks="DOB 1938; Linked To: ORR; retired", Call_Sign="QM1"),
                aliases=(an_alias(), an_alias(99)),
                addresses=(an_address(), an_address(99), an_address(99)),
            )
        )

        assert edition.unkept == {
            "alt.csv/alt_num": 1,
            "add.csv/add_num": 1,
            "alt.csv/rows whose entry is not in sdn.csv": 1,
            "add.csv/rows whose entry is not in sdn.csv": 2,
        }
        assert edition.kept == {
            "sdn.csv/ent_num": 1,
            "sdn.csv/SDN_Name": 1,
            "sdn.csv/Program": 1,
            "sdn.csv/Call_Sign (as text)": 1,
            "sdn.csv/Remarks/DOB": 1,
            "sdn.csv/Remarks/Linked To (as text)": 1,
            "sdn.csv/Remarks/other text (as text)": 1,
            "alt.csv/alt_type": 1,
            "alt.csv/alt_name": 1,
            "add.csv/City": 1,
            "add.csv/Country": 1,
        }

    def test_other_files_in_the_zip_are_counted(self):
        end = END.encode()
        data = a_zip(
            {
                "list/": b"",
                "list/SDN.CSV": an_entry().encode() + end,
                "list/ALT.CSV": end,
                "list/Add.csv": end,
                "me": b"",
            }
        )

        _, edition = read(data)

        assert edition.unkept["zip/other files"] == 1

    @pytest.mark.parametrize("cut", ["sdn.csv", "alt.csv", "add.csv"])
    def test_a_file_without_its_end_makes_it_incomplete(self, cut):
        files = {"sdn.csv": f"{an_entry()}\r\n{END}", "alt.csv": f"{an_alias()}\r\n{END}", "add.csv": f"{END}\r\n"}

        _, edition = read(
            a_zip({name: text.replace(END, "" if name == cut else END).encode() for name, text in files.items()})
        )

        assert not edition.complete
        assert [(finding.code, finding.values["name"]) for finding in edition.findings] == [
            ("ofac_csv.lacks_its_end", cut)
        ]

    def test_more_after_an_end_is_read_and_must_end_again(self):
        _, edition = read(three(f"{an_entry(1)}\r\n{END}\r\n{an_entry(2)}\r\n".encode()))

        assert (edition.counts["persons"], edition.complete) == (2, False)

    def test_a_zip_without_times_is_refused_with_what_to_do(self):
        data = a_zip({"sdn.csv": b"", "alt.csv": b"", "add.csv": b""}, changed_at=(1980, 1, 1, 0, 0, 0))

        with pytest.raises(Refused, match="folder") as refused:
            read(data)

        assert refused.value.code == "ofac_csv.no_date"

    def test_the_newest_member_dates_it(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, day in (("sdn.csv", 1), ("alt.csv", 3), ("add.csv", 2)):
                data = f"{an_entry()}\r\n{END}" if name == "sdn.csv" else END
                archive.writestr(zipfile.ZipInfo(name, (2026, 3, day, 0, 0, 0)), data)

        assert read(packed.getvalue())[1].generated_at == "2026-03-03T00:00:00+00:00"

    def test_remarks_that_the_publisher_cut_end_in_a_text_and_are_reported(self):
        begins, ends = "Passport A1234567; ", "; Passport A12"
        cut = begins + "x" * (ofac_csv.REMARKS_CUT_AT_CHARACTERS - len(begins) - len(ends)) + ends

        (only,), _ = read(a_list(an_entry(remarks=cut)))

        assert [document["number"] for document in only.fields["documents"]] == ["A1234567"]
        assert only.fields["remarks"].endswith("Passport A12")
        assert [finding.code for finding in only.findings] == ["ofac_csv.remarks_cut"]
        assert [document["number"] for document in person(cut[:-1])["documents"]] == ["A1234567", "A1"]


class TestGivenSlipsOfThePublisher:
    @pytest.mark.parametrize("kind", ["individual", "", "vessel", "aircraft"])
    def test_a_quote_that_never_closes_spoils_its_own_row_and_no_other(self, kind):
        bad = an_entry(2, "ORR, Mara", kind).replace('Mara"', "Mara", 1)

        rows, edition = read(a_list(an_entry(1), bad, an_entry(3)))

        assert [(one.foreign_key, one.fields is None) for one in rows] == [("1", False), ("2", True), ("3", False)]
        assert rows[1].kind == ofac_csv.KINDS[kind]
        assert rows[1].findings[0].values["line"] == 2
        assert edition.complete

    @pytest.mark.parametrize(
        "bad",
        [
            row(2, "ORR, Mara", "individual"),
            an_entry(2, "ORR, Mara") + ',"more"',
            an_entry(2, "ORR\0, Mara"),
            an_entry(2, ""),
            an_entry(2, "?!"),
            an_entry(2, "ORR, Mara", "cryptid"),
            an_entry(2, "ORR, Mara", remarks="x" * 20_001),
            an_entry(2, "ORR, Mara", remarks="x" * 100_000),
            an_entry(1, "ORR, Mara"),
            an_entry(2, "ORR, Mara", remarks="; ".join(f"a.k.a. 'NAME {number}'" for number in range(501))),
        ],
    )  # fmt: skip
    def test_a_row_that_is_none_is_left_out_with_its_line_and_the_others_stay(self, bad):
        rows, edition = read(a_list(an_entry(1), bad, an_entry(3)))

        assert [one.fields is None for one in rows] == [False, True, False]
        assert rows[1].findings[0].values["line"] == 2
        assert "Mara" not in str(rows[1].findings)
        assert edition.complete

    @pytest.mark.parametrize("bad", ['"VOSS, Dilara","individual"', '2,"VOSS, Dilara', "no row"])
    def test_a_row_that_does_not_say_whose_it_is_makes_the_list_incomplete(self, bad):
        rows, edition = read(a_list(an_entry(1), bad))

        assert [one.fields is None for one in rows] == [False, True]
        assert not edition.complete
        assert edition.findings[-1].values == {"count": 1}

    def test_aliases_and_addresses_that_cannot_be_read_are_counted_and_told(self):
        _, edition = read(a_list(an_entry(), aliases=("1,2", an_alias()), addresses=('1,"',)))

        assert (
            edition.unkept["alt.csv/rows that cannot be read"]
            == edition.unkept["add.csv/rows that cannot be read"]
            == 1
        )
        assert [(finding.field, finding.values["line"]) for finding in edition.findings] == [
            ("alt.csv", 1),
            ("add.csv", 1),
        ]

    def test_more_aliases_than_a_record_keeps_leave_the_entry_out(self):
        for count, out in ((499, False), (501, True)):
            (only,), _ = read(a_list(an_entry(), aliases=tuple(an_alias(name=f"VOSS, {n}") for n in range(count))))
            assert (only.fields is None) is out

    def test_the_order_of_the_files_does_not_matter(self):
        entries = [an_entry(number, f"VOSS, Mara {number}") for number in range(1, 30)]
        aliases = [an_alias(number, f"ORR, Mara {number}") for number in range(1, 30)]

        sorted_rows, _ = read(a_list(*entries, aliases=tuple(aliases)))
        shuffled_rows, _ = read(a_list(*entries[::-1], aliases=tuple(aliases[::2] + aliases[1::2])))

        assert {one.foreign_key: one.fields for one in sorted_rows} == {
            one.foreign_key: one.fields for one in shuffled_rows
        }

    @pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
    def test_letters_beyond_ascii_are_read_in_the_usual_encodings(self, encoding):
        found = read(three(f"{an_entry(name='VÖSS, Dílara')}\r\n{END}".encode(encoding)))[0][0].fields

        assert found["names"][0]["text"] == "VÖSS, Dílara"

    def test_bytes_of_no_encoding_leave_the_row_out(self):
        (first, second), _ = read(
            three(an_entry(1).encode() + b"\n" + an_entry(2).encode().replace(b"Dil", b"D\x81l") + b"\n\x1a")
        )

        assert (first.fields is None, second.fields is None) == (False, True)

    def test_a_value_that_the_database_refuses_becomes_a_remark_and_the_entry_stays(self, monkeypatch):
        monkeypatch.setattr(ofac_entries, "SEXES", {"female": "neither"})
        monkeypatch.setattr(ofac_entries.Reader, "_is_number", lambda *_: True)
        entry = an_entry(remarks="Gender Female; Passport 0000000; Passport A1234567; DOB 1938")

        (only,), _ = read(a_list(entry))

        assert [document["number"] for document in only.fields["documents"]] == ["A1234567"]
        assert only.fields["remarks"].split("\n") == ["documents: passport, 0000000", "sex: neither"]
        assert only.fields["birth_dates"] == ["1938"]
        assert sorted(finding.field for finding in only.findings) == ["documents", "sex"]

    def test_a_part_of_a_name_that_the_database_refuses_leaves_the_name(self, monkeypatch):
        monkeypatch.setattr(ofac_entries, "parted", lambda _: ("VOSS", "?!"))

        assert person()["names"] == [{"text": "VOSS, Dilara", "kind": "primary", "script": "Latn", "family": "VOSS"}]

    def test_a_header_and_empty_lines_are_no_entries(self):
        rows, edition = read(three(f"ent_num,SDN_Name\r\n\r\n{an_entry()}\r\n{END}\r\n\r\n".encode()))

        assert ([one.line for one in rows], edition.complete) == ([3], True)

    def test_nothing_is_written_in_two_ways(self):
        assert fields(an_entry().replace(NOTHING, '"-0-"')) == person()


class TestGivenAHostileFile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_it_is_refused_with_a_reason(self, name):
        data, code = hostile(name)
        began = time.monotonic()

        refused = read_or_refused(data)

        assert isinstance(refused, Refused)
        assert refused.code == code
        assert time.monotonic() - began < 60

    @pytest.mark.parametrize("name", ["a_bomb", "a_bomb_in_an_alias", "a_million_bad_rows", "no_zip", "any_bytes"])
    def test_the_jail_refuses_it_in_bounded_memory(self, name, tmp_path):
        data, code = hostile(name)
        (tmp_path / "sdn.zip").write_bytes(data)

        found, peak_mib = read_alone("ofac_csv", tmp_path / "sdn.zip")

        assert found == code
        assert peak_mib < MEMORY_MIB_MAX

    def test_a_locked_member_is_refused(self):
        data = bytearray(a_list(an_entry()))
        for mark, flags_at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            data[data.index(mark) + flags_at] |= 1

        assert read_or_refused(bytes(data)).code == "zip.encrypted"

    def test_a_header_that_lies_about_the_size_is_not_believed(self):
        data = three(f"{an_entry()}\r\n".encode() * 1_000)
        honest = len(f"{an_entry()}\r\n".encode()) * 1_000
        lying = data.replace(honest.to_bytes(4, "little"), (100).to_bytes(4, "little"))

        assert lying != data
        assert read_or_refused(lying).code == "zip.damaged"

    def test_ten_megabytes_in_one_field_spoil_their_row_only(self):
        rows, edition = read(
            a_list(an_entry(1), an_entry(2, remarks="x" * 10_000_000), an_entry(3), method=zipfile.ZIP_STORED)
        )

        assert [one.fields is None for one in rows] == [False, True, False]
        assert [one.foreign_key for one in rows] == ["1", "2", "3"]
        assert (edition.counts["persons"], edition.complete) == (3, True)

    def test_bad_rows_are_bounded_on_both_sides_of_the_edge(self, monkeypatch):
        monkeypatch.setattr(ofac_csv, "UNREADABLE_MAX", 3)

        rows, _ = read(a_list(an_entry(1), "2,bad", "3,bad", "4,bad"))
        refused = read_or_refused(a_list(an_entry(1), "2,bad", "3,bad", "4,bad", "5,bad"))

        assert len(rows) == 4
        assert refused.code == "ofac_csv.not_this_list"

    @pytest.mark.parametrize(
        ("room", "name", "most", "code"),
        [
            (ofac_csv, "ENTRIES_MAX", 2, "ofac_csv.too_much"),
            (ofac_csv, "BESIDE_ROWS_MAX", 2, "ofac_csv.too_much"),
            (ofac_csv, "BESIDE_CHARACTERS_MAX", 40, "ofac_csv.too_much"),
            (zip_members, "LINES_MAX", 3, "zip.too_large"),
            (zip_members, "UNPACKED_BYTES_MAX", 300, "zip.too_large"),
            (zip_members, "MEMBERS_MAX", 2, "zip.too_many"),
        ],
    )
    def test_every_bound_holds(self, monkeypatch, room, name, most, code):
        three_of_all = a_list(
            *[an_entry(number) for number in (1, 2, 3)],
            aliases=tuple(an_alias(number) for number in (1, 2, 3)),
        )
        assert isinstance(read_or_refused(three_of_all), tuple)
        monkeypatch.setattr(room, name, most)

        assert read_or_refused(three_of_all).code == code

    def test_many_findings_of_a_file_are_bounded(self):
        _, edition = read(a_list(an_entry(), aliases=("1,bad",) * 5_000))

        assert len(edition.findings) == ofac_csv.FINDINGS_MAX
        assert edition.unkept["alt.csv/rows that cannot be read"] == 5_000


class TestGivenTheJail:
    def test_the_same_comes_out_as_outside(self, tmp_path: Path):
        path = tmp_path / "list.zip"
        path.write_bytes(a_list(an_entry(), an_organisation(), aliases=(an_alias(),), addresses=(an_address(),)))

        inside = [from_mapping(item) for item in run_jailed("ofac_csv", path)]

        assert inside == list(parse(io.BytesIO(path.read_bytes())))

    def test_the_specimen_makes_a_record_of_every_kind(self):
        rows, edition = read(SPECIMEN)

        assert Counter(one.kind for one in rows) == edition.counts
        assert set(edition.counts.values()) == {1}
        for one in rows:
            assert validate(all_databases()[one.kind], one.fields) == []


_REMARKS = "DOB 1938; Passport A1; a.k.a. 'D'; Vessel Registration Identification IMO 9; MMSI; Aircraft Tail Number -"
_QUOTED = [f'"{text}"' for text in ("VOSS, Dilara", "individual", "vessel", "aircraft", _REMARKS)]
_cells = st.sampled_from([*_QUOTED, "1", "2", "-0- ", '"', "", "x" * 600, "\0", "\xe9", ",,", "'"])
_lines = st.lists(_cells, max_size=14).map(",".join) | st.lists(_cells, min_size=9, max_size=9).map(
    lambda cells: f'1,"VOSS",{",".join(cells)},-0- '
)
_contents = st.lists(_lines, max_size=8).map(
    lambda lines: "\r\n".join(lines).encode("cp1252", "replace") + b"\r\n\x1a"
)


@settings(max_examples=budget(80, 5_000), deadline=None)
@given(_contents | st.binary(max_size=200), _contents, _contents)
def test_no_content_makes_it_do_anything_but_read_or_refuse(sdn, alt, add):
    found = read_or_refused(three(sdn, alt, add))

    if isinstance(found, tuple):
        rows, edition = found
        assert sum(edition.counts.values()) == len(rows)
        for one in rows:
            assert from_mapping(as_mapping(one)) == one
            if one.fields is None:
                assert one.findings
            else:
                assert validate(all_databases()[one.kind], one.fields) == []


@settings(max_examples=budget(80, 5_000), deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SPECIMEN) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_no_damage_to_the_zip_makes_it_do_anything_but_read_or_refuse(damages):
    data = bytearray(SPECIMEN)
    for place, byte in damages:
        data[place] = byte

    found = read_or_refused(bytes(data))

    assert isinstance(found, tuple | Refused)
