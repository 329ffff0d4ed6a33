"""The library's service as a command reaches it, from settings, the hub and the stored session."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ..at_hub.hub import Hub
from ..errors import ConfigurationProblem
from ..openbis.connection import Server
from ..openbis.secrets import Secret
from ..settings import Settings
from ..web.access import Access, HubToken, OpenBISLogIn
from ..web.service_client import ServiceClient
from .connection import connect
from .terminal import Terminal

__all__ = ["connect_service", "service_address"]

#: Below the address of a hub, unless its admin chose another name for the service.
_USUAL_PATH = "/services/openbis/"


@asynccontextmanager
async def connect_service(settings: Settings, terminal: Terminal) -> AsyncIterator[ServiceClient]:
    """A client of the service, logged in.

    In a person's server at a hub its own token is used; elsewhere a token file, if there is one, else the
    openBIS session that ``login`` stored.

    Raises:
        ConfigurationProblem: nobody says where the service is, or it would be reached in the clear.
        NotLoggedIn: there is no session to log in with.
    """
    hub = Hub.from_environment(os.environ)
    url = service_address(settings, hub)
    at_own_hub = hub is not None and url == hub.service_api
    if not at_own_hub:
        parts = urlsplit(url)
        Server(f"{parts.scheme}://{parts.netloc}", allow_http=settings.allow_http)  # refuses http:// abroad
    access = Access(
        url=url,
        who=await _who(settings, hub if at_own_hub else None),
        ca_bundle=settings.ca_bundle,
        silence=settings.request_timeout,
        public_url=hub.public_url if hub is not None and at_own_hub else "",
    )
    async with ServiceClient(access, terminal.note) as client:
        yield client


def service_address(settings: Settings, hub: Hub | None) -> str:
    """Where the service is, with a slash at its end: as set, else that of the *hub*, else at ``hub_url``.

    Raises:
        ConfigurationProblem: nobody says.
    """
    if settings.service_url:
        return settings.service_url
    if hub is not None and hub.service_api:
        return hub.service_api
    if settings.hub_url:
        return settings.hub_url + _USUAL_PATH
    raise ConfigurationProblem(
        "No address of the library is set.",
        next_step="Set OPENBIS_NB_SERVICE_URL to the address of the launcher page, "
        "e.g. https://hub.example.org/services/openbis/",
    )


async def _who(settings: Settings, hub: Hub | None) -> HubToken | OpenBISLogIn:
    if hub is not None:
        return HubToken(hub.token)
    if settings.service_token_file is not None:
        return HubToken(_token_in(settings.service_token_file))
    async with connect(settings) as openbis:
        person = await openbis.whoami()
        return OpenBISLogIn(person.user_id, openbis.token)


def _token_in(path: Path) -> Secret:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationProblem(
            f"The token file {path} cannot be read.",
            next_step="Set OPENBIS_NB_SERVICE_TOKEN_FILE to a file that holds just a token of the hub.",
        ) from error
    if not text or not text.isprintable() or " " in text:
        raise ConfigurationProblem(f"The file {path} does not hold a token.")
    return Secret(text)
