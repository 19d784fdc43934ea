"""Addresses of crypto-assets: base58check, bech32 and bech32m, EIP-55."""

from liaison.identifiers.schemes import Scheme
from liaison.identifiers.serials import check_serial, serial_likeness
from liaison.refusal import mark

SCHEMES = (Scheme("wallet", mark("Crypto-asset address"), check_serial, serial_likeness),)
