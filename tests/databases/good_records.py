"""An invented record of every kind that may be entered, what it is found by, and what it may not lack."""

from collections.abc import Mapping

from tests.databases.records_of import PNG, a_document, a_person, an_organisation

GOOD: Mapping[str, dict[str, object]] = {
    "persons": a_person(),
    "organisations": an_organisation(),
    "travel_documents": a_document(),
    "administrative_documents": {
        "number": "VR 204 881",
        "document_kind": "vehicle_registration",
        "country": "QN",
        "event": "stolen",
        "vin": "U9SLE4MA7T0012345",
        "plate": "NE-4471",
    },
    "vehicles": {
        "vin": "U9SLE4MA7T0012345",
        "plates": [
            {"number": "NE-4471", "country": "QN", "kind": "current"},
            {"number": "VK 2290", "country": "QM", "kind": "former"},
        ],
        "event": "stolen",
        "vehicle_kind": "car",
        "make": "Sledva",
        "model": "Tern",
        "engine_numbers": ["E 99-4121"],
        "keys_kept": True,
    },
    "vehicle_parts": {"part_kind": "engine", "event": "stolen", "serials": ["E 99-4121"], "vin": "U9SLE4MA7T0012345"},
    "vessels": {
        "names": [{"text": "Grey Heron", "kind": "primary"}, {"text": "Salt Sparrow", "kind": "former"}],
        "event": "stolen",
        "imo": ["IMO 9074729"],
        "mmsi": ["211476060"],
        "hull": "QM-ABC 12345 D4 04",
        "call_signs": ["QMAB2"],
        "registrations": [{"number": "Q-771", "country": "QM"}],
        "engines": [{"make": "Ondra", "serial": "OB 11-204"}],
    },
    "vessel_engines": {"engine_kind": "outboard", "event": "stolen", "serial": "OB 11-204", "make": "Ondra"},
    "aircraft": {
        "event": "stolen",
        "registrations": [{"number": "QM-ABC", "country": "QM"}],
        "icao24": ["abc123"],
        "serial": ["4471"],
        "make": "Ondra",
        "model": "O-12",
    },
    "firearms": {
        "weapon_kind": "pistol",
        "event": "stolen",
        "make": "Kestrin",
        "model": "P-12",
        "serial": "KT 20 441",
        "other_serials": ["KT20442"],
    },
    "firearm_models": {
        "names": [{"text": "Kestrin P-12", "kind": "primary"}],
        "make": "Kestrin",
        "weapon_kind": "pistol",
        "calibres": ["9 x 19"],
    },
    "artworks": {
        "object_type": "painting",
        "names": [
            {"text": "Boats before Sudenvik", "kind": "primary"},
            {"text": "Maro Telvani", "kind": "maker"},
        ],
        "event": "stolen",
        "materials": ["oil on canvas"],
        "measurements": {"height_mm": 620, "width_mm": 480},
        "pictures": [{"image": PNG, "caption": "front"}],
        "inventory_numbers": ["M 1904/17"],
    },
    "counterfeit_documents": {
        "country": "QO",
        "document_kind": "passport",
        "forgeries": ["counterfeit"],
        "seen_numbers": [{"number": "C 0409 118", "country": "QO", "kind": "passport"}],
        "recognised_by": "The river on page 4 runs to the left.",
    },
    "document_specimens": {
        "country": "QO",
        "document_kind": "passport",
        "series": "2019",
        "security_features": [{"text": "A heron that turns green", "check": "tilt"}],
        "specimen_numbers": [{"number": "S0000077", "country": "QO", "kind": "passport"}],
    },
    "payment_instruments": {"event": "suspected", "iban": "QM21 SLED 0000 0044 71", "bic": "SLEDQMQMXXX"},
    "stolen_identities": {
        "names": [{"text": "Tiva Oram", "kind": "primary"}],
        "birth_dates": ["1988-02-03"],
        "documents": [{"number": "K 3141 77", "kind": "passport", "country": "QP"}],
        "phones": ["+1 202 555 0142"],
        "emails": ["tiva@oram.example"],
        "event": "misused",
        "consent": True,
    },
    "containers": {"number": "CSQU 305438-3", "event": "stolen", "seals": ["SL-9912"], "bill_of_lading": "BL 77/3"},
    "goods": {"goods_kind": "watch", "event": "stolen", "make": "Ondra", "serials": ["W 0042"]},
    "devices": {
        "device_kind": "phone",
        "event": "stolen",
        "imei": ["490154203237518"],
        "mac": ["00:00:5e:00:53:af"],
        "serial": "PH-2291",
        "phones": ["+1 202 555 0142"],
    },
}

