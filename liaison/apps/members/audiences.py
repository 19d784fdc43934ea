"""Audience expressions: who may see a record, as the source writes it (RPD art. 58).

    expression = "" | "all" exclusions | "list:" codes exclusions
    exclusions = (" -" code)*
    codes      = code ("," code)*

The canonical form sorts codes and drops repetitions, so that equal audiences are one row. An empty expression is
nobody but the source itself.

>>> canonical("list:QN, QM -QO")
'list:QM,QN -QO'
>>> canonical("  ")
''
"""

import re

from liaison.refusal import Finding, Refused, mark

CODES_MAX = 400
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,11}")
_LIST = "list:"


def canonical(expression: str) -> str:
    """Return the expression in its one canonical form; raise Refused when it is not one."""
    base, *excluded = re.split(r"\s+-\s*", expression.strip())
    if not base and not excluded:
        return ""
    less = sorted(set(excluded))
    named = {code.strip() for code in base.removeprefix(_LIST).split(",")} - {""} if base.startswith(_LIST) else set()
    if base != "all" and not base.startswith(_LIST):
        raise _not_an_audience(expression)
    if len(named) + len(less) > CODES_MAX or not all(_CODE.fullmatch(code) for code in [*named, *less]):
        raise _not_an_audience(expression)
    if base != "all" and not named:
        return ""
    start = "all" if base == "all" else _LIST + ",".join(sorted(named))
    return start + "".join(f" -{code}" for code in less)


def _not_an_audience(expression: str) -> Refused:
    return Refused(
        Finding(
            code="audience.not_an_expression",
            problem=mark("“%(expression)s” is not an audience."),
            remedy=mark("Write “all”, “all -QN” or “list:QM,QN”; leave it empty for nobody but yourself."),
            source="policy: audience",
            field="audience",
            values={"expression": expression[:80]},
        )
    )
