"""Who may call, how clients name themselves, and how every failure looks."""

from __future__ import annotations

import base64
import re

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import RunningService

from .client import PLATFORM, PlotlyClient, errors_of, message_of, notebook
from .conftest import Who, at_openbis, base


def test_a_key_is_a_session_or_a_token_of_openbis_or_of_the_hub(
    service: RunningService, openbis: Sandbox, alice: PlotlyClient, name: str
) -> None:
    """P-31, P-33."""
    fid = alice.uploaded(notebook(), name)["fid"]
    token = at_openbis(openbis, "alice").get_or_create_personal_access_token("v2").permId
    with_pat = PlotlyClient(base(service), "alice", str(token))
    assert with_pat.get(f"/{fid}").status_code == 200
    hub = service.person("alice").headers
    assert requests.get(f"{base(service)}/{fid}", headers=hub | PLATFORM, timeout=60).status_code == 200
    assert alice.auth is not None
    basic = "Basic " + base64.b64encode(":".join(alice.auth).encode()).decode()
    proxied = alice.ask("GET", f"/{fid}", auth=("proxy", "secret"), headers={"plotly-authorization": basic})
    assert proxied.status_code == 200


def test_a_browser_comes_with_cookie_and_csrf_token_and_need_not_name_itself(
    service: RunningService, alice: PlotlyClient, name: str
) -> None:
    """P-31, P-32."""
    fid = alice.uploaded(notebook(), name)["fid"]
    browser = service.browser()
    page = browser.log_in(service.person("alice").token)
    csrf = re.findall(r'<meta name="csrf-token" content="([^"]+)"', page.text)[0]
    headers = {"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin", "Origin": service.origin}
    url = f"{base(service)}/{fid}"
    assert browser.session.get(url, headers=headers, timeout=60).status_code == 200
    errors_of(browser.session.get(url, headers=headers | {"X-CSRF-Token": "x"}, timeout=60), 403)
    errors_of(browser.session.post(f"{url}/trash", timeout=60), 403)
    assert alice.get(f"/{fid}").status_code == 200


def test_wrong_keys_are_all_answered_the_same(
    service: RunningService, openbis: Sandbox, alice: PlotlyClient
) -> None:
    """P-31, P-39: no browser is asked for a password."""
    wrong = [("alice", "no-such-key"), ("ursula", alice.auth[1] if alice.auth else ""), ("nobody", "x")]
    told = set()
    for auth in wrong:
        answer = PlotlyClient(base(service), *auth).get("")
        assert "WWW-Authenticate" not in answer.headers
        told.add(message_of(answer, 401))
    assert len(told) == 1


@pytest.mark.parametrize("platform", [None, "", "python 3.x", "two words"])
def test_a_program_must_say_what_it_is(alice: PlotlyClient, platform: str | None) -> None:
    """P-32."""
    answer = alice.ask("GET", "", headers={"Plotly-Client-Platform": platform})
    assert "Plotly-Client-Platform: python 3.11" in message_of(answer, 400)


FAILURES = [
    ("GET", "/v2", {}, 404),
    ("GET", "/v2/files/alice:1", {}, 404),
    ("GET", "/v2/jupyter-notebooks/alice:1/fork", {}, 404),
    ("GET", "/v2/jupyter-notebooks/alice:1", {}, 404),
    ("POST", "/v2/jupyter-notebooks", {}, 405),
    ("GET", "/v2/jupyter-notebooks/upload", {}, 405),
    ("POST", "/v2/jupyter-notebooks/alice:1", {}, 405),
    ("GET", "/v2/jupyter-notebooks/alice:1/trash", {}, 405),
    ("TRACE", "/v2/jupyter-notebooks/alice:1", {}, 405),
    ("GET", "/v2/jupyter-notebooks/" + "a" * 400, {}, 400),
    ("POST", "/v2/jupyter-notebooks/upload", {"data": b"x" * 500_000}, 413),
    ("GET", "/v2/jupyter-notebooks/alice:1", {"auth": None}, 401),
    ("GET", "/v2/jupyter-notebooks/alice:1", {"auth": ("a", "b")}, 401),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "path", "more", "status"), FAILURES)
def test_every_failure_has_the_one_shape(
    service: RunningService, alice: PlotlyClient, verb: str, path: str, more: dict[str, object], status: int
) -> None:
    """P-39, P-15; also for a client that would rather have a page."""
    root = service.url.rstrip("/")
    headers = PLATFORM | {"X-File-Name": "a", "Accept": "text/html"}
    kept: dict[str, object] = {"auth": alice.auth, "headers": headers, "timeout": 30} | more
    answer = requests.request(verb, root + path, **kept)  # type: ignore[arg-type]
    errors_of(answer, status)
    if status == 405:
        assert verb not in answer.headers["Allow"].split(", ")
        assert "OPTIONS" in answer.headers["Allow"]


def test_trouble_behind_the_service_has_the_shape_too(
    service: RunningService, openbis: Sandbox, hub: FakeHub, alice: PlotlyClient, name: str
) -> None:
    """P-39: 5xx of openBIS and of the hub."""
    fid = alice.uploaded(notebook(), name)["fid"]
    openbis.faults.add("status", "*", count=0, status=503)
    errors_of(alice.get(f"/{fid}"), 502)
    openbis.faults.clear()
    openbis.faults.add("silence", "*", count=0)
    errors_of(alice.get(f"/{fid}"), 504)
    openbis.faults.clear()
    somebody = service.person("alice").headers
    with hub.broken(500):
        errors_of(requests.get(f"{base(service)}/{fid}", headers=somebody | PLATFORM, timeout=60), 502)
    assert alice.get(f"/{fid}").status_code == 200


def test_no_answer_and_no_log_holds_a_key(service: RunningService, who: Who, name: str) -> None:
    """P-31."""
    alice = who("alice")
    assert alice.auth is not None
    key = alice.auth[1]
    made = alice.upload(notebook(f"token = {key!r}"), name)
    assert key not in made.text
    assert "removed" in " ".join(made.json()["messages"])
    errors_of(alice.upload(notebook(), f"a\t{name}"), 400)
    basic = base64.b64encode(":".join(alice.auth).encode()).decode()
    assert key not in service.log
    assert basic not in service.log
