"""A hub whose processes all log at DEBUG, and the people who use or attack it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from openbis_nb.identifiers import hub_user_name
from openbis_nb.sandbox import Sandbox
from tests.hub.running import QUICK, Browser, Hub
from tests.hub.test_whole_way import opened
from tests.waiting import until

#: Every Python process that the hub starts, kernels included, logs at DEBUG into a file of its own.
_ROOT_LOGGING = """
import logging, os, sys
_name = f"python-{os.getpid()}.log"
logging.basicConfig(level=logging.DEBUG, filename=os.path.join(os.path.dirname(__file__), "logs", _name))
logging.getLogger("root-logging").debug("%s", sys.orig_argv)
"""


class SecuredHub(Hub):
    """A running hub with the service; root logging of all that it starts is at DEBUG, below ``logs``."""

    def __init__(
        self, folder: Path, sandbox: Sandbox, more: str = "", *, environment: Mapping[str, str] | None = None
    ) -> None:
        self.logs = folder / "every_process" / "logs"
        self.logs.mkdir(parents=True)
        self.logs.chmod(0o777)
        (self.logs.parent / "sitecustomize.py").write_text(_ROOT_LOGGING, encoding="utf-8")
        # PYTHONPATH is what hub, service, servers and kernels all hand on.
        path = os.pathsep.join((str(self.logs.parent), QUICK))
        logging = {"PYTHONPATH": path, "OPENBIS_NB_SERVICE_LOG_LEVEL": "DEBUG"}
        super().__init__(folder, sandbox, more, environment={**logging, **(environment or {})})

    @property
    def homes(self) -> Path:
        return self.folder / "homes"


def environments(hub: SecuredHub, uid: int | None = None) -> list[dict[str, str]]:
    """The environment of every process that this hub has started (under the account *uid*)."""
    return [env for _, owner, env in processes(hub) if uid in (None, owner)]


def processes(hub: SecuredHub) -> list[tuple[int, int, dict[str, str]]]:
    """Id, account and environment of every process that this hub has started, and of itself."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            raw, owner = (folder / "environ").read_bytes(), (folder / "environ").stat().st_uid
        except OSError:
            continue
        values = dict(part.split("=", 1) for part in raw.decode(errors="replace").split("\0") if "=" in part)
        if values.get("PYTHONPATH", "").startswith(str(hub.logs.parent)):
            found.append((int(folder.name), owner, values))
    return found


class Person:
    """Somebody with a browser that is logged in."""

    def __init__(self, hub: SecuredHub, user: str) -> None:
        self.hub, self.user, self.name = hub, user, hub_user_name(user)
        self.browser: Browser = hub.browser()
        assert self.browser.log_in(user).status_code == 302

    @property
    def base(self) -> str:
        """Path of the person's own server."""
        return f"/user/{self.name}/"

    @property
    def home(self) -> Path:
        return self.hub.homes / self.name

    def with_server(self) -> Person:
        """Start the person's server, open it in the browser."""
        self.browser.follow(self.browser.go(f"/hub/spawn/{self.name}", site="same-origin"))
        until(lambda: opened(self.browser, f"{self.base}lab"), f"the server of {self.user} opens")
        return self

    def opened_launcher(self) -> Person:
        """Go to the service, by way of the hub's OAuth."""
        page = self.browser.follow(self.browser.go("/services/openbis/", site="same-origin"))
        assert page.status_code == 200, page.text[:500]
        return self

    @property
    def environment(self) -> dict[str, str]:
        """Of the person's server process."""
        found = [env for env in environments(self.hub) if env.get("JUPYTERHUB_USER") == self.name]
        assert found, f"no server of {self.user}"
        return found[0]

    @property
    def server_token(self) -> str:
        """What the person's server shows to the hub."""
        return self.environment["JUPYTERHUB_API_TOKEN"]

    def xsrf(self, path: str) -> str:
        """The value of the XSRF cookie that a page below *path* would send back."""
        for cookie in self.browser.session.cookies:
            if cookie.name == "_xsrf" and path.startswith(cookie.path):
                return str(cookie.value)
        return ""

    def csrf(self) -> str:
        """What the pages of the service know, read off one of them."""
        page = self.browser.follow(self.browser.go("/services/openbis/", site="same-origin"))
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert found, page.text[:500]
        return found[1]

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request with this person's cookies and the XSRF value that belongs to them."""
        headers = {"X-XSRFToken": self.xsrf(path)} | options.pop("headers", {})
        return self.browser.session.request(
            method, self.hub.url + path, headers=headers, allow_redirects=False, timeout=60, **options
        )
