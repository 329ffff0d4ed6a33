"""The host and port in an address: read in one way only, and judged by its text (table row 92, B-02)."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from yarl import URL

from ...errors import ForbiddenAddress

__all__ = ["USUAL_PORTS", "check_name", "check_port", "host_and_port"]

#: The port of a scheme that needs no word.
USUAL_PORTS = {"http": 80, "https": 443}

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Names that never are a public host's (RFC 6761, 6762, 7686, 8375, ICANN's .internal, and common habit).
_NAMES_INSIDE = {"localdomain", "local", "internal", "intranet", "lan", "home", "corp", "private"}
_NAMES_INSIDE |= {"arpa", "svc", "onion", "test", "invalid"}
_THIS_MACHINE = ("localhost", "ip6-localhost", "ip6-loopback")
# What listens there is no web server: browsers' list of bad ports (Fetch standard) …
_BAD_PORTS = {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669}
_BAD_PORTS |= {6679, 6697, 10080}
# … desktops, databases, queues, and the control of containers and clusters.
_BAD_PORTS |= {3389, 5900, 1433, 1521, 3306, 5432, 5984, 6379, 9042, 9200, 9300, 11211, 27017, 27018, 50000}
_BAD_PORTS |= {5672, 15672, 2375, 2376, 2377, 2379, 2380, 6443, 10250, 10255}
_FIRST_FREE_PORT = 1024


def host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    """What stands between ``//`` and the path, without a user: host and port.

    Returns:
        The host is a name in its ASCII form, or an IP address without brackets; in lower case and without
        a final dot.

    Raises:
        ForbiddenAddress: it cannot be read, or is written so that two readers could read it differently.
    """
    if authority.startswith("["):
        literal, closed, rest = authority[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise _unreadable()
        return _ipv6(literal), _port(rest[1:], scheme)
    name, _, port = authority.partition(":")
    return _name(name), _port(port, scheme)


def check_name(host: str) -> None:
    """Raises:
    ForbiddenAddress: the name is one of this machine, or of a private network.
    """
    last = host.rsplit(".", 1)[-1]
    if ":" in host or last.isdigit():
        return  # an IP address is judged as such
    if last in _THIS_MACHINE:
        raise ForbiddenAddress(f"{host} is not fetched from here: that is this machine itself.")
    if last in _NAMES_INSIDE or last == host:
        raise ForbiddenAddress(f"{host} is not fetched from here: that is a name inside a private network.")


def check_port(port: int) -> None:
    """Raises:
    ForbiddenAddress: at this port no web server listens, but something that a request could harm.
    """
    if (port < _FIRST_FREE_PORT and port not in USUAL_PORTS.values()) or port in _BAD_PORTS:
        raise ForbiddenAddress(
            f"Port {port} is not fetched from: no web server listens there, but other things.",
            next_step="Give an address with the usual port, or with one from 1024 on that is of the web.",
        )


def _port(text: str, scheme: str) -> int:
    if not text:
        return USUAL_PORTS[scheme]
    if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII) or not 0 < int(text) < 2**16:
        raise ForbiddenAddress("The address has a port that there is not.")
    return int(text)


def _ipv6(literal: str) -> str:
    try:
        address = IPv6Address(literal)
    except AddressValueError as error:
        raise _unreadable() from error
    if address.scope_id is not None:
        raise ForbiddenAddress("The address names a network card (a zone): such a host is on the local link.")
    return address.compressed


def _name(text: str) -> str:
    """The host's ASCII form.

    An IPv4 address counts only as four plain decimal numbers. What else ends in a number, and what is
    written with characters that stand for others, is a disguise.
    """
    name = text.lower()
    if not all(map(_is_of_a_name, name)) or unicodedata.normalize("NFKC", name) != name:
        raise ForbiddenAddress("The host in the address is written with characters that stand for others.")
    plain = (name if name.isascii() else _international(name)).removesuffix(".")
    labels = plain.split(".")
    if len(plain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _unreadable()
    if not _NUMBER.fullmatch(labels[-1]):
        return plain
    try:
        return str(IPv4Address(plain))
    except AddressValueError as error:
        raise ForbiddenAddress("The host in the address is a number in disguise.") from error


def _is_of_a_name(character: str) -> bool:
    """A letter, mark or number of any script; no sign that only looks like a dot or slash."""
    return character in "-._" or unicodedata.category(character)[0] in "LMN"


def _international(name: str) -> str:
    try:
        return (URL.build(scheme="https", host=name).raw_host or "").lower()
    except (ValueError, UnicodeError) as error:
        raise _unreadable() from error


def _unreadable() -> ForbiddenAddress:
    return ForbiddenAddress("The address has no host that can be read.")
