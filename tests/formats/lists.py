"""Invented lists in the form of the United Nations' consolidated list; nobody in them exists."""

import gzip
from xml.sax.saxutils import escape

GENERATED_AT = "2026-02-27T00:00:09.554Z"


def an_individual(key: int = 1, name: str = "DILARA VOSS", *, reference: str = "", inside: str = "") -> str:
    """One entry of the section of individuals; `inside` is more XML in it."""
    first, _, rest = name.partition(" ")
    second = f"<SECOND_NAME>{escape(rest)}</SECOND_NAME>" if rest else ""
    return (
        f"<INDIVIDUAL><DATAID>{key}</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>{escape(first)}</FIRST_NAME>{second}"
        f"<UN_LIST_TYPE>Marvenia</UN_LIST_TYPE><REFERENCE_NUMBER>{reference or f'QMi.{key:03}'}</REFERENCE_NUMBER>"
        f"<LISTED_ON>2020-05-04</LISTED_ON>{inside}<SORT_KEY/><SORT_KEY_LAST_MOD/></INDIVIDUAL>\n"
    )


def an_entity(key: int = 1001, name: str = "VOSS TRADING COMPANY", *, inside: str = "") -> str:
    """One entry of the section of entities."""
    return (
        f"<ENTITY><DATAID>{key}</DATAID><FIRST_NAME>{escape(name)}</FIRST_NAME><UN_LIST_TYPE>Marvenia</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>QMe.{key:03}</REFERENCE_NUMBER><LISTED_ON>2020-05-04</LISTED_ON>{inside}</ENTITY>\n"
    )


def a_list(*entries: str, generated_at: str = GENERATED_AT, before: str = "") -> bytes:
    """A whole list of these entries."""
    people = "".join(entry for entry in entries if not entry.startswith("<ENTITY"))
    bodies = "".join(entry for entry in entries if entry.startswith("<ENTITY"))
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n{before}"
        f'<CONSOLIDATED_LIST dateGenerated="{generated_at}">\n'
        f"<INDIVIDUALS>\n{people}</INDIVIDUALS>\n<ENTITIES>\n{bodies}</ENTITIES></CONSOLIDATED_LIST>\n"
    ).encode()


def an_alias(name: str, quality: str = "Good", *, inside: str = "", kind: str = "INDIVIDUAL") -> str:
    """An alias element."""
    return f"<{kind}_ALIAS><QUALITY>{quality}</QUALITY><ALIAS_NAME>{escape(name)}</ALIAS_NAME>{inside}</{kind}_ALIAS>"


def a_birth(kind: str = "EXACT", **parts: str) -> str:
    """A birth date element: `a_birth("BETWEEN", FROM_YEAR="1960", TO_YEAR="1962")`."""
    inside = "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts.items())
    return f"<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>{kind}</TYPE_OF_DATE>{inside}</INDIVIDUAL_DATE_OF_BIRTH>"


def a_document(**parts: str) -> str:
    """An identity document element: `a_document(TYPE_OF_DOCUMENT="Passport", NUMBER="A123")`."""
    inside = "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts.items())
    return f"<INDIVIDUAL_DOCUMENT>{inside}</INDIVIDUAL_DOCUMENT>"


_ATTRIBUTES = " ".join(f"a{n}='1'" for n in range(6_000))
_LOLS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE: dict[str, tuple[bytes, str]] = {
    "no_bytes": (b"", "xml.empty"),
    "another_root": (b"<html><body>moved</body></html>", "xml.wrong_root"),
    "no_xml": (b"The list has moved.", "xml.not_xml"),
    "any_bytes": (bytes(range(256)) * 10, "xml.not_xml"),
    "an_entity_bomb": (
        a_list(an_individual(inside="<COMMENTS1>&l9;</COMMENTS1>"), before=f'<!DOCTYPE l [<!ENTITY l0 "l">{_LOLS}]>'),
        "xml.entities",
    ),
    "a_file_as_entity": (
        a_list(an_individual(inside="&x;"), before='<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "xml.entities",
    ),
    "a_type_elsewhere": (a_list(before='<!DOCTYPE l SYSTEM "file:///etc/passwd">'), "xml.entities"),
    "an_unknown_entity": (a_list(an_individual(inside="&nothing;")), "xml.malformed"),
    "deep_nesting": (a_list("<A>" * 100_000), "xml.too_much"),
    "a_huge_text": (a_list(an_individual(inside=f"<NOTE>{'x' * 11_000_000}</NOTE>")), "xml.malformed"),
    "a_huge_entry": (a_list(an_individual(inside="<A/>" * 6_000)), "xml.too_much"),
    "many_attributes": (
        a_list(an_individual(inside=f"<A {_ATTRIBUTES}/>")),
        "xml.too_much",
    ),
    "wrong_nesting": (a_list(an_individual(1), "</A>", an_individual(2)), "xml.malformed"),
    "bytes_that_are_no_text": (a_list(an_individual(1)).replace(b"DILARA", b"DIL\xff\xfe"), "xml.malformed"),
    "a_zero_byte": (a_list(an_individual(1)).replace(b"DILARA", b"DIL\x00"), "xml.malformed"),
    "more_after_the_end": (a_list(an_individual(1)) + b"<MORE/>", "xml.malformed"),
    "a_bomb_in_gzip": (
        gzip.compress(a_list(an_individual(inside=f"<NOTE>{' ' * 60_000_000}</NOTE>"))),
        "xml.malformed",
    ),
    "damaged_gzip": (gzip.compress(a_list(an_individual(1)))[:40] + b"damaged", "xml.damaged"),
    "cut_gzip": (gzip.compress(a_list(an_individual(1)))[:-12], "xml.damaged"),
}
