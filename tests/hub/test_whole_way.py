"""From the ELN's link into a running server, with the session in its environment's reach, and out again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from openbis_nb.sandbox import Sandbox

from .running import Browser, Hub, hidden, until

_ASK = """
import json, os, sys, urllib.request
url = os.environ["JUPYTERHUB_API_URL"] + "/openbis/session"
headers = {"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"]}
sys.stdout.write(urllib.request.urlopen(urllib.request.Request(url, headers=headers)).read().decode())
"""


def environment_of_server(user: str) -> dict[str, str]:
    """The environment that the hub gave a person's server, read off its process."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            raw = (folder / "environ").read_bytes()
        except OSError:
            continue
        values = dict(part.split("=", 1) for part in raw.decode(errors="replace").split("\0") if "=" in part)
        if values.get("JUPYTERHUB_USER") == user and "JUPYTERHUB_API_TOKEN" in values:
            return values
    return {}


def opened(browser: Browser, path: str) -> str:
    """The page of a person's own server, once it answers; else nothing."""
    answer = browser.follow(browser.go(path))
    return answer.text if answer.status_code == 200 and urlsplit(answer.url).path == path else ""


def test_from_the_elns_link_into_ones_own_server(hub: Hub, hub_sandbox: Sandbox) -> None:
    """O-31, U-01, U-03: the server was down, is started, and opens what the link named."""
    browser, token = hub.browser(), hub_sandbox.token("alice")
    link = f"/hub/login?token={token}&next=/user/alice/notebooks/growth/a.ipynb"
    answer = browser.follow(browser.go(link, site="cross-site", referer=hub_sandbox.url))
    assert "spawn-pending" in answer.url
    page = until(lambda: opened(browser, "/user/alice/lab/tree/growth/a.ipynb"), "the server opens")
    assert "jupyter-config-data" in page
    given = environment_of_server("alice")
    assert given["OPENBIS_URL"] == hub_sandbox.url
    assert [name for name, value in given.items() if token in value or "$pat-" in value] == []
    command = [sys.executable, "-c", _ASK]
    said = subprocess.run(command, env=given, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout)["user_id"] == "alice"


def become(browser: Browser, user: str) -> None:
    """By a link to somebody else's session, confirmed on our page."""
    link = f"/hub/login?token={browser.hub.sandbox.token(user)}"
    page = browser.go(link, site="cross-site", referer=browser.hub.sandbox.url)
    form = {"number": hidden(page, "number"), "_xsrf": hidden(page, "_xsrf")}
    assert browser.post("/hub/openbis/confirm", form).status_code == 302


def test_a_browser_that_became_somebody_else_no_longer_opens_the_first_ones_server(hub: Hub) -> None:
    """Shown of JupyterHub alone; needs the server that the test before has started."""
    browser = hub.browser()
    browser.log_in("alice")
    until(lambda: opened(browser, "/user/alice/lab"), "alice's server opens")
    become(browser, "bob")
    answer = browser.follow(browser.go("/user/alice/api/contents"))
    assert answer.status_code in (403, 404), answer.text[:300]
