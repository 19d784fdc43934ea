"""From which networks something may be used."""

import ipaddress
from collections.abc import Sequence


def admits(networks: Sequence[str], address: str) -> bool:
    """Whether a request from this address may use what is bound to these networks; none of them means any address.

    >>> admits(["192.0.2.0/24"], "192.0.2.7"), admits(["192.0.2.0/24"], "::ffff:192.0.2.7")
    (True, True)
    >>> admits(["192.0.2.0/24"], "198.51.100.7"), admits(["192.0.2.0/24"], ""), admits([], "")
    (False, False, True)
    """
    if not networks:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return any((mapped or found) in ipaddress.ip_network(network) for network in networks)
