"""Settings of the hub that would be unsafe or cannot work together: found at start, both named."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from ..errors import ConfigurationProblem

__all__ = ["check", "separates_users"]


def check(authenticator: Any, hub: Any | None) -> None:
    """Refuse what is unsafe.

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
    if not separates_users(hub.spawner_class) and not _is_loopback(hub.bind_url):
        raise ConfigurationProblem(
            f"spawner_class {hub.spawner_class.__name__} runs all servers as one user, who can read "
            f"everybody's files, and bind_url {hub.bind_url} is reachable from other machines.",
            next_step="Use a spawner that separates users, or bind to http://127.0.0.1:8000.",
        )


def separates_users(spawner_class: type) -> bool:
    """Whether people's servers are safe from each other; known of JupyterHub's simple spawner only."""
    return all(base.__name__ != "SimpleLocalProcessSpawner" for base in spawner_class.__mro__)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
