"""What ties the second step of a form to what its first has shown."""

import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings

from liaison.ledger.canonical import Json, canonical_json
from liaison.viewer import Viewer


def digest_of_shown(form: str, shown: Sequence[Json], viewer: Viewer) -> str:
    """Return the digest, hexadecimal, of all that this user was shown by a form of this name: no other has it."""
    content = canonical_json([str(viewer.user_id), *shown])
    return hmac.new(settings.SECRET_KEY.encode(), f"{form} ".encode() + content, hashlib.sha256).hexdigest()
