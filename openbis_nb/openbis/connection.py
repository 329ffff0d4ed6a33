"""Where openBIS is and how patient to be: plain values, given by the edges."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import ConfigurationProblem, UnexpectedAnswer

__all__ = ["Server"]


@dataclass(frozen=True, slots=True)
class Server:
    """One openBIS server.

    Args:
        url: ``scheme://host[:port]``; a path is dropped, as pybis does (contract 1.1).
        ca_bundle: PEM file with a further CA to trust, beside certifi's.
        request_timeout: Longest wait for one answer, in seconds.
        transfer_timeout: Longest silence within an upload or download, in seconds.
        retry_pause: Wait before the second try of what is safe to repeat, in seconds; doubled each time.
        allow_http: Allow ``http://`` to a host that is not this machine.
        parallel: Files moved at the same time.
        allowed_download_hosts: Hosts (``host`` or ``host:port``) of data stores that do not share
            the application server's host name. A token goes nowhere else (design D16).
        data_store_urls: Where a data store is reached from here: announced address → address. ``""`` as
            the announced address stands for all others.

    Raises:
        ConfigurationProblem: not an address, or ``http://`` to another machine without *allow_http*.
    """

    url: str
    ca_bundle: Path | None = None
    request_timeout: float = 60.0
    transfer_timeout: float = 60.0
    allow_http: bool = False
    parallel: int = 8
    allowed_download_hosts: tuple[str, ...] = ()
    retry_pause: float = 0.3
    data_store_urls: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ConfigurationProblem(
                f"{self.url[:120]!r} is not the address of an openBIS.",
                next_step="Give scheme and host, e.g. OPENBIS_URL=https://openbis.example.org",
            )
        if not self._may_use(parts.scheme, parts.hostname):
            raise ConfigurationProblem(
                f"{parts.hostname} would be reached by http://, which shows the session to the network.",
                next_step="Use the https:// address, or set OPENBIS_NB_ALLOW_HTTP=1 in a safe network.",
            )
        object.__setattr__(self, "url", f"{parts.scheme}://{parts.netloc}")

    @property
    def host(self) -> str:
        """``host`` or ``host:port``, for folder names and messages."""
        return urlsplit(self.url).netloc

    def pause(self, tries: int) -> float:
        """The wait after so many tries, in seconds."""
        return self.retry_pause * 2.0 ** max(tries - 1, 0)

    def data_store_url(self, announced: str) -> str:
        """The base of a data store's addresses, if a token may go there.

        Args:
            announced: ``downloadUrl`` as the server says it; ``/datastore_server`` at its end is cut
                (v1 answers carry it, contract 1.1).

        Raises:
            UnexpectedAnswer: it names another host, or plain http.
        """
        parts = urlsplit(self._reached_at(announced))
        host = (parts.hostname or "").lower()
        own = (urlsplit(self.url).hostname or "").lower()
        allowed = {h.lower() for h in (*self.allowed_download_hosts, *self._override_hosts())}
        known = host and (host == own or host in allowed or parts.netloc.lower() in allowed)
        if not known or parts.username or not self._may_use(parts.scheme, host):
            raise UnexpectedAnswer(
                f"openBIS names a data store at {parts.scheme}://{host}, which is not this openBIS.",
                next_step="If that host is right, set OPENBIS_NB_DATA_STORE_HOSTS to it; if it cannot be "
                "reached from here, OPENBIS_NB_DATA_STORE_URLS to the address that can.",
            )
        return f"{parts.scheme}://{parts.netloc}"

    def _reached_at(self, announced: str) -> str:
        """The address to use for *announced*: an openBIS may know only its address inside, or outside."""
        parts = urlsplit(announced)
        same = f"{parts.scheme}://{parts.netloc}".lower()
        known = {url.lower(): here for url, here in self.data_store_urls.items()}
        return known.get(same) or known.get("") or announced

    def _override_hosts(self) -> Iterator[str]:
        return (urlsplit(url).netloc for url in self.data_store_urls.values())

    def _may_use(self, scheme: str, host: str) -> bool:
        return scheme == "https" or (scheme == "http" and (self.allow_http or _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
