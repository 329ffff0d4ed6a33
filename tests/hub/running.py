"""A real JupyterHub as a process, and a browser that says of itself what real ones say."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from openbis_nb.sandbox import Sandbox
from tests.ports import free_port
from tests.waiting import LONG, until

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "hub_config" / "jupyterhub_config.py"
#: For the PYTHONPATH of hubs and servers, which start in half the time with it.
QUICK = str(ROOT / "tests" / "quick")


def proxy_command() -> str:
    """The npm proxy: as scripts/lib.sh installs it, else from the PATH."""
    ours = ROOT / ".tools" / "bin" / "configurable-http-proxy"
    found = str(ours) if ours.exists() else shutil.which("configurable-http-proxy")
    assert found, "The tests of the hub need the npm proxy: run scripts/test, which installs it."
    return found


class Hub:
    """A running hub. ``log`` is what it and the proxy wrote, at DEBUG.

    Args:
        folder: For everything of it.
        sandbox: Its openBIS.
        more: Python lines after the shipped configuration.
        environment: More of its environment.
        before: Python lines before the shipped configuration.
    """

    def __init__(
        self,
        folder: Path,
        sandbox: Sandbox,
        more: str = "",
        *,
        environment: Mapping[str, str] | None = None,
        before: str = "",
    ) -> None:
        self.folder, self.sandbox, self.more_environment = folder, sandbox, environment or {}
        self.url = f"http://127.0.0.1:{free_port()}"
        self.service_url = f"http://127.0.0.1:{free_port()}"
        self.log_file = folder / "hub.log"
        config = folder / "test_config.py"
        file = repr(str(CONFIGURATION))
        shipped = f"__file__ = {file}\nexec(compile(open({file}).read(), 'jupyterhub_config.py', 'exec'))"
        ports = f"c.JupyterHub.hub_port = {free_port()}\nc.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{free_port()}'"
        config.write_text(f"{before}\n{shipped}\n{ports}\n{more}", encoding="utf-8")
        command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env=self._environment(), stdout=log, stderr=log, start_new_session=True
            )

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        return kept | {
            "HOME": str(self.folder),
            "PYTHONPATH": QUICK,
            "OPENBIS_URL": self.sandbox.url,
            "OPENBIS_NB_CA_BUNDLE": str(self.sandbox.ca_bundle or ""),
            "OPENBIS_NB_HUB_DATA": str(self.folder / "data"),
            "OPENBIS_NB_HUB_HOMES": str(self.folder / "homes"),
            "OPENBIS_NB_HUB_URL": self.url,
            "OPENBIS_NB_HUB_PROXY": proxy_command(),
            "OPENBIS_NB_SERVICE_URL": self.service_url,
            **self.more_environment,
        }

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self) -> Hub:
        def ready() -> bool:
            assert self.process.poll() is None, self.log[-3000:]
            try:
                return requests.get(f"{self.url}/hub/health", timeout=5).ok
            except (requests.ConnectionError, requests.Timeout):
                return False

        until(ready, "the hub answers")
        return self

    def stop(self) -> None:
        """The hub stops its servers and its proxy."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(LONG)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def browser(self) -> Browser:
        return Browser(self)

    def api(self, token: str, path: str, method: str = "GET") -> requests.Response:
        """A call of the hub's API by a token, as a script or a server makes it."""
        headers = {"Authorization": f"token {token}"}
        return requests.request(method, f"{self.url}/hub/api{path}", headers=headers, timeout=60)


class Browser:
    """Cookies, no redirect followed by itself, and the ``Sec-Fetch`` headers of a navigation."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.session = requests.Session()

    def go(self, path: str, *, site: str = "none", referer: str = "", **headers: str) -> requests.Response:
        """Go to a page: by typing its address, or from another *site*."""
        sent = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": site}
        if referer:
            sent["Referer"] = referer
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = urljoin(self.hub.url, path)
        return self.session.get(url, headers=sent, allow_redirects=False, timeout=60)

    def post(self, path: str, form: dict[str, str], **headers: str) -> requests.Response:
        sent = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = urljoin(self.hub.url, path)
        return self.session.post(url, data=form, headers=sent, allow_redirects=False, timeout=60)

    def log_in(
        self, user: str, password: str | None = None, next_url: str = "/hub/home"
    ) -> requests.Response:
        """By the form, with the password of the sandbox's person."""
        page = self.go(f"/hub/login?next={next_url}")
        form = {"username": user, "password": self.hub.sandbox.users[user] if password is None else password}
        return self.post(f"/hub/login?next={next_url}", form | {"_xsrf": hidden(page, "_xsrf")})

    @property
    def person(self) -> str | None:
        """Who the hub says this browser is: the name in the home page, or None."""
        answer = self.go("/hub/home")
        found = re.search(r'user: "([^"]*)"', answer.text)
        return found[1] if answer.status_code == 200 and found else None

    def follow(self, answer: requests.Response, times: int = 10) -> requests.Response:
        """Follow redirects, as a browser does."""
        while answer.is_redirect and times:
            answer, times = self.go(answer.headers["Location"], site="same-origin"), times - 1
        return answer

    def confirm(self, page: requests.Response) -> requests.Response:
        """Press the button of the page that asks "log in as …?"."""
        form = {"number": hidden(page, "number"), "_xsrf": hidden(page, "_xsrf")}
        return self.post("/hub/openbis/confirm", form)

    def stop_server(self) -> None:
        """Stop the person's own server, which another test may have left."""
        token, path = self.api_token(), f"/users/{self.person}/server"

        def stopped() -> bool:
            self.hub.api(token, path, "DELETE")
            return not self.hub.api(token, f"/users/{self.person}").json()["servers"]

        until(stopped, "the server stops")

    def api_token(self, scopes: list[str] | None = None) -> str:
        """A token of the person's own, as the hub's token page makes it."""
        user, page = self.person, self.go("/hub/token")
        xsrf = re.search(r'xsrf_token: "([^"]*)"', page.text)
        assert xsrf, page.text[:500]
        answer = self.session.post(
            f"{self.hub.url}/hub/api/users/{user}/tokens",
            params={"_xsrf": xsrf[1]},
            json={"scopes": scopes} if scopes else {},
            timeout=60,
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])


def hidden(page: requests.Response, name: str) -> str:
    """The value of a hidden field of a page's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"{page.status_code}: no field {name} in {page.text[-2000:]}"
    return found[1]


def path_of(answer: requests.Response) -> str:
    """Where an answer redirects to, without the hub's own address."""
    parts = urlsplit(answer.headers["Location"])
    return parts.path + (f"?{parts.query}" if parts.query else "")
