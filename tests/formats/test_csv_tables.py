import csv
import gzip
import io
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import FieldType
from liaison.files.jail import run_jailed
from liaison.formats import csv_reading, csv_writing
from liaison.formats.csv_columns import FOREIGN_KEY, columns, shielded, unshielded
from liaison.formats.csv_template import parse, template
from liaison.formats.losses import Losses, Outgoing
from liaison.formats.rows import Edition, Row
from liaison.refusal import Refused
from tests.budgets import budget
from tests.databases.records_of import PNG, a_person
from tests.formats.records import differences, outgoing

KINDS = list(all_databases())
HEADER = "foreign_key,names.text,names.kind,birth_dates,nationalities,person_status,sex,remarks"
A_ROW = "p1,Dilara Voss,primary,1965-03-07,QM,suspect,F,"
TRIES = settings(
    max_examples=budget(15, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def read(data: bytes | str, kind: str = "persons") -> tuple[list[Row], Edition]:
    *rows, edition = parse(kind, io.BytesIO(data.encode() if isinstance(data, str) else data))
    assert isinstance(edition, Edition)
    return rows, edition


def table(*rows: str, header: str = HEADER) -> str:
    return "\r\n".join([header, *rows]) + "\r\n"


def codes(row: Row) -> list[str]:
    return [finding.code for finding in row.findings]


def read_or_refused(data: bytes, kind: str) -> tuple[list[Row], Edition] | Refused:
    try:
        return read(data, kind)
    except Refused as refused:
        return refused


def refusal(data: bytes | str, kind: str = "persons") -> Refused:
    with pytest.raises(Refused) as refused:
        read(data, kind)
    return refused.value


class TestTheTemplate:
    @pytest.mark.parametrize("kind", KINDS)
    def test_it_names_every_field_but_pictures_and_holds_no_record(self, kind):
        header, labels, hints = csv.reader(io.StringIO(template(kind).decode("utf-8-sig")))

        assert header[0] == FOREIGN_KEY
        assert len(header) == len(labels) == len(hints) == len(set(header))
        plain = [f for f in all_databases()[kind].fields if f.type is not FieldType.IMAGE]
        assert {path.partition(".")[0] for path in header[1:]} >= {
            f.name for f in plain if not any(part.required and part.type is FieldType.IMAGE for part in f.parts)
        }
        assert read(template(kind), kind) == ([], read(template(kind), kind)[1])

    def test_it_begins_with_a_byte_order_mark_and_says_which_choices_there_are(self):
        data = template("persons")

        assert data.startswith(b"\xef\xbb\xbfforeign_key,")
        assert "F, M, X, U" in data.decode()

    def test_labels_are_in_the_language_of_the_reader(self):
        assert "<Sex>" in template("persons", label=lambda message: f"<{message}>").decode()

    def test_it_can_be_parted_by_semicolons_as_french_programs_want_it(self):
        data = template("persons", separator=";").decode("utf-8-sig")

        assert data.startswith("foreign_key;names.text;")
        assert read(data + "p1;Dilara Voss;primary" + ";" * 40)[0][0].foreign_key == "p1"


class TestOneRecord:
    def test_a_row_is_a_record_in_normal_form(self):
        (row,), edition = read(table(A_ROW))

        assert (row.line, row.foreign_key, row.kind, row.findings) == (2, "p1", "persons", ())
        assert row.fields == {
            "names": [{"text": "Dilara Voss", "kind": "primary", "script": "Latn"}],
            "birth_dates": ["1965-03-07"],
            "nationalities": ["QM"],
            "person_status": "suspect",
            "sex": "F",
        }
        assert (edition.counts, edition.complete, edition.generated_at) == ({"persons": 1}, True, "")

    def test_further_rows_of_it_continue_its_lists(self):
        (row, other), _ = read(table(A_ROW, "p1,Dila,weak_alias,,QN,,,", "p1,,,1966,,,,", A_ROW.replace("p1", "p2")))

        assert [name["text"] for name in row.fields["names"]] == ["Dilara Voss", "Dila"]
        assert row.fields["nationalities"] == ["QM", "QN"]
        assert row.fields["birth_dates"] == ["1965-03-07", "1966"]
        assert (other.foreign_key, other.line) == ("p2", 5)

    def test_a_further_row_may_repeat_what_is_there_once_but_not_change_it(self):
        (same,), _ = read(table(A_ROW, "p1,,,,,suspect,,"))
        (changed,), _ = read(table(A_ROW, "p1,,,,,convicted,,"))

        assert same.fields
        assert (changed.fields, codes(changed)) == (None, ["csv.differs"])
        assert changed.findings[0].values["line"] == 3

    @pytest.mark.parametrize("said", ["suspect", "Suspect", "SUSPECT"])
    def test_a_choice_is_taken_by_code_and_by_label(self, said):
        (row,), _ = read(table(A_ROW.replace("suspect", said).replace(",F,", ",Female,")))

        assert (row.fields["person_status"], row.fields["sex"]) == ("suspect", "F")

    def test_a_cell_may_hold_lines_quotes_and_separators(self):
        (row, after), _ = read(table(A_ROW + '"one, two\r\nsaid ""three"""', A_ROW.replace("p1", "p2")))

        assert row.fields["remarks"] == 'one, two\nsaid "three"'
        assert (row.line, after.line) == (2, 4)

    def test_rows_for_people_and_empty_rows_are_passed_over(self):
        rows, _ = read(table("# a note,,,,,,,", ",,,,,,,", "", A_ROW))

        assert [row.foreign_key for row in rows] == ["p1"]

    def test_columns_may_stand_in_any_order_in_any_case_and_with_empty_ones_behind(self):
        header = "Names.Text,person_status,foreign_key,names.kind,sex,,"

        (row,), _ = read(table("Dilara Voss,suspect,p1,primary,F,,", header=header))

        assert row.fields["names"][0]["text"] == "Dilara Voss"

    def test_a_comment_is_told_by_the_foreign_key_wherever_that_stands(self):
        header = "names.text,person_status,foreign_key,names.kind,sex"

        rows, _ = read(table("#1 of the gang,suspect,p1,primary,F", header=header))

        assert rows[0].fields["names"][0]["text"] == "#1 of the gang"


class TestRefusedRows:
    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (A_ROW.replace("p1", ""), "csv.no_key"),
            (A_ROW.replace("p1", "x" * 201), "csv.no_key"),
            (A_ROW + ",,more", "csv.too_many_cells"),
            (A_ROW.replace("Dilara Voss", '"Dilara"x Voss'), "csv.unreadable"),
            (A_ROW.replace("p1", "1.23457E+15"), "csv.damaged_cell"),
            (A_ROW.replace("p1", "#REF!"), "csv.damaged_cell"),
            (A_ROW.replace("Dilara Voss", "1,2E+9".replace(",", ".")), "csv.damaged_cell"),
            (A_ROW.replace("QM", "#N/A"), "csv.damaged_cell"),
            (A_ROW.replace("1965-03-07", "03/04/1965"), "csv.damaged_cell"),
            (A_ROW.replace("1965-03-07", "Mar-65"), "date.unreadable"),
            (A_ROW.replace("1965-03-07", "30/02/1965"), "date.impossible"),
            (A_ROW.replace("QM", "Nowhere"), "field.country"),
            (A_ROW.replace("suspect", "guilty"), "field.choice"),
            (A_ROW.replace("suspect", ""), "field.missing"),
        ],
    )
    def test_each_is_named_with_its_line_and_the_others_go_on(self, row, code):
        (refused, good), edition = read(table(row, A_ROW.replace("p1", "p2")))

        assert (refused.fields, codes(refused)) == (None, [code])
        assert refused.findings[0].values["line"] == refused.line == 2
        assert str(refused.findings[0])
        assert good.fields
        assert edition.counts == {"persons": 2}

    @pytest.mark.parametrize("date", ["25/12/1965", "12/25/1965", "04/04/1965", "1965-04-03", "3 April 1965"])
    def test_a_date_that_can_be_read_in_one_way_only_is_taken(self, date):
        assert read(table(A_ROW.replace("1965-03-07", date)))[0][0].fields["birth_dates"][0].startswith("1965-")

    def test_a_key_used_further_up_is_refused(self):
        rows, _ = read(table(A_ROW, A_ROW.replace("p1", "p2"), A_ROW))

        assert [row.fields is None for row in rows] == [False, False, True]
        assert codes(rows[2]) == ["csv.key_again"]

    def test_no_finding_repeats_what_the_row_holds(self):
        (row,), _ = read(table(A_ROW.replace("QM", "Secretland").replace("suspect", "secretstatus")))

        assert row.findings
        assert not any("ecret" in str(finding) for finding in row.findings)

    @pytest.mark.parametrize(("rows", "kept"), [(500, True), (501, False)])
    def test_a_record_has_so_many_rows_and_no_more(self, rows, kept):
        (row,), _ = read(table(A_ROW, *(f"p1,Name {n} a,weak_alias,,,,," for n in range(rows - 1))))

        assert (row.fields is not None) is kept
        assert codes(row) == ([] if kept else ["csv.too_many_rows"])


