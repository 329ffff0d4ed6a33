"""Addresses that people name, judged: their text, and each IP address behind their name (table row 92).

A text is taken apart once, here, and put together anew from the parts that were judged: no two readers of one
address can then differ on what its host is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from ...errors import ConfigurationProblem, ForbiddenAddress, InvalidInput
from .hosts import USUAL_PORTS, check_name, check_port, host_and_port
from .networks import INSIDE, Kind, kind_of
from .rules import GuardRules

__all__ = ["LONGEST", "Target", "check_allowed_hosts", "check_ip", "target_of"]

#: Characters of an address that a person gives (B-04).
LONGEST = 2048

_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?:#.*)?", re.IGNORECASE
)
# Browsers resolve these before they ask; a server may do it later than whoever judged the path.
_STEP = re.compile(r"(?:^|[/;])(?:\.|%2e){1,2}(?=[/;]|%2f|$)|%2f(?:\.|%2e){2}(?=/|%2f|$)", re.IGNORECASE)
# ``host:8080/…`` is no scheme.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d+(?:/|$))")
_SSH = re.compile(
    r"(?:(?:git\+)?ssh://(?:[\w.-]+@)?|[\w.-]+@)(?P<host>[A-Za-z0-9.-]+)[:/](?P<path>[\w./~-]+)", re.ASCII
)
_WHY: dict[Kind, str] = {
    "loopback": "that is this machine itself",
    "private": "that is an address inside a private network",
    "shared": "that is an address inside a provider's network",
    "link-local": "that is an address of the local link",
    "metadata": "there a cloud keeps the credentials of its machines",
    "multicast": "that is an address of many machines",
    "unspecified": "that stands for this machine",
    "reserved": "that is an address that nobody has",
    "tunnel": "that is an address that hides another one",
}


@dataclass(frozen=True, slots=True)
class Target:
    """An address whose text was judged, in parts that mean one thing only.

    Args:
        scheme: ``https`` or ``http``.
        host: As ``hosts.host_and_port`` gives it.
        port: Always said.
        rest: Path and query as they are sent.
        inside: Whether an admin named this very scheme, host and port: it may be one of the own network.
    """

    scheme: str
    host: str
    port: int
    rest: str
    inside: bool

    @property
    def netloc(self) -> str:
        """Host and port, for messages and requests."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address, put together from what was judged."""
        return f"{self.scheme}://{self.netloc}{self.rest}"


def target_of(url: str, rules: GuardRules, *, longest: int = LONGEST) -> Target:
    """Judge the text of an address.

    Args:
        url: The text.
        rules: What an admin allows.
        longest: In characters, as it is sent.

    Raises:
        InvalidInput: it has no scheme, or is too long.
        ForbiddenAddress: it is one that is never fetched from here; the message says why.
    """
    text = url.strip()
    _check_length(text, longest)
    if not all(map(_is_seen, text)) or "\\" in text:
        raise ForbiddenAddress("The address holds a backslash or a character that is not seen.")
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise _not_of_the_web(text, rules)
    if "@" in parts["authority"]:
        raise ForbiddenAddress(
            "The address holds a user name or password.",
            next_step="Give it without what stands before the @. What needs a log-in cannot be fetched.",
        )
    if _STEP.search(parts["path"]):
        raise ForbiddenAddress(
            "The path in the address holds steps such as /../, so it may lead elsewhere than it says.",
            next_step="Open it in a browser, and copy the address that stands there then.",
        )
    scheme = parts["scheme"].lower()
    host, port = host_and_port(parts["authority"], scheme)
    inside = (scheme, host, port) in {_allowed(named) for named in rules.allowed_hosts}
    if not inside:
        check_name(host)
        check_port(port)
    target = Target(scheme, host, port, _sent(parts["path"] or "/") + _sent(parts["query"] or ""), inside)
    _check_length(target.url, longest)
    return target


def check_allowed_hosts(rules: GuardRules) -> None:
    """Raises:
    ConfigurationProblem: what an admin wrote names no host.
    """
    for named in rules.allowed_hosts:
        try:
            _allowed(named)
        except ForbiddenAddress as error:
            raise ConfigurationProblem(
                f"OPENBIS_NB_IMPORT_HOSTS names {named}, which is no host.",
                next_step="Write each one as host, host:port or http://host:port, separated by commas.",
            ) from error


def check_ip(target: Target, address: str) -> None:
    """Judge one of the IP addresses of a target's host.

    Raises:
        ForbiddenAddress: it is not a public one, nor one that an admin may allow and did.
    """
    try:
        kind = kind_of(address)
    except ValueError as error:
        raise ForbiddenAddress(f"{target.host} has an address of no known form.") from error
    if kind == "public" or (target.inside and kind in INSIDE):
        return
    what = target.host if target.host == address else f"{target.host} leads to {address}, which"
    raise ForbiddenAddress(f"{what} is not fetched from here: {_WHY[kind]}.", extra={"reason": kind})


def _check_length(text: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidInput(f"The address is longer than {longest} characters.")


def _is_seen(character: str) -> bool:
    """A blank is taken: file names have some, and not every program encodes them."""
    return character == " " or unicodedata.category(character)[0] not in "CZ"


def _not_of_the_web(text: str, rules: GuardRules) -> InvalidInput | ForbiddenAddress:
    if by_ssh := _SSH.fullmatch(text):
        return ForbiddenAddress(
            "This is an address for git by ssh; only https:// and http:// are fetched.",
            next_step=f"Try https://{by_ssh['host']}/{by_ssh['path'].lstrip('/')}, or copy what the "
            "repository's page shows for Clone with HTTPS.",
        )
    if _SCHEME.match(text):
        return ForbiddenAddress(
            "Only addresses that begin with https:// or http:// are fetched.",
            next_step="Give the address as the browser shows it.",
        )
    if " " in text.partition("/")[0]:
        return InvalidInput(
            "This is no address.", next_step="Copy it from your browser, beginning with https://."
        )
    if text[:1].isalnum():
        target_of(f"https://{text}", rules)  # what is forbidden anyway is told so (B-02)
    return InvalidInput(
        "The address has no scheme.", next_step="Write it whole, beginning with https:// as the browser does."
    )


def _allowed(named: str) -> tuple[str, str, int]:
    """Scheme, host and port of what an admin wrote; https where it has no scheme."""
    scheme, _, authority = named.rpartition("://")
    scheme = scheme or "https"
    return scheme, *host_and_port(authority, scheme)


def _sent(text: str) -> str:
    """Path or query as it goes over the wire: what is no plain ASCII gets encoded, what is encoded stays."""
    return quote(text, safe="/%:@!$&'()*+,;=-._~?[]|")
