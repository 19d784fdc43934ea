"""Every scheme of identifiers by its name, in the order in which a pasted text is tried."""

from collections.abc import Mapping
from types import MappingProxyType

from liaison.identifiers import (
    accounts,
    aircraft,
    contacts,
    containers,
    devices,
    firearms,
    serials,
    vehicles,
    vessels,
    wallets,
)
from liaison.identifiers.schemes import Scheme

_MODULES = (vehicles, vessels, aircraft, containers, devices, accounts, wallets, firearms, contacts, serials)

SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {scheme.name: scheme for module in _MODULES for scheme in module.SCHEMES}
)


def scheme_named(name: str) -> Scheme:
    """Return the scheme of that name; KeyError is a bug of the caller."""
    return SCHEMES[name]
