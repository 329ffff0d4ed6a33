"""What kind of address an IP address is: public, or one of IANA's special purposes.

The table is ours and not that of Python's ``ipaddress``, whose answers differ between versions and which
takes a multicast address for a global one.
"""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Literal

__all__ = ["INSIDE", "Kind", "kind_of"]

Kind = Literal[
    "public",
    "loopback",
    "private",
    "shared",
    "link-local",
    "metadata",
    "multicast",
    "unspecified",
    "reserved",
    "tunnel",
]

#: What an admin may allow: hosts of the own network. All the others are never a host with a file.
INSIDE: frozenset[Kind] = frozenset({"loopback", "private", "shared"})

# The first that holds the address decides.
_OF_IPV4: tuple[tuple[Kind, str], ...] = (
    ("metadata", "169.254.169.254/32"),  # AWS, Google, Azure, OpenStack, …
    ("metadata", "169.254.170.2/32"),  # AWS: credentials of a container
    ("metadata", "100.100.100.200/32"),  # Alibaba
    ("metadata", "168.63.129.16/32"),  # Azure's host, under an address that looks public
    ("unspecified", "0.0.0.0/8"),
    ("loopback", "127.0.0.0/8"),
    ("private", "10.0.0.0/8"),
    ("private", "172.16.0.0/12"),
    ("private", "192.168.0.0/16"),
    ("shared", "100.64.0.0/10"),
    ("link-local", "169.254.0.0/16"),
    ("reserved", "192.0.0.0/24"),
    ("reserved", "192.0.2.0/24"),
    ("tunnel", "192.88.99.0/24"),  # 6to4 relays
    ("reserved", "198.18.0.0/15"),
    ("reserved", "198.51.100.0/24"),
    ("reserved", "203.0.113.0/24"),
    ("multicast", "224.0.0.0/4"),
    ("reserved", "240.0.0.0/4"),
)
_OF_IPV6: tuple[tuple[Kind, str], ...] = (
    ("metadata", "fd00:ec2::254/128"),
    ("unspecified", "::/128"),
    ("loopback", "::1/128"),
    ("private", "fc00::/7"),
    ("private", "fec0::/10"),  # site-local, of old
    ("link-local", "fe80::/10"),
    ("multicast", "ff00::/8"),
    ("tunnel", "2002::/16"),  # 6to4: any IPv4 address may stand in it
    ("tunnel", "2001::/32"),  # Teredo: the same
    ("reserved", "2001::/23"),
    ("reserved", "2001:db8::/32"),
    ("reserved", "3fff::/20"),
    ("public", "2000::/3"),
    ("reserved", "::/0"),  # nothing else is given to anybody
)
# What holds an IPv4 address in its last 32 bits, and leads to just that one.
_MAPPED = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)

_IPV4 = tuple((kind, IPv4Network(network)) for kind, network in _OF_IPV4)
_IPV6 = tuple((kind, IPv6Network(network)) for kind, network in _OF_IPV6)


def kind_of(address: str) -> Kind:
    """The kind of an IP address.

    Args:
        address: In its plain form, as ``getaddrinfo`` gives it.

    Raises:
        ValueError: it is none, or one with a zone.
    """
    if "%" in address:
        raise ValueError("an address with a zone")
    parsed = ipaddress.ip_address(address)
    return _kind_of_4(parsed) if isinstance(parsed, IPv4Address) else _kind_of_6(parsed)


def _kind_of_4(address: IPv4Address) -> Kind:
    return next((kind for kind, network in _IPV4 if address in network), "public")


def _kind_of_6(address: IPv6Address) -> Kind:
    if any(address in network for network in _MAPPED):
        return _kind_of_4(IPv4Address(int(address) & 0xFFFF_FFFF))
    kind = next(kind for kind, network in _IPV6 if address in network)
    if kind == "public" and (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return "tunnel"
    return kind
