"""What a private partner's agreement opens, and whom its matches are told (RPD art. 28): for the installation's work.

Read by the role that follows the ledger: a private partner's own viewer sees no database at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from liaison.apps.members.audiences import LIST, parse
from liaison.apps.members.models import Agreement, Audience, GroupMember, Reader
from liaison.rules.membership import open_to
from liaison.viewer import ReaderKind


@dataclass(frozen=True, slots=True)
class PartnerTerms:
    """The databases in which a partner's submissions are checked, and the bureau that is told of matches, if any."""

    databases: frozenset[str]
    bureau_id: UUID | None


def terms_of_partner(reader_id: UUID, *, at: datetime) -> PartnerTerms:
    """Return what the agreements of a private partner opened at a moment; nothing where none was in force."""
    partner = Reader.objects.using("system").get(pk=reader_id)
    day = at.date()
    agreements = list(
        Agreement.objects.using("system")
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), reader=partner, starts_on__lte=day, ends_on__gte=day)
        .order_by("-starts_on", "-id")
    )
    named = frozenset(kind for one in agreements for kind in one.queries)
    code = next((one.matches_to for one in agreements if one.matches_to), "")
    bureaus = Reader.objects.using("system").filter(kind=ReaderKind.BUREAU)
    found = bureaus.filter(code=code) if code else bureaus.filter(country=partner.country).exclude(country="")
    return PartnerTerms(named & open_to(ReaderKind.PRIVATE_PARTNER), found.values_list("pk", flat=True).first())


def excluding(audience_ids: Iterable[int], reader_id: UUID) -> frozenset[int]:
    """Return which of these audiences take this body away by name or by a group: its source wants no part of it."""
    partner = Reader.objects.using("system").get(pk=reader_id)
    groups = GroupMember.objects.using("system").filter(reader=partner).select_related("group")
    names = {(LIST, partner.code), *((one.group.kind, one.group.code) for one in groups)}
    audiences = Audience.objects.using("system").filter(pk__in=set(audience_ids))
    return frozenset(
        one.pk for one in audiences if names & {(less.kind, less.code) for less in parse(one.expression).less}
    )
