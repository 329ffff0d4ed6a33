"""The service ``openbis`` of the hub: how the hub starts it, and what it may do.

It acts for people with the tokens that they bring, by OAuth or in a header, and has no role of its own
(design D3): no ``access:servers``, no ``admin:auth_state``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from .session_api import SCOPE

__all__ = ["ACCESS", "NAME", "register"]

NAME = "openbis"
#: Whoever holds it may use the service: people, and their own servers, which fetch launches.
ACCESS = f"access:services!service={NAME}"

#: What a browser's OAuth token may do here, always of the person themselves.
_FOR_PEOPLE = [
    ACCESS,
    SCOPE,  # the openBIS session
    "read:users:name!user",
    "read:users:groups!user",  # JupyterHub asks for it to show who somebody is
    "read:servers!user",  # is the server up, and how far is its start?
    "servers!user",  # start it
]


def register(
    c: Any,
    *,
    url: str,
    environment: Mapping[str, str],
    database: str,
    published: str = "",
    token: str = "",
    user: str = "",
    extend: Any,
) -> None:
    """Add the service to the hub, which starts and stops it, unless it has a *token* from elsewhere.

    Args:
        c: The configuration object of JupyterHub.
        url: Where the service listens: ``http://host:port``.
        environment: Where openBIS is, and which certificates hold. All ``OPENBIS_NB_…`` of the hub's own
            environment are handed on, but for ``OPENBIS_NB_HUB_…``.
        token: Of a service that something else starts, with this token and an environment of its own.
        user: Account under which the hub starts the service, where the hub itself is root.
        database: SQLAlchemy URL, unless ``OPENBIS_NB_SERVICE_DATABASE_URL`` names another one.
        published: Folder of published pages, unless ``OPENBIS_NB_SERVICE_PUBLISHED_DIR`` names another one.
        extend: Adds items to a list of the configuration.
    """
    given = {name: value for name, value in os.environ.items() if name.startswith("OPENBIS_NB_")}
    # The hub's own may hold the password of its database, by which roles could be given.
    given = {name: value for name, value in given.items() if not name.startswith("OPENBIS_NB_HUB_")}
    kept = {"OPENBIS_NB_SERVICE_DATABASE_URL": database, "OPENBIS_NB_SERVICE_PUBLISHED_DIR": published}
    kept = {name: value for name, value in kept.items() if value}
    by_hub = {
        "command": [sys.executable, "-m", "openbis_nb.service"],
        "environment": {**kept, **given, **environment},
        **({"user": user} if user else {}),
    }
    service = {
        "name": NAME,
        "url": url,
        **({"api_token": token} if token else by_hub),
        "oauth_client_allowed_scopes": _FOR_PEOPLE,
        "oauth_no_confirm": True,
        "display": False,
    }
    extend(c.JupyterHub, "services", [service])
