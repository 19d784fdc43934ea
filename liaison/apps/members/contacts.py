"""Whom to call at a body about its records: a desk, not a person, set by the body itself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.members.models import Contact
from liaison.identifiers.registry import scheme_named
from liaison.identifiers.schemes import Verdict
from liaison.ledger.canonical import canonical_json
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

DESK_LENGTH_MAX, PHONE_LENGTH_MAX, EMAIL_LENGTH_MAX = 120, 40, 120


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A desk and how to reach it; `always`: by day and night."""

    desk: str
    phone: str
    email: str
    always: bool


def contacts(reader_ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, ContactCard]:
    """Return the contacts of those bodies that have named one."""
    with viewing(viewer, savepoint=False):
        rows = list(Contact.objects.filter(pk__in=set(reader_ids)))
    return {row.pk: ContactCard(row.desk, row.phone, row.email, row.always) for row in rows}


def set_contact(*, desk: str, phone: str, email: str, always: bool, by: Viewer) -> ContactCard:
    """Name the desk of the administrator's own body; raise Refused with everything that is wrong with it.

    The same desk again changes nothing.
    """
    by.needs(Right.ADMINISTER_MEMBERS)
    wanted = ContactCard(" ".join(desk.split()), " ".join(phone.split()), email.strip(), always)
    if findings := _findings(wanted):
        raise Refused(*findings)
    with viewing(by):
        if contacts([by.reader_id], by).get(by.reader_id) == wanted:
            return wanted
        Contact.objects.update_or_create(reader_id=by.reader_id, defaults=asdict(wanted) | {"changed_at": now()})
        draft = audit.EntryDraft(
            action="members.contact_named",
            subject=by.reader_id,
            source=by.reader_id,
            kind="contact@1",
            content=canonical_json(asdict(wanted)),
        )
        audit.record(draft, by=by)
    return wanted


def _findings(wanted: ContactCard) -> list[Finding]:
    found = []
    if not wanted.desk or len(wanted.desk) > DESK_LENGTH_MAX:
        found.append(_wrong("desk", mark("A desk has a name of 1 to %(most)s characters."), DESK_LENGTH_MAX))
    if not wanted.phone and not wanted.email:
        found.append(
            _wrong("phone", mark("Nobody can reach a desk without a telephone number or an e-mail address."))
        )
    if wanted.phone and (len(wanted.phone) > PHONE_LENGTH_MAX or _is_wrong("phone", wanted.phone)):
        found.append(_wrong("phone", mark("This is no telephone number with its country code.")))
    if wanted.email and (len(wanted.email) > EMAIL_LENGTH_MAX or _is_wrong("email", wanted.email)):
        found.append(_wrong("email", mark("This is no e-mail address.")))
    return found


def _is_wrong(scheme: str, text: str) -> bool:
    return scheme_named(scheme).check(text, "").verdict is Verdict.INVALID


def _wrong(field: str, problem: str, most: int = 0) -> Finding:
    return Finding(
        code=f"contact.{field}",
        problem=problem,
        remedy=mark("Write whom another bureau calls about your records."),
        field=field,
        values={"most": most},
    )
