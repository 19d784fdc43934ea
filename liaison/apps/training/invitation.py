"""What the pages of a demo home tell a newcomer: whom to sign in as, and a passport to try."""

from functools import cache

from django.conf import settings

from liaison.apps.members import public as members
from liaison.apps.training.demo import is_demo
from liaison.apps.training.world.build import offer
from liaison.apps.training.world.users import PASSWORD, users
from liaison.refusal import mark
from liaison.viewer import Viewer
from liaison.web.demo import DemoUser, DemoWorld, Offer

OFFER_LABEL = mark("The passport of an invented man who is wanted. Paste it into the box.")


def invitation() -> DemoWorld | None:
    """Return what a demo home shows before sign-in, and None in any other home."""
    return _demo_world() if is_demo(settings.LIAISON_HOME) else None


def _code_for(viewer: Viewer) -> str:
    return members.spare_code(by=viewer)


@cache
def _demo_world() -> DemoWorld:
    return DemoWorld(
        users=tuple(
            DemoUser(
                sign_in_name=user.sign_in_name,
                password=PASSWORD,
                display_name=user.display_name,
                role_label=members.ROLE_LABELS[user.role],
                reader_code=user.reader,
                reader_name=members.reader_by_code(user.reader).name,
            )
            for user in users()
            if user.comes_for
        ),
        offer=Offer(text=offer(), label=OFFER_LABEL),
        code_for=_code_for,
    )
