import gzip
import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import validate
from liaison.files.jail import run_jailed
from liaison.formats import byte_lines, ftm, ftm_tables
from liaison.formats.ftm import parse
from liaison.formats.ftm_values import country, document_kind, height_cm, partial_date
from liaison.formats.rows import Edition, Row, as_mapping, from_mapping
from liaison.formats.seen_keys import SeenKeys
from liaison.refusal import Refused
from tests.budgets import budget

LAST_SEEN = "2026-01-01T00:00:00"


def an_entity(schema: str = "Person", key: str = "qm-1", **properties: object) -> bytes:
    """One line as OpenSanctions publishes them; a property of one text may be given without its list."""
    said = {name: [value] if isinstance(value, str) else value for name, value in properties.items()}
    if schema == "Person":
        said.setdefault("name", ["Dilara Voss"])
    entity = {
        "id": key, "caption": "…", "schema": schema, "properties": said, "referents": [], "datasets": ["qm_list"],
        "first_seen": LAST_SEEN, "last_seen": LAST_SEEN, "last_change": LAST_SEEN, "target": True,
    }  # fmt: skip
    return json.dumps(entity, ensure_ascii=False).encode() + b"\n"


def read(*lines: bytes) -> tuple[list[Row], Edition]:
    *rows, edition = parse(io.BytesIO(b"".join(lines)))
    assert isinstance(edition, Edition)
    return rows, edition


def only(*lines: bytes) -> dict:
    (row,), _ = read(*lines)
    assert row.fields is not None, row.findings
    return dict(row.fields)


def codes(row: Row) -> list[str]:
    return [finding.code for finding in row.findings]


def read_or_refused(data: bytes) -> tuple[list[Row], Edition] | Refused:
    try:
        return read(data)
    except Refused as refused:
        return refused


