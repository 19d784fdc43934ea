"""Values of joining: who would join, what came of it, and how a proposed change keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from liaison.apps.audit import public as audit
from liaison.apps.members.models import Reader
from liaison.ledger.canonical import Json, canonical_json
from liaison.rows.ids import new_id
from liaison.rules.membership import Terms
from liaison.viewer import ReaderKind


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A body that would join: its code, what it is and what it is called; `country` is ISO 3166 alpha-2 or empty."""

    code: str
    kind: ReaderKind
    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who would be the first administrator of a body."""

    sign_in_name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a change; `password` is that of a new administrator, shown this once."""

    status: str
    code: str
    sign_in_name: str = ""
    password: str = ""


def terms_json(terms: Terms | None) -> Json:
    """Return terms as a change keeps them."""
    if terms is None:
        return None
    return {
        "number": terms.number.strip(),
        "title": terms.title.strip(),
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
        "queries": [*sorted(terms.queries)],
        "enters": [*sorted(terms.enters)],
        "opinion": terms.opinion.strip(),
        "approval": terms.approval.strip(),
        "matches_to": terms.matches_to.strip(),
    }


def terms_of(said: Mapping[str, object] | None) -> Terms | None:
    """Return the terms that a change keeps."""
    if said is None:
        return None
    lists = {name: said[name] for name in ("queries", "enters")}
    assert all(isinstance(one, list) for one in lists.values()), "a document lists databases"
    return Terms(
        number=str(said["number"]),
        title=str(said["title"]),
        starts_on=date.fromisoformat(str(said["starts_on"])),
        ends_on=date.fromisoformat(str(said["ends_on"])),
        queries=frozenset(lists["queries"]),  # type: ignore[call-overload]  # asserted above
        enters=frozenset(lists["enters"]),  # type: ignore[call-overload]  # asserted above
        opinion=str(said["opinion"]),
        approval=str(said["approval"]),
        matches_to=str(said.get("matches_to", "")),
    )


def person_json(person: Person) -> Json:
    """Return a person as a change keeps him."""
    return {"sign_in_name": person.sign_in_name.strip(), "display_name": person.display_name.strip()}


def body_entry(action: str, body: Reader, *, reason: str = "") -> audit.EntryDraft:
    """Return an entry on a body; its reason is content of its own."""
    if not reason:
        return audit.EntryDraft(action=action, subject=body.id, source=body.parent_id or body.id)
    content = canonical_json({"body": body.code, "reason": reason.strip()})
    return audit.EntryDraft(
        action=action, subject=new_id(), source=body.parent_id or body.id, kind="membership@1", content=content
    )