class TestWrongColumns:
    def test_all_that_is_wrong_is_named_at_once(self):
        refused = refusal(table("x", header="names.text,names.text,plate,portrait,sex"))

        assert {finding.code: finding.values["names"] for finding in refused.findings} == {
            "csv.unknown_columns": "plate, portrait",
            "csv.columns_twice": "names.text",
            "csv.missing_columns": "foreign_key, person_status",
        }

    def test_many_unknown_ones_are_cut_short(self):
        refused = refusal(table("x", header="foreign_key,person_status," + ",".join(f"x{n}" for n in range(500))))

        assert len(refused.findings[0].values["names"]) < 200

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "csv.empty"),
            (b"\r\n", "csv.no_header"),
            (b"Dilara Voss;1965\r\n", "csv.no_header"),
            (b"\x00" * 100, "csv.unknown_encoding"),
            (b"<html>moved</html>", "csv.no_header"),
        ],
    )
    def test_what_is_no_table_of_this_database_is_refused(self, data, code):
        assert refusal(data).code == code


class TestEncodingsAndSeparators:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_each_is_told_for_certain(self, encoding, separator):
        text = table(A_ROW.replace("Dilara", "Дилара é")).replace(",", separator)

        (row,), edition = read(text.encode(encoding))

        assert row.fields["names"][0]["text"] == "Дилара é Voss"
        assert edition.findings == ()

    def test_the_line_of_spreadsheet_programs_that_names_the_separator_is_understood(self):
        (row,), _ = read("sep=;\r\n" + table(A_ROW).replace(",", ";"))

        assert (row.foreign_key, row.line) == ("p1", 3)

    def test_windows_1252_is_read_where_it_makes_western_words_and_reported(self):
        (row,), edition = read(table(A_ROW.replace("Dilara", "Éloïse Ñandú")).encode("cp1252"))

        assert row.fields["names"][0]["text"] == "Éloïse Ñandú Voss"
        assert [finding.code for finding in edition.findings] == ["csv.western"]

    @pytest.mark.parametrize(("encoding", "name"), [("cp1256", "ديلارا"), ("cp1251", "Дилара"), ("cp949", "딜라라")])
    def test_other_old_encodings_are_refused_rather_than_misread(self, encoding, name):
        assert refusal(table(A_ROW.replace("Dilara", name)).encode(encoding)).code == "csv.unknown_encoding"

    def test_a_packed_table_is_read_too(self):
        assert read(gzip.compress(table(A_ROW).encode()))[0][0].foreign_key == "p1"

    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_lines_end_in_every_way(self, line_end):
        rows, _ = read(line_end.join([HEADER, A_ROW, A_ROW.replace("p1", "p2")]))

        assert [(row.line, bool(row.fields)) for row in rows] == [(2, True), (3, True)]