class TestPersons:
    def test_names_come_with_their_kind_and_script(self):
        fields = only(
            an_entity(name=["Dilara Voss", "Дилара"], alias="Dila", weakAlias="Didi", previousName="D. Orr")
        )

        assert [(n["text"], n["kind"], n["script"]) for n in fields["names"]] == [
            ("Dilara Voss", "primary", "Latn"),
            ("Дилара", "primary", "Cyrl"),
            ("Dila", "strong_alias", "Latn"),
            ("Didi", "weak_alias", "Latn"),
            ("D. Orr", "former", "Latn"),
        ]

    def test_parts_belong_to_the_name_they_stand_in(self):
        fields = only(
            an_entity(name=["Dilara Voss", "Дилара Фосс"], firstName=["Dilara", "Дилара"], lastName=["Voss", "Orr"])
        )

        assert fields["names"][0] | {"given": "Dilara", "family": "Voss"} == fields["names"][0]
        assert fields["names"][1].get("given") == "Дилара"
        assert fields["remarks"] == "Last name: Orr"

    def test_one_name_and_one_part_belong_together_however_they_are_spelt(self):
        assert only(an_entity(fatherName="Ivanovich"))["names"][0]["father"] == "Ivanovich"

    def test_where_there_is_no_name_its_parts_make_one(self):
        fields = only(an_entity(name=[], firstName="Dilara", lastName="Voss"))

        assert fields["names"][0] == {
            "text": "Dilara Voss", "kind": "primary", "script": "Latn", "given": "Dilara", "family": "Voss",
        }  # fmt: skip

    def test_a_person_without_any_is_refused(self):
        (row,), _ = read(an_entity(name=[]))

        assert (row.fields, codes(row)) == (None, ["ftm.no_name"])

    @pytest.mark.parametrize(
        ("topics", "status"),
        [
            (["sanction"], "sanctioned"),
            (["sanction", "crime"], "sanctioned"),
            (["wanted"], "suspect"),
            (["crime.fraud"], "suspect"),
            (["sanction.linked"], "person_of_interest"),
            (["role.pep"], "person_of_interest"),
            ([], "person_of_interest"),
        ],
    )
    def test_topics_say_the_status_and_never_more_than_they_say(self, topics, status):
        assert only(an_entity(topics=topics))["person_status"] == status

    def test_a_status_in_our_own_word_goes_before_topics_and_other_words_are_remarks(self):
        assert only(an_entity(topics="sanction", status="convicted"))["person_status"] == "convicted"
        assert only(an_entity(status="At large"))["remarks"] == "Status: At large"

    def test_what_identifies_is_kept_in_its_field(self):
        fields = only(
            an_entity(
                title="Dr.", birthDate=["1965", "1965-03-07"], birthPlace="Quill", birthCountry="qm",
                nationality=["qm", "qn"], gender="female", idNumber="QM123456", passportNumber="P7654321",
                height="1.72", weight="60", eyeColor="Green", spokenLanguage="ara", position="Harbour master",
                profession="Sailor", address="1 Quay, Quill", appearance="A scar", motherName="Mara", summary="Why",
            )
        )  # fmt: skip

        assert fields["titles"] == ["Dr."]
        assert fields["birth_dates"] == ["1965", "1965-03-07"]
        assert fields["birth_places"] == [{"city": "Quill", "country": "QM"}]
        assert fields["nationalities"] == ["QM", "QN"]
        assert (fields["sex"], fields["languages"], fields["reason"]) == ("F", ["ara"], "Why")
        assert fields["documents"] == [
            {"number": "QM123456", "kind": "identity_card"}, {"number": "P7654321", "kind": "passport"},
        ]  # fmt: skip
        assert fields["description"] == {"height_cm": 172, "weight_kg": 60, "eyes": "green"}
        assert (fields["occupations"], fields["marks"]) == (["Harbour master", "Sailor"], ["A scar"])
        assert (fields["addresses"], fields["parents"]) == ([{"note": "1 Quay, Quill"}], {"mother": "Mara"})

    def test_religion_politics_and_ethnicity_are_not_kept_but_counted(self):
        (row,), edition = read(an_entity(religion="x", political="y", ethnicity="z", programId="P"))

        assert not {"x", "y", "z"} & set(str(row.fields).split("'"))
        assert edition.unkept == {
            "Person:religion": 1, "Person:political": 1, "Person:ethnicity": 1, "Person:programId": 1,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "value", "remark"),
        [
            ("nationality", "suhh", "Country: Soviet Union"),
            ("nationality", "eu", "Country: European Union"),
            ("deathDate", "2020", "Died: 2020"),
            ("email", "d@voss.example", "E-mail: d@voss.example"),
            ("notes", "One\nTwo", "One\nTwo"),
            ("topics", "role.pep", "Topic: role.pep"),
        ],
    )
    def test_what_only_people_can_use_is_a_remark(self, name, value, remark):
        (row,), _ = read(an_entity(**{name: value}))

        assert (row.fields["remarks"], row.findings) == (remark, ())

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("birthDate", "soon"),
            ("birthDate", "1965-02-30"),
            ("nationality", "xx"),
            ("gender", "unclear"),
            ("height", "tall"),
            ("idNumber", "unknown"),
            ("title", "x" * 501),
            ("name", "—"),
        ],
    )
    def test_what_does_not_fit_is_a_remark_and_a_finding_without_the_value(self, name, value):
        names = ["Dilara Voss", value] if name == "name" else ["Dilara Voss"]
        (row,), _ = read(an_entity(**{name: value, "name": names}))

        assert f"{name}: {value}" in row.fields["remarks"]
        assert [(f.code, f.field, f.values["line"]) for f in row.findings] == [
            ("ftm.kept_as_text", f"Person:{name}", 1)
        ]
        assert value not in str(row.findings[0])

    @pytest.mark.parametrize(("count", "kept", "noted"), [(500, 500, 0), (501, 500, 1)])
    def test_of_very_many_values_so_many_are_kept_and_the_rest_is_reported(self, count, kept, noted):
        (row,), _ = read(an_entity(name=[f"Name {n}" for n in range(count)], title=[f"T{n}" for n in range(count)]))

        assert (len(row.fields["names"]), len(row.fields["titles"]), len(row.findings)) == (kept, kept, 2 * noted)

    def test_remarks_end_where_a_record_ends(self):
        (row,), _ = read(an_entity(notes=["x" * 15_000, "y" * 15_000]))

        assert len(row.fields["remarks"]) == 20_000
        assert codes(row) == ["ftm.kept_as_text"]
        assert not validate(all_databases()["persons"], row.fields | {"sex": "F"})