FOUND_BY: Mapping[str, tuple[str, ...]] = {
    "persons": (),
    "organisations": (),
    "travel_documents": ("doc:A3141593", "doc:A3141593:QM"),
    "administrative_documents": ("doc:VR204881:QN", "vin:U9SLE4MA7T0012345", "plate:NE4471"),
    "vehicles": ("vin:U9SLE4MA7T0012345", "plate:NE4471", "plate:VK2290", "serial:E994121"),
    "vehicle_parts": ("serial:E994121", "vin:U9SLE4MA7T0012345"),
    "vessels": (
        "imo:9074729", "mmsi:211476060", "hull:QMABC12345D404", "call_sign:QMAB2", "serial:Q771", "serial:OB11204",
    ),
    "vessel_engines": ("serial:OB11204",),
    "aircraft": ("aircraft_registration:QMABC", "icao24:ABC123", "serial:4471"),
    "firearms": ("firearm_serial:KT20441", "firearm_serial:KT20442"),
    "firearm_models": (),
    "artworks": ("serial:M190417",),
    "counterfeit_documents": ("doc:C0409118:QO",),
    "document_specimens": ("doc:S0000077:QO",),
    "payment_instruments": ("iban:QM21SLED0000004471",),
    "stolen_identities": ("doc:K314177:QP",),
    "containers": ("container:CSQU3054383", "serial:SL9912", "serial:BL773"),
    "goods": ("serial:W0042",),
    "devices": ("imei:49015420323751", "serial:PH2291"),
}  # fmt: skip

NAMED: Mapping[str, tuple[str, ...]] = {
    "persons": ("Dana Vora",),
    "organisations": ("Heron Salt Ltd",),
    "vessels": ("Grey Heron", "Salt Sparrow"),
    "firearm_models": ("Kestrin P-12",),
    "artworks": ("Boats before Sudenvik", "Maro Telvani"),
    "stolen_identities": ("Tiva Oram",),
}

TITLES: Mapping[str, str] = {
    "persons": "Dana Vora",
    "organisations": "Heron Salt Ltd",
    "travel_documents": "A3141593 · QM",
    "administrative_documents": "VR 204 881 · QN · NE-4471",
    "vehicles": "Sledva · Tern · NE-4471 · U9SLE4MA7T0012345",
    "vehicle_parts": "E 99-4121 · U9SLE4MA7T0012345",
    "vessels": "Grey Heron · IMO 9074729 · QM-ABC 12345 D4 04 · Q-771",
    "vessel_engines": "Ondra · OB 11-204",
    "aircraft": "QM-ABC · Ondra · O-12 · 4471",
    "firearms": "Kestrin · P-12 · KT 20 441",
    "firearm_models": "Kestrin P-12 · 9 x 19",
    "artworks": "Boats before Sudenvik",
    "counterfeit_documents": "QO",
    "document_specimens": "QO · 2019",
    "payment_instruments": "QM21 SLED 0000 0044 71",
    "stolen_identities": "Tiva Oram · 1988-02-03",
    "containers": "CSQU 305438-3",
    "goods": "Ondra · W 0042",
    "devices": "490154203237518 · PH-2291",
}

LACKING: Mapping[str, tuple[str, ...]] = {
    "persons": ("names",),
    "organisations": ("countries",),
    "travel_documents": ("number",),
    "administrative_documents": ("number",),
    "vehicles": ("vin", "plates", "engine_numbers"),
    "vehicle_parts": ("serials", "vin"),
    "vessels": ("imo", "mmsi", "hull", "call_signs", "registrations", "engines"),
    "vessel_engines": ("serial",),
    "aircraft": ("registrations", "icao24", "serial"),
    "firearms": ("serial", "other_serials"),
    "firearm_models": ("calibres",),
    "artworks": ("materials", "measurements", "pictures"),
    "counterfeit_documents": ("recognised_by",),
    "document_specimens": ("security_features",),
    "payment_instruments": ("iban",),
    "stolen_identities": ("birth_dates", "documents", "phones", "emails"),
    "containers": ("number", "seals", "bill_of_lading"),
    "goods": ("serials",),
    "devices": ("imei", "mac", "serial", "phones"),
}


def without(kind: str, *names: str) -> dict[str, object]:
    """Return the good record of a kind without these fields."""
    return {name: value for name, value in GOOD[kind].items() if name not in names}