class TestFormulas:
    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "#", "'"])
    def test_no_cell_of_an_export_is_taken_for_one(self, start):
        assert shielded(f"{start}1+cmd").startswith("'")
        assert shielded(f"x{start}") == f"x{start}"

    @given(st.text(max_size=8) | st.text(alphabet="'=+-@#x\t", max_size=6))
    def test_what_was_put_before_a_cell_is_taken_away_exactly(self, cell):
        assert unshielded(shielded(cell)) == cell

    @pytest.mark.parametrize("typed", ["'", "'Abd", "x'=1"])
    def test_what_an_officer_typed_stays(self, typed):
        assert unshielded(typed) == typed

    @TRIES
    @given(data=st.data())
    def test_in_no_export_does_a_cell_begin_like_one(self, data):
        kind = data.draw(st.sampled_from(KINDS))
        record = data.draw(outgoing(kind))

        written = b"".join(csv_writing.write(kind, [record], Losses())).decode("utf-8-sig")

        cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
        assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r\n")]


class TestRoundTrip:
    @pytest.mark.parametrize("kind", KINDS)
    @TRIES
    @given(data=st.data())
    def test_what_was_exported_comes_back_but_for_what_the_losses_name(self, kind, data):
        record = data.draw(outgoing(kind))
        losses = Losses()

        written = b"".join(csv_writing.write(kind, [record], losses))
        rows, _ = read(written, kind)

        database = all_databases()[kind]
        if rows[0].fields is None:  # what was lost was all that told it from others
            assert losses.lost
            assert {finding.code for finding in rows[0].findings} == {"database.minimum"}
            return
        fields = dict(rows[0].fields)
        lost = {path.removeprefix(f"{kind}.").partition(".")[0] for path in losses.lost}
        assert [row.foreign_key for row in rows] == [record.reference]
        assert differences(database, record.fields, fields) == lost
        images = {path for path in losses.lost if _is_picture(database, path)}
        assert set(losses.lost) <= images | {path for path in losses.lost if _holds_list(database, path)}

    def test_pictures_are_lost_and_named(self):
        losses = Losses()
        record = Outgoing("persons", "RP-2026-7K4M2P-C", "QM", a_person(portrait=PNG))

        b"".join(csv_writing.write("persons", [record], losses))

        assert losses.lost == {"persons.portrait": 1}
        assert losses.carried == dict.fromkeys(
            ["persons.names", "persons.birth_dates", "persons.nationalities", "persons.person_status"], 1
        )

    @pytest.mark.samples
    def test_the_united_nations_list_comes_back_whole(self, samples):
        from liaison.formats import un_xml
        from tests.formats.real import records_of

        with (samples / "data" / "un" / "consolidated.xml").open("rb") as stream:
            records = [record for record in records_of(un_xml.parse(stream), "UN") if record.kind == "persons"]
        losses = Losses()

        written = b"".join(csv_writing.write("persons", records, losses))
        rows, _ = read(written)

        assert losses.lost == {}
        assert [dict(row.fields or {}) for row in rows] == [dict(record.fields) for record in records]


