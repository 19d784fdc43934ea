"""Telephones and other devices: IMEI and MAC addresses."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (
    Scheme("imei", mark("IMEI"), check_serial, serial_likeness),
    Scheme("mac", mark("MAC address"), check_serial, serial_likeness),
)
