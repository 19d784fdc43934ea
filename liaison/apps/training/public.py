"""What others may use of the invented world."""

from liaison.apps.training.demo import is_demo, mark_demo
from liaison.apps.training.world.agents import answering
from liaison.apps.training.world.build import Written, begin_world, build_world, finish_world, is_complete, offer
from liaison.apps.training.world.documents import DOCUMENTS
from liaison.apps.training.world.people import PEOPLE
from liaison.apps.training.world.portraits import portrait
from liaison.apps.training.world.users import PASSWORD, InventedUser, users

__all__ = [
    "DOCUMENTS",
    "PASSWORD",
    "PEOPLE",
    "InventedUser",
    "Written",
    "answering",
    "begin_world",
    "build_world",
    "finish_world",
    "is_complete",
    "is_demo",
    "mark_demo",
    "offer",
    "portrait",
    "users",
]
