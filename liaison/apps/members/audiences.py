"""Audience expressions: who may see a record, as the source writes it (RPD art. 58).

    expression = "" | term (" + " term)* exclusions
    term       = "all" | "list:" codes | "region:" codes | "programme:" codes | "group:" codes
    exclusions = (" -" (code | "region:" code | "programme:" code | "group:" code))*
    codes      = code ("," code)*

A list names bodies, with the agencies that they connect; regions, programmes and groups are kept by the secretariat
or by a body (`groups`). The canonical form sorts terms and codes and drops repetitions, so that equal audiences are
one row. An empty expression is nobody but the source itself.

>>> canonical("list:QN, QM -QO")
'list:QM,QN -QO'
>>> canonical("region:EU+list:QM  - region:AF - QN")
'list:QM + region:EU -QN -region:AF'
>>> canonical("  ")
''
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from liaison.refusal import Finding, Refused, mark

CODES_MAX = 400
ALL = "all"
LIST = "list"
KINDS = ("region", "programme", "group")
"""Kinds of groups, as an expression names them."""
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,19}")
_EXCLUDES = re.compile(r"(?:^|\s)\s*-\s*")
_ORDER = (ALL, LIST, *KINDS)


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """One body (`list`) or one group that an expression adds or takes away; `all` has no code."""

    kind: str
    code: str = ""

    def __str__(self) -> str:
        return self.code if self.kind == LIST else f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What an expression adds and what it takes away again."""

    adds: frozenset[Named]
    less: frozenset[Named]

    def __str__(self) -> str:
        """The canonical form."""
        if not self.adds:
            return ""
        terms = [term for kind in _ORDER if (term := self._term(kind))]
        return " + ".join(terms) + "".join(f" -{one}" for one in sorted(map(str, self.less)))

    def _term(self, kind: str) -> str:
        codes = sorted(one.code for one in self.adds if one.kind == kind)
        if kind == ALL:
            return ALL if codes else ""
        return f"{kind}:{','.join(codes)}" if codes else ""


def parse(expression: str) -> Parsed:
    """Return what the expression says; raise Refused when it is not one."""
    base, *excluded = _EXCLUDES.split(expression.strip())
    adds = frozenset(one for term in base.split("+") if term.strip() for one in _terms(term.strip(), expression))
    less = frozenset(_exclusion(text.strip(), expression) for text in excluded)
    if (less and not base.strip()) or len(adds) + len(less) > CODES_MAX:
        raise _not_an_audience(expression)
    return Parsed(adds, less)


def canonical(expression: str) -> str:
    """Return the expression in its one canonical form; raise Refused when it is not one."""
    return str(parse(expression))


def _terms(term: str, expression: str) -> Iterator[Named]:
    if term == ALL:
        yield Named(ALL)
        return
    kind, colon, codes = term.partition(":")
    if not colon or kind.strip() not in (LIST, *KINDS):
        raise _not_an_audience(expression)
    for code in _codes(codes.split(","), expression):
        yield Named(kind.strip(), code)


def _exclusion(text: str, expression: str) -> Named:
    kind, colon, code = text.partition(":")
    if colon and kind not in KINDS:
        raise _not_an_audience(expression)
    (only,) = [*_codes([code if colon else text], expression)] or [""]
    if not only:
        raise _not_an_audience(expression)
    return Named(kind if colon else LIST, only)


def _codes(texts: Iterable[str], expression: str) -> Iterator[str]:
    for text in texts:
        if not (code := text.strip()):
            continue
        if not _CODE.fullmatch(code):
            raise _not_an_audience(expression)
        yield code


def _not_an_audience(expression: str) -> Refused:
    return Refused(
        Finding(
            code="audience.not_an_expression",
            problem=mark("“%(expression)s” is not an audience."),
            remedy=mark("Write “all”, “all -QN”, “list:QM,QN” or “region:EU -QN”; empty is nobody but yourself."),
            source="policy: audience",
            field="audience",
            values={"expression": expression[:80]},
        )
    )
