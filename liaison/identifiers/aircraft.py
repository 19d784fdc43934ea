"""Registration marks and 24-bit addresses of aircraft (ICAO Annexes 7 and 10)."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (
    Scheme("aircraft_registration", mark("Aircraft registration"), check_serial, serial_likeness, has_parts=True),
    Scheme("icao24", mark("24-bit aircraft address"), check_serial, serial_likeness),
)
