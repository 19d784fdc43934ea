"""Invented lists in the form of OFAC's three files; nobody and nothing in them exists."""

import io
import zipfile
from collections.abc import Callable

NOTHING = "-0- "
END = "\x1a"
CHANGED_AT = (2026, 2, 27, 9, 30, 0)


def an_entry(
    key: object = 1, name: str = "VOSS, Dilara", kind: str = "individual", remarks: str = "", **cells: str
) -> str:
    """One row of sdn.csv; `cells` are others of its columns by name."""
    columns = ("Program", "Title", "Call_Sign", "Vess_type", "Tonnage", "GRT", "Vess_flag", "Vess_owner")
    others = [cells.get(column, "SDGT" if column == "Program" else "") for column in columns]
    return row(key, name, kind, *others, remarks)


def an_organisation(key: object = 2, name: str = "VOSS TRADING", remarks: str = "", **cells: str) -> str:
    """One row of sdn.csv without a type."""
    return an_entry(key, name, "", remarks, **cells)


def an_alias(key: object = 1, name: str = "VOSS, Dila", kind: str = "aka", number: int = 7) -> str:
    """One row of alt.csv."""
    return row(key, number, kind, name, "")


def an_address(
    key: object = 1, street: str = "", city: str = "Zelk", country: str = "Marvenia", note: str = ""
) -> str:
    """One row of add.csv."""
    return row(key, 9, street, city, country, note)


def row(*cells: object) -> str:
    """One row as OFAC writes it: texts in quotes, nothing as `-0- `."""
    return ",".join(_cell(cell) for cell in cells)


def a_list(
    *entries: str, aliases: tuple[str, ...] = (), addresses: tuple[str, ...] = (), ended: bool = True, **more: object
) -> bytes:
    """A whole list as a zip; without its ends where not `ended`."""
    end = END if ended else ""
    files = [("sdn.csv", entries), ("alt.csv", aliases), ("add.csv", addresses)]
    return a_zip(
        {name: ("".join(f"{one}\r\n" for one in rows) + end).encode("cp1252") for name, rows in files}, **more
    )


def a_zip(
    files: dict[str, bytes], *, changed_at: tuple[int, ...] = CHANGED_AT, method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, changed_at), data, method)
    return packed.getvalue()


def _cell(cell: object) -> str:
    if isinstance(cell, int):
        return str(cell)
    return f'"{cell}"' if cell else NOTHING


WHOLE = (
    f"{an_entry()}\r\n{END}".encode(),
    f"{END}".encode(),
    f"{END}".encode(),
)


def three(sdn: bytes, alt: bytes = b"\x1a", add: bytes = b"\x1a") -> bytes:
    """A zip of these three contents."""
    return a_zip({"sdn.csv": sdn, "alt.csv": alt, "add.csv": add})


_GOOD = f"{an_entry()}\r\n".encode()
HOSTILE: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "no_bytes": (b"", "zip.not_a_zip"),
    "no_zip": (b"1,VOSS", "zip.not_a_zip"),
    "half_a_zip": (a_list(an_entry())[:100], "zip.not_a_zip"),
    "a_missing_member": (a_zip({"sdn.csv": _GOOD, "alt.csv": b""}), "zip.member_missing"),
    "a_zip_in_the_zip": (a_zip({"sdn.zip": a_list(an_entry())}), "zip.member_missing"),
    "a_member_twice": (
        a_zip({"sdn.csv": _GOOD, "a/sdn.csv": _GOOD, "alt.csv": b"", "add.csv": b""}),
        "zip.member_twice",
    ),
    "another_packing": (
        a_zip({"sdn.csv": _GOOD, "alt.csv": b"", "add.csv": b""}, method=zipfile.ZIP_BZIP2),
        "zip.member_unreadable",
    ),
    "too_many_members": (a_zip({f"{number}.csv": b"" for number in range(201)}), "zip.too_many"),
    "a_directory_without_end": (
        lambda: a_zip({f"{'n' * 200}{number}": b"" for number in range(1_200)}),
        "zip.too_many",
    ),
    "a_bomb": (lambda: three(b"\n" * 250_000_000), "zip.too_large"),
    "a_bomb_in_an_alias": (lambda: three(_GOOD, alt=b"1" * 200_000_000), "zip.too_large"),
    "another_file": (three(b"<html>moved</html>\r\n" * 20), "ofac_csv.not_this_list"),
    "empty_files": (three(b"\x1a"), "ofac_csv.not_this_list"),
    "any_bytes": (three(bytes(range(256)) * 40), "ofac_csv.not_this_list"),
    "utf_16": (three(an_entry().encode("utf-16")), "ofac_csv.not_this_list"),
    "a_million_bad_rows": (lambda: three(_GOOD + b"2,bad\r\n" * 1_000_000), "ofac_csv.not_this_list"),
    "bad_aliases": (three(_GOOD, alt=b"2,bad\r\n" * 10_001), "ofac_csv.not_this_list"),
}


def hostile(name: str) -> tuple[bytes, str]:
    """Return a hostile file and the code of its refusal; those that take a second to pack are packed only now."""
    data, code = HOSTILE[name]
    return (data() if callable(data) else data), code
