"""How a kernel reaches the Jupyter server that runs it: an address and a key, in a file of its person's own.

The server writes the file and names it in the environment of its kernels. The key is made anew by each run of
the server and opens two routes: whether a front end is there for a kernel, and what that front end answers to
a waiting cell. It is not Jupyter's token, which opens everything and which not every server has: one with a
password, or under a hub, has none. See ``docs/decisions/0033-a-cell-asks-its-front-end.md``.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .openbis.secrets import Secret

__all__ = ["SCHEME", "VARIABLE", "ServerAddress", "fits", "make_key"]

#: Environment variable that names the file.
VARIABLE = "OPENBIS_NB_SERVER_FILE"
#: Of the header ``Authorization``: one that neither Jupyter nor a hub takes for theirs.
SCHEME = "openbis-nb-kernel"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a Jupyter server is, as seen from its own machine.

    Args:
        url: With a slash at the end.
        root: The folder that it shows.
        key: Of this run of the server.
        certificate: What the server shows, where it speaks TLS itself; nothing else is believed then.
    """

    url: str
    root: Path
    key: Secret = field(repr=False)
    certificate: Path | None = None

    @property
    def authorization(self) -> str:
        """The header's value. A secret."""
        return f"{SCHEME} {self.key.reveal()}"

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> ServerAddress | None:
        """The server of this process; ``None`` outside one, or where it has ended."""
        named = env.get(VARIABLE)
        try:
            said = json.loads(Path(named).read_text(encoding="utf-8")) if named else None
            if said is None:
                return None
            certificate = Path(said["certificate"]) if said["certificate"] else None
            return cls(str(said["url"]), Path(said["root"]), Secret(str(said["key"])), certificate)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Write the file, with mode 0600; it must not be there yet.

        Raises:
            OSError: it cannot be written.
        """
        content = {
            "url": self.url,
            "root": str(self.root),
            "key": self.key.reveal(),
            "certificate": str(self.certificate) if self.certificate else None,
        }
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file)


def make_key() -> Secret:
    """A new key: 256 random bits."""
    return Secret(secrets.token_urlsafe(32))


def fits(header: str, key: Secret) -> bool:
    """Whether the value of a header ``Authorization`` holds the key."""
    scheme, _, given = header.partition(" ")
    return scheme == SCHEME and secrets.compare_digest(given.encode(), key.reveal().encode())