class TestPapersOfAHolder:
    PAPER = an_entity(
        "Passport", "p-1", holder="qm-1", number="QM1234567", country="qm", startDate="2020-01-02",
        endDate="2030-01-01", authority="Quill", summary="Seen once",
    )  # fmt: skip

    @pytest.mark.parametrize("behind", [True, False])
    def test_they_belong_to_the_person_before_or_behind_them(self, behind):
        person = an_entity()

        fields = only(*([person, self.PAPER] if behind else [self.PAPER, person]))

        assert fields["documents"] == [
            {
                "number": "QM1234567", "kind": "passport", "country": "QM", "issued_on": "2020-01-02",
                "expires_on": "2030-01-01", "issued_at": "Quill", "note": "Seen once",
            }
        ]  # fmt: skip

    def test_one_without_a_number_is_a_remark(self):
        paper = an_entity(
            "Identification", "p-1", holder="qm-1", type="National ID", number="unknown", country="suhh"
        )
        (row,), _ = read(paper, an_entity())

        assert "documents" not in row.fields
        assert row.fields["remarks"] == "Country of the document: Soviet Union\nDocument: National ID, unknown"
        assert [finding.values["line"] for finding in row.findings] == [1]

    def test_of_an_organisation_they_are_numbers(self):
        company = an_entity("Company", name="Voss Trading", country="qm")

        assert only(self.PAPER, company)["identifiers"] == [
            {"number": "QM1234567", "kind": "id_number", "country": "QM", "note": "passport; Seen once"}
        ]

    def test_where_the_holder_is_not_in_the_file_the_row_is_refused_once(self):
        rows, edition = read(an_entity(key="qm-2"), self.PAPER)

        assert [(row.line, row.foreign_key, codes(row)) for row in rows] == [
            (1, "qm-2", []),
            (2, "p-1", ["ftm.no_holder"]),
        ]
        assert edition.counts["persons"] == 2

    def test_those_that_wait_fill_so_much_memory_and_no_more(self, monkeypatch):
        monkeypatch.setattr(ftm, "ATTACHED_BYTES_MAX", 10_000)

        with pytest.raises(Refused, match="Divide the list"):
            read(*[an_entity("Passport", f"p-{n}", holder=f"h-{n}", number=f"QM{n:07}") for n in range(200)])


class TestSanctions:
    SANCTION = an_entity(
        "Sanction", "s-1", entity="qm-1", authority="Council", program="QM-1", unscId="QMi.001",
        listingDate="2020-05-04", startDate="2020-06-01", reason="For this", endDate="2021", programUrl="https://qm.example",
    )  # fmt: skip

    def test_the_first_is_the_listing_of_its_entity(self):
        (row,), edition = read(an_entity(), self.SANCTION)

        assert row.fields | {
            "list_name": "Council", "list_programme": "QM-1", "list_reference": "QMi.001", "listed_on": "2020-05-04",
            "reason": "For this", "remarks": "Sanction ended: 2021",
        } == row.fields  # fmt: skip
        assert row.listing == "QMi.001"
        assert edition.unkept == {"Sanction:programUrl": 1}

    def test_others_are_remarks(self):
        other = an_entity("Sanction", "s-2", entity="qm-1", authority="Other council", startDate="2021")

        assert (
            only(an_entity(), self.SANCTION, other)["remarks"] == "Sanction ended: 2021\nListed: Other council, 2021"
        )

    def test_those_of_unknown_entities_are_counted(self):
        _, edition = read(an_entity(key="qm-2"), an_entity("Sanction", "s-1", entity="other", authority="Council"))

        assert edition.unkept == {"Sanction:entity": 1, "Sanction:authority": 1}


