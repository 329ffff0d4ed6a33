"""The hub of the demo: the shipped configuration, a free port, and a browser without a screen."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import requests

from .front_end import FrontEnd
from .processes import ROOT, start, until

__all__ = ["Browser", "Hub", "start_hub"]

_CONFIGURATION = ROOT / "hub_config" / "jupyterhub_config.py"
#: What a real browser says when somebody follows a link.
_NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@dataclass(frozen=True, slots=True)
class Hub:
    """A running hub and where it is reached."""

    process: subprocess.Popen[bytes]
    url: str

    @property
    def launcher(self) -> str:
        """The page where launches begin for people who come without an ELN."""
        return f"{self.url}services/openbis/"


def start_hub(folder: Path, env: dict[str, str]) -> Hub:
    """Start hub, proxy and service; returns when the service answers.

    Args:
        folder: For all that they write.
        env: With the address of openBIS and its CA.
    """
    folder.mkdir(mode=0o700)
    ports = [_free_port() for _ in range(4)]
    url = f"http://127.0.0.1:{ports[0]}/"
    config = folder / "jupyterhub_config.py"
    # Ports that nobody uses; everything else is the shipped file.
    config.write_text(
        f"exec(compile(open({str(_CONFIGURATION)!r}).read(), 'jupyterhub_config.py', 'exec'))\n"
        f"c.JupyterHub.hub_port = {ports[1]}\n"
        f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{ports[2]}'\n"
    )
    settings = {
        "OPENBIS_NB_HUB_URL": url.rstrip("/"),
        "OPENBIS_NB_HUB_PUBLIC_URL": url,
        "OPENBIS_NB_HUB_DATA": str(folder / "data"),
        "OPENBIS_NB_HUB_HOMES": str(folder / "homes"),
        "OPENBIS_NB_HUB_PROXY": _proxy(),
        "OPENBIS_NB_SERVICE_URL": f"http://127.0.0.1:{ports[3]}",
    }
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    process = start(command, folder / "hub.log", env | settings, cwd=folder)
    hub = Hub(process, url)
    until(lambda: _answers(hub, folder / "hub.log"), "The hub and its service start")
    return hub


class Browser:
    """Cookies, and the headers by which a hub tells a person's click from a page's request."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.session = hub, requests.Session()

    def open(self, url: str, *, coming_from: str = "") -> requests.Response:
        """Go to *url*, and on to where it leads; the page in the end."""
        site = "cross-site" if coming_from else "none"
        headers = _NAVIGATION | {"Sec-Fetch-Site": site} | ({"Referer": coming_from} if coming_from else {})
        answer = self.session.get(url, headers=headers, timeout=60, allow_redirects=False)
        while answer.is_redirect:
            url = urljoin(url, answer.headers["Location"])
            headers = _NAVIGATION | {"Sec-Fetch-Site": "same-origin"}
            answer = self.session.get(url, headers=headers, timeout=60, allow_redirects=False)
        return answer

    def wait_for_notebook(self, page: requests.Response, seconds: float = 90.0) -> tuple[str, str]:
        """Reload until the person's own server shows the notebook, as the waiting page does.

        Returns:
            Address of the server, with a slash at the end, and the path of the notebook below its root.
        """

        def opened() -> tuple[str, str] | None:
            answer = self.open(page.url)
            path = urlsplit(answer.url).path
            if answer.status_code >= 400 and "/openbis/" in path:
                raise SystemExit(f"The notebook was not written: {answer.status_code} {answer.text[:500]}")
            before, found, file = path.partition("/lab/tree/")
            return (urljoin(answer.url, f"{before}/"), unquote(file)) if found else None

        return until(opened, "The server starts and shows the notebook", seconds)

    def notebook(self, server: str, path: str) -> FrontEnd:
        """Open a notebook of the person's own server."""
        return FrontEnd(self.session, server, path)


def _answers(hub: Hub, log: Path) -> bool:
    if hub.process.poll() is not None:
        raise SystemExit(f"The hub did not start: see {log}")
    try:
        # The hub first: before that, its proxy has no way to the service.
        pages = (f"{hub.url}hub/health", f"{hub.launcher}health/live")
        return all(requests.get(page, timeout=5).ok for page in pages)
    except requests.RequestException:
        return False


def _proxy() -> str:
    return os.environ.get("OPENBIS_NB_HUB_PROXY") or str(ROOT / ".tools" / "bin" / "configurable-http-proxy")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: Any = listener.getsockname()[1]
    return int(port)
