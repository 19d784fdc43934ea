"""Invented records of every other kind: stolen cars, boats and paintings, false papers, cards, stolen identities.

Each country enters a few of each kind. Nothing is copied: makes, models, ships and painters exist nowhere, and
neither do the numbers.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from liaison.apps.training.world import numbers
from liaison.apps.training.world.dice import Dice
from liaison.apps.training.world.documents import passport_number
from liaison.apps.training.world.paintings import painting
from liaison.apps.training.world.stocks import COUNTRIES, SEED, Stock, Word, stock

EACH = 4
"""Things of each kind that each country enters."""

_STREAM = 7_000_000
_SERIES_FROM = 8_000_000
_FIRST_DAY, _LAST_DAY = date(2019, 1, 1), date(2026, 10, 31)

_CARS = (("Sledva", "Tern"), ("Sledva", "Curlew"), ("Ondra", "Vallo 4"), ("Marat", "Quill"), ("Tessel", "Brio GT"))
_LORRIES = (("Hald", "H-440"), ("Ondra", "Carrier 18"))
_BIKES = (("Kesk", "250 R"), ("Kesk", "Scout"))
_ROAD = (
    ("car", _CARS, ("petrol", "diesel", "electric", "hybrid")),
    ("car", _CARS, ("petrol", "diesel", "electric", "hybrid")),
    ("lorry", _LORRIES, ("diesel",)),
    ("motorcycle", _BIKES, ("petrol",)),
)
_BOATS = (("Veriga", "Bay 22"), ("Norrik", "Seahawk 9"), ("Veriga", "Coaster 31"))
_OUTBOARDS = (("Ondra", "OB 60", 44), ("Norrik", "N 115", 85), ("Veriga", "V 20", 15))
_PLANES = (("Ondra Aero", "O-12", "aeroplane"), ("Skarn", "S 4 Lark", "helicopter"), ("Skarn", "Glide 2", "glider"))
_GUNS = (
    ("Kestrin", "P-12", "pistol", "9 x 19 mm", "semi_automatic"),
    ("Kestrin", "R-6", "revolver", ".38", "repeating"),
    ("Dornfeld", "Hunter 2", "rifle", "7.62 x 51 mm", "repeating"),
    ("Dornfeld", "D 12", "shotgun", "12/70", "repeating"),
)
_PHONES = (("Lumo", "One"), ("Lumo", "Two Max"), ("Perch", "P8"), ("Perch", "Slate"))
_GOODS = (
    ("watch", "Hald", "Meridian", "steel"),
    ("camera", "Lumo", "C-20", "magnesium"),
    ("musical_instrument", "Marat", "Concert violin", "spruce and maple"),
    ("tool", "Tessel", "Total station T5", "aluminium"),
    ("jewellery", "Veriga", "Rope bracelet", "gold"),
)
_COLOURS = ("black", "white", "grey", "silver", "blue", "red", "green", "yellow")
_SUBJECTS = ("Boats before %s", "Evening at %s", "The harbour of %s", "Harvest near %s", "First snow, %s")
_SHIPS = ("Grey Heron", "Salt Sparrow", "Northern Rill", "Amber Tide", "Lady of the Sound", "Petrel", "Low Water")
_TRADES = ("Shipping", "Trading", "Logistics", "Metals", "Fisheries", "Antiques")
_LAW = ("Ltd", "LLC", "SA", "GmbH")
_OCCASIONS = ("Taken from the street at night", "Taken from a locked yard", "Not returned by who had hired it")


@dataclass(frozen=True, slots=True)
class InventedThing:
    """One record: the country that enters it, its kind, its number within both and its fields."""

    kind: str
    country: str
    number: int
    fields: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Draw:
    """What a thing is drawn from. `number` is its own within its kind, over all countries."""

    dice: Dice
    country: str
    number: int
    names: Stock

    @property
    def town(self) -> Word:
        return self.dice.common_first(self.names.towns)

    def person(self) -> tuple[Word, Word]:
        """Return a given and a family name."""
        return self.dice.one_of(self.names.female + self.names.male), self.dice.one_of(self.names.family)

    def day(self) -> date:
        return self.dice.day(_FIRST_DAY, _LAST_DAY)

    def neighbour(self) -> str:
        """Return another country."""
        place = COUNTRIES.index(self.country) + self.dice.between(1, len(COUNTRIES) - 1)
        return COUNTRIES[place % len(COUNTRIES)]

    def happened(self, *, since: int = 0) -> dict[str, object]:
        """Return when (not before it was built) and where, and under which number the file is kept."""
        day = max(self.day(), date(min(since + 1, _LAST_DAY.year), 1, 1))
        return {
            "event_on": day.isoformat(),
            "event_place": {"city": self.town.native, "country": self.country},
            "file_number": f"{self.country}/{day.year}/{1000 + self.number * 37}",
        }


def things(each: int = EACH) -> Iterator[InventedThing]:
    """Yield the things country by country, so many of each kind."""
    for place, country in enumerate(COUNTRIES):
        for stream, (kind, drawn) in enumerate(KINDS.items()):
            for number in range(each):
                dice = Dice(SEED, _STREAM + (stream * len(COUNTRIES) + place) * 1_000 + number)
                draw = _Draw(dice, country, number * len(COUNTRIES) + place, stock(country))
                yield InventedThing(kind, country, number, drawn(draw))


def _name(word: str, kind: str) -> dict[str, object]:
    return {"text": word, "kind": kind}


def _text(number: int) -> str:
    return "ABCDEFGHJKLMNPRSTUVWXYZ"[number % 23]


def _organisation(draw: _Draw) -> dict[str, object]:
    _, family = draw.person()
    trade, law = draw.dice.one_of(_TRADES), draw.dice.one_of(_LAW)
    names = [_name(f"{family.latin} {trade} {law}", "primary")]
    if family.native != family.latin:
        names.append(_name(f"{family.native} {trade}", "strong_alias"))
    return {
        "names": names,
        "organisation_type": "company",
        "organisation_status": draw.dice.one_of(("investigated", "charged", "convicted")),
        "reason": draw.dice.one_of(
            (
                "Fictitious invoices for goods that were never shipped.",
                "Owner of a boat that carried people by night.",
            )
        ),
        "countries": [draw.country],
        "identifiers": [
            {
                "number": f"{draw.country}{600_000 + draw.number * 7}",
                "kind": "registration_number",
                "country": draw.country,
            }
        ],
        "addresses": [{"city": draw.town.native, "country": draw.country}],
    }


def _administrative_document(draw: _Draw) -> dict[str, object]:
    kind = draw.dice.one_of(("vehicle_registration", "driving_licence", "firearm_permit", "birth_certificate"))
    fields: dict[str, object] = {
        "number": f"{_text(draw.number)}R {draw.number * 131 % 1000:03} {draw.number * 7919 % 1000:03}",
        "document_kind": kind,
        "country": draw.country,
        "authority": f"{draw.town.latin} registry",
        "event": draw.dice.one_of(("stolen", "lost", "invalidated")),
    }
    if kind == "vehicle_registration":
        fields["plate"] = numbers.plate(draw.dice, draw.country)
    return fields | draw.happened()


def _vehicle(draw: _Draw) -> dict[str, object]:
    kind, makes, fuels = draw.dice.one_of(_ROAD)
    make, model = draw.dice.one_of(makes)
    year = draw.dice.between(2012, 2026)
    plates: list[dict[str, object]] = [
        {"number": numbers.plate(draw.dice, draw.country), "country": draw.country, "kind": "current"}
    ]
    if draw.number % 3 == 0:
        other = draw.neighbour()
        plates.append({"number": numbers.plate(draw.dice, other), "country": other, "kind": "former"})
    maker = draw.dice.one_of(numbers.MAKERS)
    return {
        "vin": numbers.vin(draw.dice, maker, year, draw.number),
        "plates": plates,
        "event": draw.dice.one_of(("stolen", "stolen", "stolen", "embezzled")),
        "vehicle_kind": kind,
        "make": make,
        "model": model,
        "model_year": year,
        "colour": draw.dice.one_of(_COLOURS),
        "fuel": draw.dice.one_of(fuels),
        "features": ["Dent in the left rear wing"] if draw.dice.happens(30) else [],
        "keys_kept": draw.dice.happens(60),
        "remarks": f"{draw.dice.one_of(_OCCASIONS)}.",
    } | draw.happened(since=year)


def _vehicle_part(draw: _Draw) -> dict[str, object]:
    make, model = draw.dice.one_of(_CARS)
    return {
        "part_kind": draw.dice.one_of(("engine", "gearbox", "catalytic_converter", "battery", "navigation")),
        "event": "stolen",
        "serials": [numbers.serial(draw.dice, draw.number, "L 99-999")],
        "make": make,
        "model": model,
    } | draw.happened()


def _vessel(draw: _Draw) -> dict[str, object]:
    make, model = draw.dice.one_of(_BOATS)
    built = draw.dice.between(2004, 2024)
    is_ship = draw.number % 2 == 0
    name = draw.dice.one_of(_SHIPS)
    fields: dict[str, object] = {
        "names": [_name(name, "primary")],
        "event": draw.dice.one_of(("stolen", "suspected") if is_ship else ("stolen", "lost")),
        "registrations": [
            {"number": f"{draw.country} {3_000 + draw.number}", "country": draw.country, "port": draw.town.latin}
        ],
        "flags": [{"country": draw.country, "kind": "current"}],
        "builder": make,
        "model": model,
        "built_on": str(built),
        "hull_colour": draw.dice.one_of(_COLOURS),
    }
    if is_ship:
        fields |= {
            "imo": [numbers.imo(draw.number)],
            "mmsi": [numbers.mmsi(draw.country, draw.number)],
            "call_signs": [numbers.call_sign(draw.dice, draw.country)],
            "vessel_kind": draw.dice.one_of(("cargo_ship", "fishing_vessel", "tanker")),
            "length_cm": draw.dice.between(3_000, 9_000),
        }
        former = draw.dice.one_of(_SHIPS)
        if former != name:
            fields["names"] = [_name(name, "primary"), _name(former, "former")]
    else:
        engine, kind, power = draw.dice.one_of(_OUTBOARDS)
        fields |= {
            "hull": numbers.hull(draw.dice, draw.country, built, draw.number),
            "vessel_kind": draw.dice.one_of(("motor_boat", "sailing_boat", "inflatable")),
            "length_cm": draw.dice.between(450, 1_400),
            "engines": [
                {
                    "make": engine,
                    "model": kind,
                    "serial": numbers.serial(draw.dice, draw.number, "LL 99-9"),
                    "power_kw": power,
                }
            ],
        }
    return fields | draw.happened(since=built)


def _vessel_engine(draw: _Draw) -> dict[str, object]:
    make, model, power = draw.dice.one_of(_OUTBOARDS)
    built = draw.dice.between(2010, 2025)
    return {
        "engine_kind": "outboard",
        "event": "stolen",
        "serial": numbers.serial(draw.dice, draw.number, "LL 9999-9"),
        "make": make,
        "model": model,
        "power_kw": power,
        "built_year": built,
    } | draw.happened(since=built)


def _aircraft(draw: _Draw) -> dict[str, object]:
    make, model, kind = draw.dice.one_of(_PLANES)
    built = draw.dice.between(1985, 2023)
    return {
        "event": draw.dice.one_of(("stolen", "suspected", "embezzled")),
        "registrations": [
            {"number": numbers.registration(draw.dice, draw.country), "country": draw.country, "kind": "current"}
        ],
        "icao24": [numbers.icao24(draw.dice, draw.number)],
        "serial": [numbers.serial(draw.dice, draw.number, "99-9")],
        "aircraft_kind": kind,
        "make": make,
        "model": model,
        "built_on": str(built),
        "colour": draw.dice.one_of(_COLOURS),
    } | draw.happened(since=built)


def _firearm(draw: _Draw) -> dict[str, object]:
    make, model, kind, calibre, action = draw.dice.one_of(_GUNS)
    fields: dict[str, object] = {
        "weapon_kind": kind,
        "event": draw.dice.one_of(("stolen", "lost", "seized", "trafficked")),
        "make": make,
        "model": model,
        "calibre": calibre,
        "action": action,
        "serial": numbers.serial(draw.dice, draw.number, "LL 99 9"),
        "serial_state": draw.dice.one_of(("readable", "readable", "restored")),
        "manufactured_in": draw.dice.one_of(COUNTRIES),
        "last_legal_country": draw.country,
    } | draw.happened()
    status = draw.dice.one_of(("none", "requested", "under_way", "traced"))
    fields["trace_status"] = status
    if status != "none":
        asked = date.fromisoformat(str(fields["event_on"])) + timedelta(days=draw.dice.between(3, 40))
        fields["trace_asked_on"] = asked.isoformat()
    if status == "traced":
        fields["trace_result"] = "Sold by the maker to a dealer, who reported it with his stock after a burglary."
    return fields


def _firearm_model(draw: _Draw) -> dict[str, object]:
    make, model, kind, calibre, action = _GUNS[draw.number // len(COUNTRIES) % len(_GUNS)]
    mark = f"{draw.country[1]}{draw.number}"
    return {
        "names": [_name(f"{make} {model} {mark}", "primary"), _name(f"{model}-{mark}", "variant")],
        "make": make,
        "weapon_kind": kind,
        "action": action,
        "calibres": [calibre],
        "manufactured_in": [draw.country],
        "made_from": str(draw.dice.between(1960, 2005)),
        "barrel_mm": draw.dice.between(90, 660),
        "capacity": draw.dice.between(2, 17),
        "serial_places": ["Right side of the frame, below the slide"],
        "serial_pattern": "Two letters, then six digits",
        "confused_with": ["Blank-firing copies with a plugged barrel"],
    }


def _artwork(draw: _Draw) -> dict[str, object]:
    given, family = draw.person()
    title = draw.dice.one_of(_SUBJECTS) % draw.town.latin
    maker = " ".join(part for part in (given.native, family.native) if part)
    return {
        "object_type": "painting",
        "names": [_name(title, "primary"), _name(maker, "maker")],
        "event": draw.dice.one_of(("stolen", "stolen", "looted", "lost")),
        "materials": [draw.dice.one_of(("oil on canvas", "oil on wood", "tempera on wood"))],
        "measurements": {"height_mm": draw.dice.between(240, 900), "width_mm": draw.dice.between(300, 1_200)},
        "inscriptions": [f"Signed lower right: {family.native or given.native}"],
        "features": ["Craquelure in the sky", "Tear of 4 cm, mended, upper left"][: draw.dice.between(1, 2)],
        "subject": "Landscape with water and boats",
        "period": f"about {draw.dice.between(1720, 1930)}",
        "culture": f"School of {draw.town.latin}",
        "inventory_numbers": [f"{_text(draw.number)} {draw.dice.between(1890, 1990)}/{draw.number + 11}"],
        "pictures": [
            {"image": base64.b64encode(painting(draw.number)).decode("ascii"), "caption": "front"},
        ],
        "taken_from": draw.dice.one_of(("museum", "private", "worship", "dealer")),
    } | draw.happened()


def _counterfeit_document(draw: _Draw) -> dict[str, object]:
    seen = draw.day()
    return {
        "country": draw.country,
        "document_kind": draw.dice.one_of(("passport", "identity_card", "visa", "residence_permit")),
        "forgeries": [draw.dice.one_of(("counterfeit", "photo", "data", "stolen_blank"))],
        "series": str(draw.dice.between(2012, 2024)),
        "seen_numbers": [
            {
                "number": passport_number(draw.country, _SERIES_FROM + draw.number),
                "country": draw.country,
                "kind": "passport",
            }
        ],
        "recognised_by": "The river on page 4 runs to the left; the thread is dull under ultraviolet light.",
        "genuine_shows": "The river runs to the right; the thread shines green.",
        "techniques": [draw.dice.one_of(("ink-jet print", "offset print", "laser-cut photo page"))],
        "first_seen_on": seen.isoformat(),
        "first_seen_at": {"city": draw.town.native, "country": draw.country},
    }


def _document_specimen(draw: _Draw) -> dict[str, object]:
    since = draw.dice.between(2005, 2022)
    return {
        "country": draw.country,
        "document_kind": ("passport", "identity_card", "visa", "driving_licence")[draw.number // len(COUNTRIES) % 4],
        "series": str(since),
        "authority": f"{draw.town.latin} mint",
        "valid_from": str(since),
        "number_pattern": "One or two letters, seven digits",
        "pages": draw.dice.one_of((32, 48)),
        "width_mm": 88,
        "height_mm": 125,
        "has_chip": since > 2009,
        "security_features": [
            {"text": "A heron that turns from green to blue", "place": "data page", "check": "tilt"},
            {"text": "A thread with the country's letters", "place": "all pages", "check": "light"},
        ],
    }


def _payment_instrument(draw: _Draw) -> dict[str, object]:
    fields: dict[str, object] = {"event": draw.dice.one_of(("stolen", "compromised", "receives_fraud", "suspected"))}
    town = draw.town.latin
    issued = {"issuer": f"Bank of {town}", "country": draw.country}
    which = draw.number // len(COUNTRIES) % 3
    if which == 0:
        fields |= {
            "instrument_kind": "card",
            "card": numbers.card(draw.country, draw.number),
            "expires_on": "2028-11",
        }
    elif which == 1:
        bank = "".join(letter if "A" <= letter <= "Z" else "X" for letter in f"{town.upper():X<4.4}")
        fields |= {"instrument_kind": "bank_account", "iban": numbers.iban(draw.country, bank, draw.number)} | issued
    else:
        fields |= {"instrument_kind": "wallet", "wallet": numbers.wallet(draw.dice, draw.number)}
    return fields | draw.happened()


def _stolen_identity(draw: _Draw) -> dict[str, object]:
    given, family = draw.person()
    names = [_name(" ".join(part for part in (given.native, family.native) if part), "primary")]
    if (latin := " ".join(part for part in (given.latin, family.latin) if part)) != names[0]["text"]:
        names.append(_name(latin, "strong_alias"))
    happened = draw.happened()
    return {
        "names": names,
        "birth_dates": [draw.dice.day(date(1950, 1, 1), date(2004, 12, 31)).isoformat()],
        "nationalities": [draw.country],
        "documents": [
            {
                "number": passport_number(draw.country, _SERIES_FROM + 500_000 + draw.number),
                "kind": "passport",
                "country": draw.country,
            }
        ],
        "phones": [numbers.phone(draw.number)],
        "event": draw.dice.one_of(("misused", "documents_stolen", "leaked")),
        "consent": True,
        "misuse": "Two rental contracts were signed in this name by somebody else.",
        "misused_at": [happened["event_place"]],
        "event_on": happened["event_on"],
        "file_number": happened["file_number"],
    }


def _container(draw: _Draw) -> dict[str, object]:
    return {
        "number": numbers.container(draw.dice, draw.number),
        "event": draw.dice.one_of(("stolen", "smuggling", "suspected", "opened")),
        "container_kind": draw.dice.one_of(("dry", "refrigerated")),
        "size_code": draw.dice.one_of(("22G1", "45G1", "45R1")),
        "seals": [numbers.serial(draw.dice, draw.number, "LL-99")],
        "bill_of_lading": f"BL {draw.number + 70}/{draw.dice.between(100, 999)}",
        "contents": [draw.dice.one_of(("Ceramic tiles", "Frozen fish", "Bicycle parts", "Bananas"))],
        "colour": draw.dice.one_of(_COLOURS),
        "loaded_at": {"city": draw.town.native, "country": draw.country},
        "bound_for": {"country": draw.neighbour()},
    } | draw.happened()


def _goods(draw: _Draw) -> dict[str, object]:
    kind, make, model, material = draw.dice.one_of(_GOODS)
    return {
        "goods_kind": kind,
        "event": "stolen",
        "make": make,
        "model": model,
        "serials": [numbers.serial(draw.dice, draw.number, "L 99")],
        "materials": [material],
    } | draw.happened()


def _device(draw: _Draw) -> dict[str, object]:
    make, model = draw.dice.one_of(_PHONES)
    is_phone = draw.number % 2 == 0
    fields: dict[str, object] = {
        "device_kind": "phone" if is_phone else "laptop",
        "event": "stolen",
        "make": make,
        "model": model,
        "serial": numbers.serial(draw.dice, draw.number, "LL 9999"),
        "colour": draw.dice.one_of(_COLOURS),
    }
    if is_phone:
        fields |= {"imei": [numbers.imei(draw.number)]}
    else:
        fields["mac"] = [numbers.mac(draw.dice, draw.number)]
    return fields | draw.happened()


KINDS: Mapping[str, Callable[[_Draw], dict[str, object]]] = {
    "organisations": _organisation,
    "administrative_documents": _administrative_document,
    "vehicles": _vehicle,
    "vehicle_parts": _vehicle_part,
    "vessels": _vessel,
    "vessel_engines": _vessel_engine,
    "aircraft": _aircraft,
    "firearms": _firearm,
    "firearm_models": _firearm_model,
    "artworks": _artwork,
    "counterfeit_documents": _counterfeit_document,
    "document_specimens": _document_specimen,
    "payment_instruments": _payment_instrument,
    "stolen_identities": _stolen_identity,
    "containers": _container,
    "goods": _goods,
    "devices": _device,
}
"""Every kind but persons and travel documents, which have worlds of their own, and what draws one."""