def _is_picture(database, path: str) -> bool:
    name, _, part = path.removeprefix(f"{database.kind}.").partition(".")
    field = database.field(name)
    types = {below.type for below in field.walk()} if not part else {field.part(part).type}
    return FieldType.IMAGE in types


def _holds_list(database, path: str) -> bool:
    """A list within a group shares a cell, so that a text with the separator in it comes back as two."""
    name, _, part = path.removeprefix(f"{database.kind}.").partition(".")
    field = database.field(name)
    return bool(part) and field.part(part).many


class TestHostileFiles:
    def test_a_million_bad_rows_fill_no_memory(self):
        rows = budget(20_000, 1_000_000)
        data = io.BytesIO((HEADER + "\r\n" + "p,x,y,z,a,b,c,d,e,f\r\n" * rows).encode())
        tracemalloc.start()

        count = sum(1 for item in parse("persons", data) if isinstance(item, Row) and item.fields is None)

        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == rows
        assert peak < 8 * 1024 * 1024

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (table('"' + "x" * 10_000_000), "csv.line_too_long"),
            (table('p1,"Dilara'), "csv.open_quote"),
            (table('p1,"Dilara', *[A_ROW] * 5_000), "csv.open_quote"),
            (table("p1," + "x" * 200_000), "csv.open_quote"),
            (HEADER + '"', "csv.no_header"),
        ],
    )
    def test_quotes_and_lines_without_end_are_refused(self, data, code):
        assert refusal(data).code in {code, "csv.unknown_columns"}

    def test_a_record_of_bad_rows_is_reported_briefly(self):
        (row,), _ = read(table(A_ROW, *["p1,,,03/04/1965,,,,"] * 400))

        assert (row.fields, len(row.findings)) == (None, 50)

    def test_a_gzip_bomb_is_stopped(self, monkeypatch):
        monkeypatch.setattr(csv_reading, "UNPACKED_BYTES_MAX", 1024 * 1024)
        bomb = gzip.compress((table() + ",,,,,,,\r\n" * 1_000_000).encode())

        assert refusal(bomb).code == "csv.too_large"

    @pytest.mark.parametrize("cut", [1, 10, 40])
    def test_a_damaged_gzip_is_refused(self, cut):
        assert refusal(gzip.compress(table(A_ROW).encode())[:-cut]).code == "csv.damaged"

    def test_zero_bytes_and_characters_that_nobody_sees_are_dropped(self):
        (row,), _ = read(table(A_ROW.replace("Dilara", "Di\x00la\u202era")))

        assert row.fields["names"][0]["text"] == "Dilara Voss"

    @settings(max_examples=budget(200, 5_000), deadline=None)
    @given(
        st.binary(max_size=300)
        | st.text(max_size=200).map(lambda text: (HEADER + "\n" + text).encode("utf-8", "ignore"))
    )
    def test_no_bytes_give_anything_but_rows_or_a_refusal(self, data):
        for kind in ("persons", "travel_documents"):
            said = read_or_refused(data, kind)

            assert str(said) if isinstance(said, Refused) else isinstance(said[1], Edition)

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_reader_works_in_the_jail(self, kind):
        header = template(kind).decode("utf-8-sig").splitlines()[0]
        cells = {column.path: "7 March 1965 x" for column in columns(kind)}
        data = header + "\r\n" + ",".join(["k1", *cells.values()]) + "\r\n"

        row, edition = run_jailed(f"csv:{kind}", io.BytesIO(data.encode()))

        assert row["row"]["fields"] is None or row["row"]["fields"]
        assert edition["edition"]["counts"] == {kind: 1}
