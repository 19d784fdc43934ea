"""Telephone numbers (E.164) and e-mail addresses."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (
    Scheme("phone", mark("Telephone number"), check_serial, serial_likeness),
    Scheme("email", mark("E-mail address"), check_serial, serial_likeness),
)
