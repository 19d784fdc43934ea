"""Freight containers (ISO 6346)."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (Scheme("container", mark("Container number"), check_serial, serial_likeness),)
