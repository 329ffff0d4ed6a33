"""A real JupyterHub with the npm proxy, the shipped configuration, and a real sandbox; one for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox

from .running import Browser, Hub

SERVICE_TOKEN = "a-token-of-some-other-service"
#: Everything is logged, and a dead session is noticed at once.
FOR_TESTS = f"""
c.JupyterHub.log_level = 10
c.ConfigurableHTTPProxy.debug = True
c.Authenticator.auth_refresh_age = 1
c.OpenBISAuthenticator.instance_admins_are_admins = True
c.OpenBISAuthenticator.blocked_openbis_users = {{"olga"}}
c.JupyterHub.services.append({{"name": "other", "api_token": "{SERVICE_TOKEN}"}})
"""


@pytest.fixture(scope="session")
def hub_sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def hub(hub_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    running = Hub(tmp_path_factory.mktemp("hub"), hub_sandbox, FOR_TESTS)
    try:
        yield running.wait_until_ready()
    finally:
        running.stop()


@pytest.fixture
def browser(hub: Hub) -> Browser:
    return hub.browser()
