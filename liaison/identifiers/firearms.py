"""Serial numbers of firearms."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (Scheme("firearm_serial", mark("Firearm serial number"), check_serial, serial_likeness, has_parts=True),)
