"""Settings of the hub that would be unsafe or cannot work together: found at start, both named."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import ConfigurationProblem
from . import certificates

__all__ = ["check", "in_containers", "is_loopback", "separates_users"]

#: Spawners whose servers have a network and a file system of their own.
_CONTAINERS = {"DockerSpawner", "KubeSpawner"}


def check(authenticator: Any, hub: Any | None) -> None:
    """Refuse what is unsafe or could not work.

    Args:
        authenticator: Ours.
        hub: The JupyterHub application; ``None`` where there is none (a program that only asks).

    Raises:
        ConfigurationProblem: the message names the settings.
    """
    if hub is None:
        return
    if not authenticator.enable_auth_state:
        raise ConfigurationProblem(
            "Without enable_auth_state the hub has no place for people's openBIS sessions.",
            next_step="Set c.Authenticator.enable_auth_state = True, and keep JUPYTERHUB_CRYPT_KEY.",
        )
    if not separates_users(hub.spawner_class) and not is_loopback(hub.bind_url):
        raise ConfigurationProblem(
            f"spawner_class {hub.spawner_class.__name__} runs all servers as one user, who can read "
            f"everybody's files, and bind_url {hub.bind_url} is reachable from other machines.",
            next_step="Use a spawner that separates users, or bind to http://127.0.0.1:8000.",
        )
    if in_containers(hub.spawner_class):
        _check_reachable_from_containers(hub)
    elif separates_users(hub.spawner_class):
        _check_bundle_is_readable(hub)


def separates_users(spawner_class: type) -> bool:
    """Whether people's servers are safe from each other; known of JupyterHub's simple spawner only."""
    return all(base.__name__ != "SimpleLocalProcessSpawner" for base in spawner_class.__mro__)


def in_containers(spawner_class: type) -> bool:
    """Whether people's servers run in containers, as far as we know the spawner."""
    return any(base.__name__ in _CONTAINERS for base in spawner_class.__mro__)


def is_loopback(url: str) -> bool:
    """Whether an address is reached from this machine (or this container) only."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_reachable_from_containers(hub: Any) -> None:
    spawner = hub.spawner_class.__name__
    if not (hub.hub_connect_url or hub.hub_connect_ip) and is_loopback(
        hub.hub_bind_url or f"http://{hub.hub_ip}"
    ):
        raise ConfigurationProblem(
            f"spawner_class {spawner} runs servers in containers, and hub_ip {hub.hub_ip} is reachable from "
            "this one only.",
            next_step="Set c.JupyterHub.hub_ip = '0.0.0.0', and hub_connect_ip to the hub's name there.",
        )
    services = {service["name"]: service for service in hub.config.JupyterHub.get("services", [])}
    url = services.get("openbis", {}).get("url", "")
    if url and is_loopback(url):
        raise ConfigurationProblem(
            f"spawner_class {spawner} runs servers in containers, which fetch launches from the service, and "
            f"service_url {url} is reachable from the hub's only.",
            next_step="Set service_url of configure() to http://NAME:10910, by the name of the hub there.",
        )


def _check_bundle_is_readable(hub: Any) -> None:
    """Accounts of the operating system: the CAs must not lie in the hub's private folder."""
    bundle = hub.config.Spawner.get("environment", {}).get("OPENBIS_NB_CA_BUNDLE")
    hiding = certificates.hidden_by(Path(bundle)) if isinstance(bundle, str) else None
    if hiding is not None:
        raise ConfigurationProblem(
            f"spawner_class {hub.spawner_class.__name__} runs servers under people's own accounts, and these "
            f"cannot read the CAs in {bundle}: {hiding} is closed to them.",
            next_step="Set ca_folder of configure() to a folder that everybody may enter.",
        )
