"""Invented STIX 2.1 bundles, as partners who do not know us write them."""

import json
from uuid import UUID, uuid5

SPACE = UUID("00000000-0000-4000-8000-000000000000")
MOMENT = "2026-01-01T00:00:00.000Z"


def an_id(kind: str, number: int = 1) -> str:
    """The id of the object of that kind and number."""
    return f"{kind}--{uuid5(SPACE, f'{kind} {number}')}"


def an_object(kind: str, number: int = 1, **more: object) -> dict[str, object]:
    """One object; a value of None takes a property away."""
    made = {
        "type": kind,
        "spec_version": "2.1",
        "id": an_id(kind, number),
        "created": MOMENT,
        "modified": MOMENT,
        **more,
    }
    return {name: value for name, value in made.items() if value is not None}


def an_identity(number: int = 1, name: str = "Dilara Voss", **more: object) -> dict[str, object]:
    """An identity of one person, unless it says otherwise."""
    return an_object("identity", number, **{"name": name, "identity_class": "individual", **more})


def a_relationship(number: int, source: object, manner: str, target: object) -> dict[str, object]:
    """A relationship between two objects, or ids."""
    refs = [one["id"] if isinstance(one, dict) else one for one in (source, target)]
    return an_object("relationship", number, source_ref=refs[0], relationship_type=manner, target_ref=refs[1])


def at_home(identity: dict[str, object], **place: object) -> list[dict[str, object]]:
    """The identity with a place where it is, so that something tells it from a namesake."""
    location = an_object("location", 1, **{"country": "QM", **place})
    return [identity, location, a_relationship(1, identity, "located-at", location)]


def a_bundle(*objects: object) -> bytes:
    """A whole bundle of these."""
    return json.dumps({"type": "bundle", "id": an_id("bundle"), "objects": objects}, ensure_ascii=False).encode()