class TestTravelDocuments:
    def test_a_paper_without_holder_is_a_record(self):
        fields = only(
            an_entity(
                "Passport", number="QM1234567", country="qm", summary="stolen", date="2025-02",
                startDate="2020-01-02", endDate="2030-01-01", recordId="F-1", description="At the harbour",
            )
        )  # fmt: skip

        assert fields == {
            "number": "QM1234567", "document_kind": "passport", "country": "QM", "event": "stolen",
            "event_on": "2025-02", "issued_on": "2020-01-02", "expires_on": "2030-01-01", "file_number": "F-1",
            "remarks": "At the harbour",
        }  # fmt: skip
        assert validate(all_databases()["travel_documents"], fields) == []

    @pytest.mark.parametrize(
        ("said", "event"),
        [
            ("lost", "lost"),
            ("Stolen blank", "stolen_blank"),
            ("stolen_blank", "stolen_blank"),
            ("REVOKED", "revoked"),
        ],
    )
    @pytest.mark.parametrize("where", ["summary", "status"])
    def test_what_happened_is_told_by_code_or_label(self, where, said, event):
        assert only(an_entity("Passport", number="QM1234567", country="qm", **{where: said}))["event"] == event

    @pytest.mark.parametrize("said", [[], ["expired"], ["was stolen perhaps"]])
    def test_nobody_guesses_what_happened(self, said):
        (row,), _ = read(an_entity("Passport", number="QM1234567", country="qm", summary=said))

        assert (row.fields, codes(row)) == (None, ["ftm.no_event"])
        assert "stolen_blank" in str(row.findings[0])

    @pytest.mark.parametrize(
        ("schema", "said", "kind"),
        [
            ("Passport", "", "passport"),
            ("Passport", "Diplomatic Passport", "diplomatic_passport"),
            ("Identification", "", "other"),
            ("Identification", "identity_card", "identity_card"),
            ("Identification", "Cédula", "identity_card"),
            ("Identification", "Refugee travel document", "travel_document"),
        ],
    )
    def test_its_kind_is_told_by_schema_and_type(self, schema, said, kind):
        line = an_entity(schema, number="QM1234567", country="qm", summary="lost", type=[said] if said else [])

        assert only(line)["document_kind"] == kind


