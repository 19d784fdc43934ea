"""Which internet addresses are public: what a server of ours may connect to on the word of somebody else's name.

Everything that the registries of IANA set aside is not (special-purpose address registries, RFC 6890 and its
updates), nor is any address that carries an IPv4 address within: whoever writes it chooses where it leads.
"""

import ipaddress

_SET_ASIDE_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by the customers of a carrier (CGNAT)
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, and the metadata of clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # relays of multicast
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_GLOBAL_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
_SET_ASIDE_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address within
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)


def is_public(address: str) -> bool:
    """Whether this is a public address of one machine.

    Only 2000::/3 is in IPv6, so that IPv4-mapped (::ffff:0:0/96) and NAT64 addresses (64:ff9b::/96) are not.

    >>> is_public("192.168.1.1"), is_public("::ffff:8.8.8.8"), is_public("8.8.8.8")
    (False, False, True)
    """
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(read, ipaddress.IPv4Address):
        return not any(read in network for network in _SET_ASIDE_4)
    if read.scope_id is not None or read not in _GLOBAL_UNICAST_6:
        return False
    return not any(read in network for network in _SET_ASIDE_6)
