"""Where the service is, and who asks it: a hub token, or an openBIS user and token (P-31)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from ..openbis.secrets import Secret

__all__ = ["Access", "HubToken", "OpenBISLogIn"]


@dataclass(frozen=True, slots=True)
class HubToken:
    """A token of JupyterHub: of the person's own server, or made on the hub's token page."""

    token: Secret

    def authorization(self) -> str:
        """The header ``Authorization``."""
        return f"token {self.token.reveal()}"


@dataclass(frozen=True, slots=True)
class OpenBISLogIn:
    """A user id of openBIS with a session or personal access token of theirs, sent as HTTP basic."""

    user_id: str
    token: Secret

    def authorization(self) -> str:
        """The header ``Authorization``."""
        pair = f"{self.user_id}:{self.token.reveal()}".encode()
        return "Basic " + b64encode(pair).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The service as it is reached from here.

    Args:
        url: Of the service, with a slash at its end: ``https://hub.example.org/services/openbis/``.
        who: Who asks.
        ca_bundle: PEM file with a further CA to trust.
        silence: Longest silence of the service, in seconds.
        retry_for: Longest time in all that a call is repeated, in seconds (P-40).
        public_url: An address on the service's origin in people's browsers; default: *url*.
    """

    url: str
    who: HubToken | OpenBISLogIn
    ca_bundle: Path | None = None
    silence: float = 60.0
    retry_for: float = 60.0
    public_url: str = ""

    @property
    def host(self) -> str:
        """``host`` or ``host:port``, for messages."""
        return urlsplit(self.url).netloc

    def link(self, path: str) -> str:
        """The address of a page for people, from the path that the service names; empty for none."""
        return urljoin(self.public_url or self.url, path) if path else ""