class TestOrganisationsAndThings:
    @pytest.mark.parametrize(
        ("schema", "kind"),
        [
            ("Company", "company"),
            ("Organization", "organisation"),
            ("PublicBody", "public_body"),
            ("LegalEntity", None),
        ],
    )
    def test_the_schema_is_the_kind_of_organisation(self, schema, kind):
        assert only(an_entity(schema, name="Voss Trading")).get("organisation_type") == kind

    def test_numbers_topics_and_countries(self):
        fields = only(
            an_entity(
                "Company", name="Voss Trading", leiCode="QM00", innCode="7701234", abbreviation="VT", country="qm",
                jurisdiction="qn", topics=["sanction", "debarment"], incorporationDate="1999-01", parent="NK-1",
            )
        )  # fmt: skip

        assert fields["identifiers"] == [
            {"number": "QM00", "kind": "lei_code"}, {"number": "7701234", "kind": "inn_code"},
        ]  # fmt: skip
        assert (fields["countries"], fields["jurisdiction"], fields["incorporated_on"]) == (["QM"], "QN", "1999-01")
        assert (fields["organisation_status"], fields["topics"]) == ("sanctioned", ["debarment"])
        assert "parents" not in fields, "an id of another list tells people nothing"

    def test_of_vehicles_what_has_the_shape_of_a_vin_is_one_and_the_rest_are_plates(self):
        fields = only(an_entity("Vehicle", registrationNumber=["QM-1234", "1M8GDM9AXKP042788"], summary="stolen"))

        assert fields["vin"] == "1M8GDM9AXKP042788"
        assert fields["plates"] == [{"number": "QM-1234", "kind": "current"}]

    @pytest.mark.parametrize(
        ("schema", "said", "kept"),
        [
            ("CryptoWallet", {"publicKey": "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "currency": "BTC"}, "wallet"),
            ("BankAccount", {"iban": "GB82WEST12345698765432", "bankName": "Quill Bank"}, "bank_account"),
        ],
    )
    def test_accounts_and_wallets_are_means_of_payment(self, schema, said, kept):
        fields = only(an_entity(schema, topics="crime.fraud", **said))

        assert (fields["instrument_kind"], fields["event"]) == (kept, "suspected")
        assert validate(all_databases()["payment_instruments"], fields) == []

    @pytest.mark.parametrize(
        ("said", "event"),
        [
            ({"summary": "hijacked"}, "hijacked"),
            ({"summary": "hijacked", "topics": "sanction"}, "hijacked"),
            ({"topics": "sanction"}, "listed"),
            ({"topics": "crime"}, "suspected"),
            ({"topics": "poi"}, None),
            ({}, None),
        ],
    )
    def test_what_happened_to_a_ship_is_told_or_it_is_refused(self, said, event):
        (row,), _ = read(an_entity("Vessel", name="Voss", imoNumber="9074729", **said))

        assert (row.fields or {}).get("event") == event
        assert codes(row) == ([] if event else ["ftm.no_event"])

    def test_a_sanction_of_a_ship_says_that_it_is_listed(self):
        sanction = an_entity("Sanction", "s-1", entity="qm-1", authority="Council")

        assert only(sanction, an_entity("Vessel", name="Voss", imoNumber="9074729"))["event"] == "listed"

    def test_other_schemata_are_counted_and_give_no_row(self):
        rows, edition = read(an_entity(), an_entity("Ownership", "o-1", owner="qm-1", asset="c-1", percentage="50"))

        assert len(rows) == 1
        assert edition.unkept == {"Ownership:owner": 1, "Ownership:asset": 1, "Ownership:percentage": 1}

    @pytest.mark.parametrize("kind", sorted(ftm_tables.tables()))
    def test_every_target_is_a_field_of_its_database_and_every_property_one_of_its_schemata(self, kind):
        table = ftm_tables.tables()[kind]
        known = {name for schema in table.schemata for name in ftm_tables.properties_of(schema)}

        assert set(table.targets) <= known | {"status"}
        for target in table.targets.values():
            path = target.partition(":")[0]
            if not target.startswith(("=", "remarks")):
                name, _, part = path.partition(".")
                field = all_databases()[kind].field(name)
                assert field is not None, target
                assert not part or field.part(part) is not None, target

    @pytest.mark.parametrize("kind", sorted(ftm_tables.tables()))
    def test_every_choice_that_a_target_names_is_one(self, kind):
        for target in ftm_tables.tables()[kind].targets.values():
            path, _, said = target.partition(":")
            field = all_databases()[kind].field(path.partition(".")[0])
            if said and path != "remarks":
                assert field.part("kind").choice(said), target


class TestValues:
    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            ("1965", "1965"), ("1965-03", "1965-03"), ("1965-03-07", "1965-03-07"),
            ("1965-03-07T12:00:00", "1965-03-07"),
            ("1965-02-30", ""), ("0965-03-07", ""), ("1965-13", ""), ("65", ""), ("1965-3-7", ""), ("١٩٦٥", ""),
            ("1799", ""), ("1800", "1800"), ("2199-12-31", "2199-12-31"), ("2200-01-01", ""),
        ],
    )  # fmt: skip
    def test_dates(self, said, kept):
        assert partial_date(said) == kept

    @pytest.mark.parametrize(
        ("code", "kept"),
        [("qm", "QM"), ("QM", "QM"), ("gb-sct", "GB"), ("suhh", ""), ("eu", ""), ("", ""), ("x" * 99, "")],
    )
    def test_countries(self, code, kept):
        assert country(code) == kept

    @pytest.mark.parametrize(
        ("said", "kept"), [("172", 172), ("172.0", 172), ("1.7", 170), ("1,72", 172), ("5'8", None)]
    )
    def test_heights(self, said, kept):
        assert height_cm(said) == kept

    @pytest.mark.parametrize(
        ("said", "kind"), [("Passeport", "passport"), ("service_passport", "service_passport"), ("?", "")]
    )
    def test_document_kinds(self, said, kind):
        assert document_kind(said) == kind


