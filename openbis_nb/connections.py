"""The openBIS servers that a person works with: names and addresses, one of them the default.

``<state_dir>/connections.json`` holds what the person added by hand; no session and no password is in it. The
address of the settings and servers that a session is stored for count as well: the person chose them, too.
A notebook only chooses among them (design section 2): what it names is compared, never connected to.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import credentials
from .errors import ConfigurationProblem, Conflict, InvalidInput, NotFound
from .notebooks.identity import same_server
from .session_homes import SessionHomes

__all__ = ["Connection", "ConnectionBook"]

_FILE = "connections.json"
_LONGEST_NAME = 60
_MOST = 50


@dataclass(frozen=True, slots=True)
class Connection:
    """An openBIS by the name that the person gave it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ConnectionBook:
    """The connections of one account, read anew at each use: other programs of the person change them, too.

    Args:
        homes: Whose sessions count as connections.
        configured: The address of the settings, which is always there and the default; may be empty.
        aliases: Other addresses of that one.
    """

    homes: SessionHomes
    configured: str = ""
    aliases: tuple[str, ...] = ()

    def all(self) -> tuple[Connection, ...]:
        """All of them, the person's own first.

        Raises:
            ConfigurationProblem: the file cannot be read.
        """
        found = list(self._read()[0])
        for url in (self.configured, *self.homes.known_servers()):
            if url and not any(same_server(url, known.url) for known in found):
                found.append(Connection(_free(urlsplit(url).netloc, found), url))
        return tuple(found)

    def default(self) -> Connection | None:
        """The one of the settings, else the one that the person chose, else the only one.

        Raises:
            ConfigurationProblem: the file cannot be read.
        """
        found, (_, chosen) = self.all(), self._read()
        if self.configured:
            return next(one for one in found if same_server(one.url, self.configured))
        by_choice = [one for one in found if one.name == chosen]
        return by_choice[0] if by_choice else found[0] if len(found) == 1 else None

    def choose(self, server: str) -> Connection | None:
        """The one for the address that a notebook names, else the default. Raises as :meth:`all`."""
        if server and any(same_server(server, alias) for alias in self.aliases):
            server = self.configured
        named = [one for one in self.all() if same_server(one.url, server)]
        return named[0] if named else self.default()

    def get(self, name: str) -> Connection:
        """The one of this name.

        Raises:
            NotFound: there is none.
        """
        for one in self.all():
            if one.name == name:
                return one
        raise NotFound(f"There is no connection {name[:_LONGEST_NAME]!r}.", next_step="Reload the page.")

    def add(self, name: str, url: str) -> Connection:
        """A new connection; the first one is the default.

        Args:
            name: What the person calls it; empty: the name of the host.
            url: ``scheme://host[:port]``.

        Raises:
            InvalidInput: the name cannot be one.
            Conflict: there is one of this name or address, or there are too many.
        """
        known = self.all()
        name = _checked(name if name.strip() else _free(urlsplit(url).netloc, known))
        for one in known:
            if same_server(one.url, url):
                raise Conflict(f"{one.name!r} is a connection to {url} already.", next_step="Use that one.")
            if one.name == name:
                raise Conflict(f"There is a connection {name!r} already.", next_step="Choose another name.")
        if len(known) >= _MOST:
            raise Conflict(f"There are {_MOST} connections already.", next_step="Remove one of them.")
        before = self.default()
        added = Connection(name, url)
        # The default stays what it was, also where it was one for being the only one.
        chosen = before.name if before is not None else "" if known else name
        self._write([*self._read()[0], added], chosen)
        return added

    def remove(self, name: str) -> None:
        """Forget a connection; its session must be forgotten before.

        Raises:
            NotFound: there is none of this name.
            Conflict: the settings name it.
        """
        if self.is_configured(self.get(name)):
            raise Conflict(
                "This connection is set for this Jupyter server and cannot be removed here.",
                next_step="It comes from OPENBIS_URL or the file config.toml.",
            )
        saved, chosen = self._read()
        self._write([one for one in saved if one.name != name], "" if chosen == name else chosen)

    def use(self, name: str) -> None:
        """Make it the default.

        Raises:
            NotFound: there is none of this name.
            Conflict: the settings name another one.
        """
        one = self.get(name)
        if self.configured and not self.is_configured(one):
            raise Conflict(
                f"{self.configured} is set as the default for this Jupyter server.",
                next_step="Unset OPENBIS_URL, or take url out of config.toml, and start Jupyter again.",
            )
        saved, _ = self._read()
        kept = saved if any(known.name == name for known in saved) else (*saved, one)
        self._write(kept, name)

    def is_configured(self, one: Connection) -> bool:
        """Whether it is the one that the settings name."""
        return bool(self.configured) and same_server(one.url, self.configured)

    @property
    def _path(self) -> Path:
        return self.homes.state_dir / _FILE

    def _read(self) -> tuple[tuple[Connection, ...], str]:
        """What the person added, and which one they chose."""
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            found = tuple(_connection(entry) for entry in content["connections"])
            return found, str(content.get("default") or "")
        except FileNotFoundError:
            return (), ""
        except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidInput) as error:
            raise ConfigurationProblem(
                f"The list of connections {self._path} cannot be read.",
                next_step="Mend or remove the file; sessions are not in it.",
                detail=str(error),
            ) from error

    def _write(self, connections: Iterable[Connection], chosen: str) -> None:
        entries = [{"name": one.name, "url": one.url} for one in connections]
        text = json.dumps({"default": chosen, "connections": entries}, ensure_ascii=False, indent=2)
        credentials.write_private(self._path, text + "\n")


def _connection(entry: Any) -> Connection:
    credentials.check_address(entry["url"])
    return Connection(_checked(entry["name"]), entry["url"])


def _checked(name: str) -> str:
    """One short line, as it can stand in a list.

    Raises:
        InvalidInput: it is not.
    """
    stripped = name.strip()
    odd = any(unicodedata.category(character)[0] == "C" or character == "/" for character in stripped)
    if not stripped or len(stripped) > _LONGEST_NAME or odd:
        raise InvalidInput(
            f"A connection's name is one line of up to {_LONGEST_NAME} characters, without a slash.",
            next_step="Choose another name.",
        )
    return stripped


def _free(name: str, known: Iterable[Connection]) -> str:
    taken = {one.name for one in known}
    numbered = (f"{name[: _LONGEST_NAME - 4]} {number}" for number in range(2, len(taken) + 3))
    return next(found for found in (name[:_LONGEST_NAME], *numbered) if found not in taken)
