"""Where a browser may go after a log-in that it did not ask for on our own page (pure).

A link decides what stands in ``next``, and anybody can write a link. JupyterHub itself stops foreign hosts,
but not ``/hub/logout`` or another person's server (both shown), so a target is built anew from what is
recognised, and everything else becomes ``None``: the caller then goes to the person's own server.

The unmodified ELN opens ``/user/<openBIS user id>/notebooks/<folder>/<file>`` (contract 8.6): the id is
rewritten to the hub's name, and the classic path to where the person's own server looks for the launch of
that name (U-18, U-19).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

__all__ = ["Own", "next_target"]

#: Longer targets are no targets. A launch of an experiment names its data sets, 29 characters each.
_MAX_LENGTH = 8192
#: Pages that start a server.
_SPAWN = (["spawn"], ["spawn-pending"])
_SAFE = "!$&'()*+,;=:@-._~"
#: Pages of ours at the hub that people are sent to log in from, and that change nothing by being opened.
_OWN_PAGES = (["account"], ["command-line"])


@dataclass(frozen=True, slots=True)
class Own:
    """Whose target it has to be, and where things are.

    Args:
        hub_name: The person's name at the hub.
        user_id: The person's id in openBIS, as the ELN writes it.
        base_url: The hub's ``base_url``, with a slash at both ends.
        notebook_landing: What takes the place of the classic ``notebooks`` in the path.
        services: Names of the services that may be a target.
    """

    hub_name: str
    user_id: str
    base_url: str = "/"
    notebook_landing: str = "openbis/open"
    services: tuple[str, ...] = ("openbis",)


def next_target(next_url: str, own: Own) -> str | None:
    """The path to go to, rebuilt and encoded; ``None`` when *next_url* is nothing for this person.

    Args:
        next_url: As it came, percent-decoded once (as a query argument is).
        own: Whose it has to be.
    """
    if not 0 < len(next_url) <= _MAX_LENGTH or not next_url.startswith("/") or "\\" in next_url:
        return None
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in next_url):
        return None
    path, _, rest = next_url.partition("?")
    path, query = path.partition("#")[0], rest.partition("#")[0]
    parts = _parts(path, own.base_url)
    if parts is None:
        return None
    if parts[:1] == ["hub"] and parts[1:2] in _SPAWN:
        return _behind_spawn(parts[2:], query, own)
    if parts[:2] == ["hub", "user-redirect"]:  # JupyterHub's "the visitor's own server", for links to share
        parts = ["user", own.hub_name, *parts[2:]]
    if parts[:2] == ["hub", "user"]:  # where the hub answers for a server that is down
        parts = parts[1:]
    if parts[:1] == ["user"] and parts[1:2] in ([own.hub_name], [own.user_id]):
        return _join(own, "user", own.hub_name, *_landing(parts[2:], own), query=query)
    if parts[:1] == ["services"] and parts[1:2] and parts[1] in own.services:
        return _join(own, *parts, query=query, slash=len(parts) == 2)
    if parts == ["hub", "api", "oauth2", "authorize"] and _asks_for_own(query, own):
        return _join(own, *parts, query=query)
    if parts[:2] == ["hub", "openbis"] and parts[2:] in _OWN_PAGES:
        return _join(own, *parts, query=query)
    return None


def _parts(path: str, base_url: str) -> list[str] | None:
    """The decoded parts of a path below *base_url*; ``None`` if any part could be read in two ways.

    The ELN writes ``/user/…`` whatever the hub's base is (contract 8.6).
    """
    if path.startswith("//"):
        return None
    if path.startswith("/user/") and not path.startswith(base_url):
        base_url = "/"
    if not path.startswith(base_url):
        return None
    parts = [unquote(part) for part in path[len(base_url) :].rstrip("/").split("/")]
    for part in parts:
        odd = any(unicodedata.category(character) in ("Cc", "Cs") for character in part)
        # A second layer of escapes, or what a proxy may take for a separator, is nobody's file name here.
        if part in ("", ".", "..") or odd or "/" in part or "\\" in part or unquote(part) != part:
            return None
    return parts


def _behind_spawn(names: list[str], query: str, own: Own) -> str | None:
    """What the page that starts a server leads to: the caller starts it anyway."""
    if names not in ([], [own.hub_name]):
        return None
    wanted = parse_qs(query).get("next", [])
    if not wanted:
        return _join(own, "user", own.hub_name, query="")
    target = wanted[0]
    again = _parts(target.partition("?")[0].partition("#")[0], own.base_url) or []
    # A link may hold this page in itself a hundred times over.
    return None if again[:1] == ["hub"] and again[1:2] in _SPAWN else next_target(target, own)


def _landing(parts: list[str], own: Own) -> list[str]:
    if parts[:1] == ["notebooks"]:
        return [*own.notebook_landing.split("/"), *parts[1:]]
    return parts


def _asks_for_own(query: str, own: Own) -> bool:
    """Whether an OAuth request is one of the person's own server or of an admitted service.

    A browser with an old cookie comes from there; where it is sent back to is checked by the hub.
    """
    clients = parse_qs(query).get("client_id", [])
    allowed = {f"jupyterhub-user-{quote(own.hub_name, safe='')}", *(f"service-{s}" for s in own.services)}
    return len(clients) == 1 and clients[0] in allowed


def _join(own: Own, *parts: str, query: str, slash: bool = False) -> str:
    if parts == ("user", own.hub_name):
        slash = True
    path = own.base_url + "/".join(quote(part, safe=_SAFE) for part in parts) + ("/" if slash else "")
    kept = urlsplit(f"?{query}").query
    return f"{path}?{quote(kept, safe=_SAFE + '/?%')}" if kept else path
