"""An address with a session that leads nowhere: a wrong setting in the ELN, a part that is down (design 6).

JupyterHub masks ``token`` where it logs a request, but not where it logs a failure, nor in an address that
stands inside another one.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests

from openbis_nb.sandbox import Sandbox

from .actors import Person, SecuredHub

LOST = (
    "/eln?token={token}&folder=a&filename=b.ipynb&test=True",
    "/hub/eln?token={token}&folder=a&filename=b.ipynb&test=True",
    "/services/eln?token={token}&folder=a&filename=b.ipynb&test=True",
    "/services/openbis2/eln?token={token}&folder=a&filename=b.ipynb&test=True",
    "/services/openbis/eln/?token={token}&folder=a&filename=b.ipynb&test=True",
    "/services/openbis//eln?token={token}&folder=a&filename=b.ipynb&test=True",
    "/services/openbis/ELN?token={token}",
    "/services/openbis?token={token}",
    "/services/openbis/api/v1/launches?token={token}",
    "/hub/login/?token={token}&next=/user/alice/lab",
    "/hub//login?token={token}",
    "/hub/login/login?token={token}",
    "/hub/home?token={token}",
    "/hub/logout?token={token}",
    "/hub/spawn?token={token}",
    "/hub/api/user?token={token}",
    "/hub/user-redirect/lab?token={token}",
    "/hub/openbis/confirm?token={token}",
    "/hub/openbis/handover?token={token}",
    "/hub/openbis/account?token={token}",
    "/hub/error/503?url=%2Fservices%2Fopenbis%2Feln%3Ftoken%3D{token}",
    "/user/alice/lab?token={token}",
    "/user/bob/notebooks/a.ipynb?token={token}",
    "/user/alice/openbis/launch/abcdefgh?token={token}",
    "/?token={token}",
)


#: Of a link for the world, which the proxy hands to the hub while the service is down.
KEY = f"nbp_{'k' * 43}"


@pytest.fixture(scope="module")
def somebody(secured: SecuredHub) -> Person:
    """Is logged out by one of these."""
    return Person(secured, "ursula")


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT"])
@pytest.mark.parametrize("path", LOST)
def test_no_log_holds_it(
    secured: SecuredHub, alice: Person, somebody: Person, security_sandbox: Sandbox, path: str, method: str
) -> None:
    """O-65: for somebody who is logged in, and for somebody who is not; alice's server is up."""
    assert alice.base == "/user/alice/"
    token = security_sandbox.token("Eve.O-Neill")
    for session in (requests.Session(), somebody.browser.session):
        session.request(
            method,
            secured.url + path.replace("{token}", quote(token)),
            headers={"Origin": secured.sandbox.url, "Sec-Fetch-Mode": "cors"},
            data="TEST",
            allow_redirects=False,
            timeout=60,
        )
    logs = [secured.log, *(file.read_text(errors="replace") for file in secured.logs.iterdir())]
    assert [line for log in logs for line in log.splitlines() if token[-32:] in line] == []


@pytest.mark.parametrize("path", [f"services/openbis/public/{KEY}", f"services/openbis/public/{KEY}/embed"])
def test_the_hub_s_log_has_no_link_for_the_world(secured: SecuredHub, path: str) -> None:
    """The address of what failed, as the proxy asks the hub for a page about it."""
    address = f"{secured.url}/hub/error/503?url=%2F{quote(path, safe='')}"
    assert requests.get(address, timeout=30).status_code in (200, 503)
    assert KEY not in secured.log
