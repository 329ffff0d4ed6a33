"""Deployments that are unsafe or could not work are refused at start (design D14, section 6)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from traitlets.config import Config

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.hub import deployment

AUTHENTICATOR = SimpleNamespace(enable_auth_state=True)


class DockerSpawner(LocalProcessSpawner):
    """By its name one that runs servers in containers."""


def a_hub(spawner: type, *, bundle: str = "", service: str = "", **settings: Any) -> SimpleNamespace:
    config = Config({"Spawner": {"environment": {"OPENBIS_NB_CA_BUNDLE": bundle} if bundle else {}}})
    if service:
        config.JupyterHub.services = [{"name": "openbis", "url": service}]
    usual = {"hub_ip": "127.0.0.1", "hub_bind_url": "", "hub_connect_ip": "", "hub_connect_url": ""}
    return SimpleNamespace(
        spawner_class=spawner, config=config, **(usual | {"bind_url": "http://:8000"} | settings)
    )


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "hub_ip 127.0.0.1"),
        ({"hub_bind_url": "http://localhost:8081"}, "hub_ip"),
        ({"hub_ip": "0.0.0.0", "service": "http://127.0.0.1:10910"}, "service_url http://127.0.0.1:10910"),
    ],
)
def test_containers_must_reach_hub_and_service(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationProblem, match=f"spawner_class DockerSpawner .* {named}"):
        deployment.check(AUTHENTICATOR, a_hub(DockerSpawner, **settings))


@pytest.mark.parametrize(
    "settings",
    [
        {"hub_ip": "0.0.0.0", "service": "http://hub:10910"},
        {"hub_connect_ip": "hub"},
        {"hub_connect_url": "http://hub:8081"},
        {"hub_bind_url": "http://:8081"},
    ],
)
def test_containers_that_do_are_fine(settings: dict[str, Any]) -> None:
    deployment.check(AUTHENTICATOR, a_hub(DockerSpawner, **settings))


def test_accounts_must_be_able_to_read_the_cas(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    closed = str(tmp_path / "data" / "ca-bundle.pem")
    with pytest.raises(ConfigurationProblem, match=r"spawner_class LocalProcessSpawner .*ca-bundle\.pem"):
        deployment.check(AUTHENTICATOR, a_hub(LocalProcessSpawner, bundle=closed))
    deployment.check(AUTHENTICATOR, a_hub(LocalProcessSpawner, bundle="/usr/share/ca-bundle.pem"))
    deployment.check(
        AUTHENTICATOR, a_hub(SimpleLocalProcessSpawner, bundle=closed, bind_url="http://127.0.0.1:8000")
    )
