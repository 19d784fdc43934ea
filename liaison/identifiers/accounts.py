"""Bank accounts, payment cards and their issuers: IBAN, card numbers, BIC, LEI."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (
    Scheme("iban", mark("IBAN"), check_serial, serial_likeness),
    Scheme("card", mark("Payment card number"), check_serial, serial_likeness),
    Scheme("bic", mark("BIC"), check_serial, serial_likeness),
    Scheme("lei", mark("LEI"), check_serial, serial_likeness),
)
