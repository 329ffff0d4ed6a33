"""One real hub with service, proxy and people's servers for the folder; everything is logged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from openbis_nb.identifiers import hub_user_name
from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.hub.running import ROOT

from .actors import Person, SecuredHub

#: Has the role that the threat model shows for people who look after servers.
OPERATOR = "Eve.O-Neill"

#: The shipped configuration, and nothing that would change what it grants.
FOR_TESTS = """
c.JupyterHub.log_level = 10
c.ConfigurableHTTPProxy.debug = True
c.JupyterHub.services.append({"name": "other", "api_token": "a-token-of-some-other-service"})
"""


def operators_role() -> str:
    """As docs/explanation/threat-model.md shows it, for our operator."""
    page = (ROOT / "docs" / "explanation" / "threat-model.md").read_text(encoding="utf-8")
    return page.split("```python\n")[1].split("```")[0].replace("ada", hub_user_name(OPERATOR))


@pytest.fixture(scope="session")
def security_sandbox() -> Iterator[Sandbox]:
    """By http, as the hub is: on the way from https to http a browser does not say where it comes from."""
    with running_sandbox(http=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def secured(security_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredHub]:
    hub = SecuredHub(tmp_path_factory.mktemp("secured"), security_sandbox, FOR_TESTS + operators_role())
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


@pytest.fixture(scope="session")
def alice(secured: SecuredHub) -> Person:
    """Logged in, and her server is up."""
    return Person(secured, "alice").with_server()


@pytest.fixture(scope="session")
def bob(secured: SecuredHub) -> Person:
    """Logged in, and his server is up. He shares no space of openBIS with alice."""
    return Person(secured, "bob").with_server()
