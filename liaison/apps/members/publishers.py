"""The bodies whose published lists the secretariat imports, and for whose records it therefore answers."""

from uuid import UUID

from liaison.apps.members.models import Reader
from liaison.viewer import ReaderKind, Right, Viewer

UNITED_NATIONS = "UN"
UNITED_STATES_TREASURY = "US-OFAC"
PUBLISHERS = (UNITED_NATIONS, UNITED_STATES_TREASURY)
"""Migration 0012 names the same to the policies of rows."""


def answered_for(viewer: Viewer) -> frozenset[UUID]:
    """Return the bodies for whose records this viewer answers: his own, and those whose lists he imports."""
    own = frozenset({viewer.reader_id})
    if not viewer.may(Right.IMPORT_LISTS):
        return own
    publishers = Reader.objects.filter(kind=ReaderKind.PARTNER.value, code__in=PUBLISHERS)
    return own | frozenset(publishers.values_list("pk", flat=True))
