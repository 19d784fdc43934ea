"""OFAC's list itself, as it was published on 3 May 2024, with aliases and addresses of 27 February 2025."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from liaison.files.packing import opened_list
from liaison.formats.ofac_csv import KINDS, MEMBERS, parse
from liaison.formats.rows import Edition
from liaison.identifiers import countries

pytestmark = pytest.mark.samples


@pytest.fixture(scope="module")
def folder(samples) -> Path:
    return samples / "data" / "ofac"


@pytest.fixture(scope="module")
def files(folder) -> dict[str, list[list[str]]]:
    """The three files as Python's own CSV reader sees them, without their end marks."""
    read = {}
    for name in MEMBERS:
        with (folder / name).open(encoding="cp1252", newline="") as file:
            read[name] = [[cell.strip() for cell in row] for row in csv.reader(file) if len(row) > 1]
    return read


@pytest.fixture(scope="module")
def items(folder):
    with opened_list(folder, MEMBERS) as stream:
        return list(parse(stream))


def parts(files, label: str) -> list[str]:
    """Every part of the remarks of the file that begins with a label, found by plain searching."""
    found = [
        part.strip().removeprefix("alt. ") for row in files["sdn.csv"] for part in row[11].rstrip(".").split(";")
    ]
    return [part.removeprefix(label).strip() for part in found if part.startswith(f"{label} ")]


def test_its_counts_are_those_of_the_file(items, files):
    *rows, edition = items
    counted = Counter(KINDS[row[2].replace("-0-", "")] for row in files["sdn.csv"])

    assert isinstance(edition, Edition)
    assert edition.counts == counted == {"persons": 4497, "organisations": 6884, "vessels": 851, "aircraft": 376}
    assert Counter(row.kind for row in rows) == counted
    assert [row.foreign_key for row in rows] == [row[0] for row in files["sdn.csv"]]
    assert (edition.complete, edition.findings) == (True, ())


def test_every_row_goes_in_and_only_numbers_of_rows_and_orphans_are_not_kept(items, files):
    *rows, edition = items
    keys = {row[0] for row in files["sdn.csv"]}
    aliases = [row[0] in keys for row in files["alt.csv"]]
    addresses = [row[0] in keys for row in files["add.csv"]]

    assert [row.listing for row in rows if row.fields is None] == []
    assert edition.unkept == {
        "alt.csv/alt_num": aliases.count(True),
        "add.csv/add_num": addresses.count(True),
        "alt.csv/rows whose entry is not in sdn.csv": aliases.count(False),
        "add.csv/rows whose entry is not in sdn.csv": addresses.count(False),
    }
    assert (aliases.count(False), addresses.count(False)) == (1468, 2474)


def test_little_is_kept_less_well_than_it_could_be(items):
    *rows, _ = items

    assert Counter(finding.code for row in rows for finding in row.findings) == {
        "ofac_csv.remarks_cut": 16,
        "ofac_csv.kept_as_text": 5,
    }


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("DOB", "DOB"),
        ("POB", "POB"),
        ("Gender", "Gender"),
        ("Passport", "Passport"),
        ("MMSI", "MMSI"),
        ("Cedula No.", "Cedula No."),
        ("SWIFT/BIC", "SWIFT/BIC"),
    ],
)
def test_every_remark_of_a_label_is_counted_once(items, files, label, name):
    kept = items[-1].kept

    assert kept[f"sdn.csv/Remarks/{name}"] == len(parts(files, label)) > 0


def test_every_ship_is_known_by_the_imo_number_that_its_remarks_name(items, files):
    *rows, _ = items
    told = {
        row[0]: part.split("IMO")[1].split()[0].rstrip(".")
        for row in files["sdn.csv"]
        for part in row[11].split(";")
        if row[2] == "vessel" and "Vessel Registration Identification IMO" in part
    }
    known = {row.foreign_key: row.fields.get("imo", []) for row in rows if row.kind == "vessels"}

    assert len(told) > 800
    assert [key for key, number in told.items() if number not in known[key]] == []


def test_every_person_has_family_and_given_names_and_every_aircraft_a_number(items):
    *rows, _ = items
    first_names = [row.fields["names"][0] for row in rows if row.kind == "persons"]

    assert all({"family", "given"} <= set(name) for name in first_names)
    assert [
        row.listing for row in rows if row.kind == "aircraft" and not {"registrations", "serial"} & set(row.fields)
    ] == []


def test_nearly_every_passport_names_a_country(items):
    *rows, _ = items
    passports = [
        document
        for row in rows
        if row.kind == "persons"
        for document in row.fields.get("documents", [])
        if document["kind"] == "passport"
    ]
    codes = Counter(document.get("country", "") for document in passports)

    assert len(passports) > 1_200
    assert codes[""] < 200
    assert all(countries.by_alpha2(code) for code in codes if code)
