"""Invented MISP events, as MISP exports them."""

import json
from uuid import UUID, uuid5

SPACE = UUID("00000000-0000-4000-8000-000000000000")
MOMENT = "1767225600"  # 2026-01-01


def a_uuid(number: object) -> str:
    """The uuid of the thing of that number."""
    return str(uuid5(SPACE, str(number)))


def an_attribute(relation: str, value: object, **more: object) -> dict[str, object]:
    """One attribute of an object."""
    return {"object_relation": relation, "type": "text", "value": value, "to_ids": False, "comment": "", **more}


def an_object(template: str, number: int = 1, /, **attributes: object) -> dict[str, object]:
    """One object; attributes as `full_name="Dilara"`, several as a list."""
    made = [
        an_attribute(relation.replace("_", "-"), value)
        for relation, values in attributes.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return {"name": template, "uuid": a_uuid(number), "timestamp": MOMENT, "deleted": False, "Attribute": made}


def a_person(number: int = 1, **attributes: object) -> dict[str, object]:
    """An invented person, told from namesakes by a birth date."""
    return an_object("person", number, **{"full_name": "Dilara Voss", "date_of_birth": "1965-03-07", **attributes})


def a_loose(type_: str, value: object, number: int = 100, **more: object) -> dict[str, object]:
    """One attribute of an event, meant for detection."""
    return {"uuid": a_uuid(number), "type": type_, "value": value, "to_ids": True, **more}


def event_of(*objects: object, **more: object) -> dict[str, object]:
    """One event; attributes and tags stand behind, as MISP writes them."""
    made = {"uuid": a_uuid("event"), "info": "Invented", "timestamp": MOMENT, "Object": list(objects), **more}
    return {"Event": made}


def an_event(*objects: object, **more: object) -> bytes:
    """A whole file of one event."""
    return json.dumps(event_of(*objects, **more), ensure_ascii=False).encode()
