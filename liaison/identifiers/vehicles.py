"""VINs (ISO 3779) and number plates."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (
    Scheme("vin", mark("VIN"), check_serial, serial_likeness, has_parts=True),
    Scheme("plate", mark("Number plate"), check_serial, serial_likeness, has_parts=True),
)