class TestRowsAndEdition:
    def test_the_edition_is_as_new_as_the_newest_entity(self):
        newer = an_entity(key="qm-2").replace(LAST_SEEN.encode(), b"2026-02-01T00:00:00")

        _, edition = read(an_entity(), newer, an_entity(key="qm-3"))

        assert (edition.generated_at, edition.complete, edition.findings) == ("2026-02-01T00:00:00", True, ())

    @pytest.mark.parametrize("said", [b"yesterday", b"9999", b"2026-13-01T00:00:00", b""])
    def test_a_wrong_moment_is_passed_over(self, said):
        _, edition = read(an_entity(), an_entity(key="qm-2").replace(LAST_SEEN.encode(), said))

        assert edition.generated_at == LAST_SEEN

    @pytest.mark.parametrize("change", [str.upper, str.lower])
    def test_an_id_used_twice_is_refused_and_case_counts(self, change):
        rows, _ = read(an_entity(key="a-1"), an_entity(key=change("a-1")))

        assert (rows[1].fields is None) is (change("a-1") == "a-1")

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "a\x00b"])
    def test_an_id_that_cannot_be_used_is_refused(self, key):
        (row,), _ = read(an_entity(key=key))

        assert (row.fields, row.foreign_key, codes(row)) == (None, "", ["ftm.no_id"])

    @pytest.mark.parametrize(
        "line",
        [
            b"no JSON\n", b"[]\n", b"{}\n", b"null\n", b'{"id":"a"}\n', b'{"id":1,"schema":"Person"}\n',
            b"\xff\xfe\n",
            b'{"id":"a","schema":"Person","properties":{"name":"Voss"}}\n', b'{"id":"a","schema":"\\ud800"}\n',
            b'{"id":"a","schema":"Person","properties":{"name":[{"id":"b"}]}}\n', b'{"a":' * 100_000 + b"\n",
            b'{"id":"a","schema":"Person","properties":{"height":[1e999]}}\n', b"[" * 1_000_000 + b"\n",
            b'{"id":"a","schema":"Person","x":' + b"9" * 5_000 + b',"properties":[]}\n',
        ],
        ids=range(14),
    )  # fmt: skip
    def test_a_line_that_is_no_entity_is_refused_and_the_others_go_on(self, line):
        (good, bad, after), edition = read(an_entity(), line, an_entity(key="qm-2"))

        assert good.fields
        assert after.fields
        assert (bad.line, bad.fields, codes(bad)) == (2, None, ["ftm.unreadable"])
        assert edition.complete

    def test_empty_lines_are_passed_over(self):
        rows, _ = read(b"\n", an_entity(), b"  \r\n", an_entity(key="qm-2"))

        assert [row.line for row in rows] == [2, 4]

    def test_a_file_cut_within_a_line_lacks_its_end(self):
        _, edition = read(an_entity(), an_entity(key="qm-2")[:-20])

        assert edition.complete is False
        assert [finding.code for finding in edition.findings] == ["ftm.lacks_its_end"]

    def test_a_packed_file_cut_off_lacks_its_end(self):
        data = gzip.compress(b"".join(an_entity(key=f"qm-{n}", notes=f"{n * 977}") for n in range(20_000)))

        rows, edition = read(data[: len(data) // 2])

        assert len(rows) > 100
        assert edition.complete is False

    def test_rows_survive_the_way_out_of_the_jail(self):
        items = list(parse(io.BytesIO(ftm.SPECIMEN)))

        assert [from_mapping(json.loads(json.dumps(as_mapping(item)))) for item in items] == items

    def test_it_is_read_in_the_jail_bad_lines_included(self):
        lines = [
            an_entity(birthDate="sooner", nationality="xx", spokenLanguage="nothing"),
            b"bad\n",
            TestSanctions.SANCTION,
        ]

        *rows, edition = run_jailed("ftm", io.BytesIO(b"".join(lines)))

        assert [row["row"]["fields"] is None for row in rows] == [False, True]
        assert edition["edition"]["complete"] is True


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "ftm.empty"),
            (b"no JSON\n" * 200, "ftm.not_ftm"),
            (b"<html>", "ftm.not_ftm"),
            (bytes(range(256)) * 100, "ftm.not_ftm"),
            (b"\x00" * 10_000, "ftm.not_ftm"),
            (b"{" * 10_000_000, "ftm.not_ftm"),
            (gzip.compress(an_entity(), mtime=0)[:-12], "lines.damaged"),
            (gzip.compress(an_entity(), mtime=0)[:12] + b"damaged" * 9, "lines.damaged"),
        ],
        ids=["no_bytes", "no_json", "html", "any_bytes", "zeros", "ten_megabytes", "cut_gzip", "damaged_gzip"],
    )
    def test_what_is_no_such_list_is_refused(self, data, code):
        with pytest.raises(Refused) as refused:
            read(data)

        assert refused.value.code == code

    def test_a_line_of_ten_megabytes_is_refused_alone(self):
        rows, edition = read(an_entity(), an_entity(key="qm-2", notes="x" * 10_000_000), an_entity(key="qm-3"))

        assert [codes(row) for row in rows] == [[], ["ftm.line_too_long"], []]
        assert edition.complete

    def test_a_gzip_bomb_is_stopped(self, monkeypatch):
        monkeypatch.setattr(byte_lines, "UNPACKED_BYTES_MAX", 4 * 1024 * 1024)

        with pytest.raises(Refused, match="larger than 4 MiB"):
            read(gzip.compress(an_entity() + b" " * 50_000_000))

    def test_a_million_bad_lines_fill_no_memory(self):
        lines = budget(50_000, 1_000_000)
        data = io.BytesIO(an_entity() + b'{"id":"a","schema":"Person","properties":{"name":1}}\n' * lines)
        tracemalloc.start()

        refused = sum(1 for item in parse(data) if isinstance(item, Row) and item.fields is None)

        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert refused == lines
        assert peak < 8 * 1024 * 1024

    def test_a_line_with_very_many_values_is_read_in_time_and_reported_briefly(self):
        many = [f"T{n}" for n in range(80_000)]

        (row,), _ = read(an_entity(title=many, nationality=many))

        assert len(row.fields["titles"]) == 500
        assert len(row.findings) == 50

    def test_very_many_papers_of_one_holder_are_reported_briefly(self):
        papers = [an_entity("Passport", f"p-{n}", holder="qm-1", number="unknown") for n in range(1_000)]

        (row,), _ = read(an_entity(), *papers)

        assert len(row.findings) == 50

    def test_of_very_many_unknown_properties_so_many_are_named_and_the_rest_is_counted(self):
        lines = [an_entity(key=f"qm-{n}", **{f"other{n}": "x"}) for n in range(1_500)]

        _, edition = read(*lines)

        assert len(edition.unkept) == 1_001
        assert edition.unkept.total() == 1_500
        assert edition.unkept["…"] == 500

    def test_long_values_are_not_remembered(self):
        assert partial_date("1965-03-07T" + "0" * 10_000) == country("q" * 10_000) == ""

    def test_memory_does_not_grow_with_the_list_but_for_the_keys(self):
        documents = budget(20_000, 200_000)
        data = io.BytesIO(
            b"".join(
                an_entity("Passport", f"p-{n}", number=f"QM{n:07}", country="qm", summary="lost")
                for n in range(documents)
            )
        )
        tracemalloc.start()

        count = sum(1 for item in parse(data) if isinstance(item, Row) and item.fields)

        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == documents
        assert peak < 6 * 1024 * 1024 + 64 * documents

    @settings(max_examples=budget(200, 5_000), deadline=None)
    @given(
        st.binary(max_size=400)
        | st.lists(st.binary(max_size=60), max_size=5).map(lambda bad: an_entity() + b"\n".join(bad))
    )
    def test_no_bytes_give_anything_but_rows_or_a_refusal(self, data):
        said = read_or_refused(data)

        assert str(said) if isinstance(said, Refused) else isinstance(said[1], Edition)

    @settings(max_examples=budget(300, 10_000), deadline=None)
    @given(data=st.data())
    def test_no_values_break_it_and_whatever_is_kept_has_a_normal_form(self, data):
        kind = data.draw(st.sampled_from(sorted(ftm_tables.tables())))
        table = ftm_tables.tables()[kind]
        texts = st.text(max_size=8) | st.sampled_from(
            ["qm", "1965-03-07", "QM1234567", "stolen", "male", "\x00", "9074729"]
        )
        names = st.sampled_from([*table.targets, "other"])
        properties = data.draw(st.dictionaries(names, st.lists(texts, max_size=3), max_size=6))

        for row in read(an_entity(table.schemata[0], **properties), an_entity(key="qm-2"))[0]:
            found = validate(all_databases()[row.kind], row.fields) if row.fields is not None else []
            assert {finding.code for finding in found} <= {
                "database.minimum",
                "field.missing",
                "document_number.long",
            }


class TestSeenKeys:
    @given(st.lists(st.text(max_size=3), max_size=50))
    def test_it_is_a_set(self, keys):
        seen = SeenKeys()

        assert [seen.add(key) for key in keys] == [key not in keys[:place] for place, key in enumerate(keys)]

    def test_it_grows(self):
        seen = SeenKeys()

        assert all(seen.add(f"key {n}") for n in range(20_000))
        assert not any(seen.add(f"key {n}") for n in range(20_000))
