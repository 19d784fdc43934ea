"""A refusal as problem+json (RFC 9457): the same findings as on the page, with stable codes for programs."""

from http import HTTPStatus

import msgspec
from django.utils.translation import gettext

from liaison.refusal import Absent, Finding, NotAllowed, Refused

CONTENT_TYPE = "application/problem+json"
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


class FindingOut(msgspec.Struct, frozen=True):
    """One finding: its stable code, what happened, what to do, the rule that asks, and the input at fault."""

    code: str
    problem: str
    remedy: str
    source: str = ""
    field: str = ""


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457 problem details, with every finding. `detail` is what all of them say, for whoever shows one text."""

    type: str
    title: str
    status: int
    detail: str
    findings: list[FindingOut]


def status_of(refused: Refused) -> int:
    """Return the HTTP status: 403, 404, the refusal's own (503 for what is only not possible now), else 422."""
    if isinstance(refused, NotAllowed):
        return HTTPStatus.FORBIDDEN
    if isinstance(refused, Absent):
        return HTTPStatus.NOT_FOUND
    return int(getattr(refused, "status", UNPROCESSABLE))


def problem(refused: Refused) -> Problem:
    """Return the problem that a refusal is, in the language now active."""
    return problem_of(refused.findings, status=status_of(refused))


def problem_of(findings: tuple[Finding, ...], *, status: int) -> Problem:
    """Return a problem with these findings and this status."""
    shown = [finding_out(finding) for finding in findings]
    return Problem(
        type=f"urn:liaison:problem:{findings[0].code}",
        title=shown[0].problem,
        status=int(status),
        detail=" ".join(text for one in shown for text in (one.problem, one.remedy) if text),
        findings=shown,
    )


def finding_out(finding: Finding) -> FindingOut:
    """Return a finding in the language now active."""
    return FindingOut(
        code=finding.code,
        problem=_said(finding.problem, finding),
        remedy=_said(finding.remedy, finding),
        source=finding.source,
        field=finding.field,
    )


def _said(message: str, finding: Finding) -> str:
    translated = gettext(message) if message else ""
    return translated % finding.values if finding.values else translated
