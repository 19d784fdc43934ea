"""Numbers of ships and boats: IMO, MMSI, hull and ENI numbers, call signs."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (
    Scheme("imo", mark("IMO number"), check_serial, serial_likeness),
    Scheme("mmsi", mark("MMSI"), check_serial, serial_likeness),
    Scheme("hull", mark("Hull number"), check_serial, serial_likeness, has_parts=True),
    Scheme("eni", mark("ENI number"), check_serial, serial_likeness),
    Scheme("call_sign", mark("Call sign"), check_serial, serial_likeness),
)
