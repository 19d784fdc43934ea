"""What this room reads from disk only when it is first asked, read at once: a jailed reader opens nothing later."""

import importlib
from collections.abc import Mapping

import phonenumbers

from liaison.identifiers import countries, languages
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.registry import SCHEMES
from liaison.identifiers.warning_lists import is_no_name

# One text of each kind, and the country that gave it; any other text needs the same tables.
SAMPLES: Mapping[str, tuple[str, str]] = {
    "vin": ("1M8GDM9AXKP042788", ""),
    "plate": ("AB-123-CD", "FR"),
    "imo": ("IMO 9074729", ""),
    "mmsi": ("211000000", ""),
    "hull": ("US-ABC12345A101", ""),
    "eni": ("02301108", ""),
    "call_sign": ("DABC", ""),
    "aircraft_registration": ("D-ABCD", "DE"),
    "icao24": ("3C6444", ""),
    "container": ("CSQU3054383", ""),
    "imei": ("490154203237518", ""),
    "mac": ("02:00:5E:10:00:01", ""),
    "iban": ("GB82WEST12345698765432", ""),
    "card": ("4111111111111111", ""),
    "bic": ("DEUTDEFF", ""),
    "lei": ("5493001KJTIIGC8Y1R12", ""),
    "wallet": ("0x52908400098527886E0F7030069857D2E4169EE7", ""),
    "firearm_serial": ("AB12345", ""),
    "phone": ("+33 4 72 44 70 00", ""),
    "email": ("a@é.fr", ""),
    "serial": ("QM-77-1", ""),
}


def load_all() -> None:
    """Read every table, locale and module of this room that waits for its first use; about a quarter of a second."""
    phonenumbers.PhoneMetadata.load_all()
    importlib.import_module("encodings.idna")
    for name, (text, country) in SAMPLES.items():
        SCHEMES[name].check(text, country)
        SCHEMES[name].likeness(text)
    countries.by_code("QM")
    countries.find("nowhere at all")
    countries.all_countries()
    languages.alpha3("deu")
    PartialDate.parse("12 mars 1965")
    is_no_name("unknown")
