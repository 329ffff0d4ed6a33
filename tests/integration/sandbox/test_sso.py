"""The single sign-on hand-over: a page, a cookie, a redirect."""

from __future__ import annotations

import pytest
import requests

from openbis_nb.sandbox import running_sandbox

from .wire_client import AS, WireClient


def log_in(client: WireClient, **form: str) -> requests.Response:
    address = f"{client.url}/sandbox/sso"
    return client.http.post(address, data=form, allow_redirects=False, timeout=60)


def test_the_server_names_the_page(reader: WireClient) -> None:
    link = reader.call(AS, "getServerPublicInformation")["authentication-service.switch-aai.link"]
    page = reader.http.get(link, params={"return": "/openbis/webapp/eln-lims/"}, timeout=60).text
    assert 'value="/openbis/webapp/eln-lims/"' in page


def test_a_person_without_a_password_is_logged_in_by_cookie_and_sent_on(ursula: WireClient) -> None:
    answer = log_in(ursula, user="sso.user", **{"return": "http://127.0.0.1:8000/hub/login"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "http://127.0.0.1:8000/hub/login"
    token = answer.cookies["openbis"]
    assert ursula.call(AS, "getSessionInformation", token)["userName"] == "sso.user"
    assert ursula.call(AS, "login", "sso.user", "sso.user") is None


@pytest.mark.parametrize("user", ["admin", "alice", "nobody", ""])
def test_the_page_is_no_way_around_a_password(ursula: WireClient, user: str) -> None:
    answer = log_in(ursula, user=user)
    assert answer.status_code == 403
    assert "openbis" not in answer.cookies


TARGETS = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"]


@pytest.mark.parametrize("target", TARGETS)
def test_nobody_is_sent_to_a_foreign_host(ursula: WireClient, target: str) -> None:
    assert log_in(ursula, user="sso.user", **{"return": target}).headers["Location"] == "/"


def test_with_random_passwords_the_page_wants_its_code() -> None:
    with running_sandbox(random_passwords=True) as sandbox:
        client = WireClient(sandbox)
        assert log_in(client, user="sso.user").status_code == 403
        assert log_in(client, user="sso.user", code=sandbox.sso_code).status_code == 303
        client.close()
