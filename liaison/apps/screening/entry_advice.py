"""What screening says beside a record about to be entered: who may be there already, and whom it would stop."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from liaison.apps.index.public import IndexNotReady
from liaison.apps.screening.duplicates import Duplicate, duplicates
from liaison.apps.screening.forecast import Forecast, forecast
from liaison.refusal import Finding
from liaison.viewer import Right, Viewer


@dataclass(frozen=True, slots=True)
class Advice:
    """Proposals and forecast; `findings` say why the proposals are missing."""

    duplicates: tuple[Duplicate, ...]
    forecast: Forecast
    findings: tuple[Finding, ...] = ()


def advice(kind: str, fields: Mapping[str, object], *, viewer: Viewer, besides: str = "") -> Advice:
    """Return what is to be said before the record is entered; an index that is not ready is said, not hidden."""
    told = forecast(kind, fields, viewer=viewer)
    try:
        return Advice(duplicates(kind, fields, viewer=viewer, besides=besides), told)
    except IndexNotReady as refused:
        return Advice((), told, refused.findings)


def shown_advice(viewer: Viewer, about: Mapping[str, object]) -> SafeString:
    """Return the part of the entry page; nothing for who may not ask."""
    if not {Right.ENTER_RECORDS, Right.QUERY} <= viewer.rights:
        return SafeString("")
    fields = about["fields"]
    assert isinstance(fields, Mapping)
    found = advice(str(about["kind"]), fields, viewer=viewer, besides=str(about["reference"]))
    return render_to_string("screening/_entry_advice.html", {"advice": found})
