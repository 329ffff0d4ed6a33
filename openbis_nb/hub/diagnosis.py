"""``GET /hub/api/openbis/diagnosis``: how this hub is set up, for ``openbis-nb doctor --hub`` (U-36).

Facts only; the doctor judges them. For admins (scope ``read:hub``), and without any secret: of keys their
number, of databases their kind.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupyterhub
from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.crypto import CryptKeeper
from jupyterhub.scopes import get_scopes_for, needs_scope
from tornado import web

from .. import __version__
from ..errors import OpenbisNbError, OpenBISRefused
from ..openbis.client import OpenBIS
from ..openbis.health import public_information
from . import deployment

if TYPE_CHECKING:
    from .keeper import OpenBISKeeper

__all__ = ["Diagnosis", "handlers"]

#: Of the environment of people's servers: where openBIS is and whom to trust. No other variable is shown.
_SHOWN = ("OPENBIS_", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO")


class Diagnosis(APIHandler):
    """The facts, as JSON."""

    authenticator: OpenBISKeeper

    @needs_scope("read:hub")  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """What an admin of the hub can see of it, and whether it reaches openBIS now."""
        app: Any = self.authenticator.parent
        self.set_header("Cache-Control", "no-store")
        self.finish(
            {
                "versions": {
                    "openbis-nb": __version__,
                    "jupyterhub": jupyterhub.__version__,
                    "python": platform.python_version(),
                },
                "time": datetime.now(UTC).isoformat(),
                "is_root": os.geteuid() == 0,
                "database": app.db_url.partition(":")[0].partition("+")[0],
                "bind_url": app.bind_url,
                "public_url": app.public_url or "",
                "base_url": app.base_url,
                "crypt_keys": len(CryptKeeper.instance().keys),
                "auth_state": bool(self.authenticator.enable_auth_state),
                "spawner": _spawner(app.spawner_class),
                "roles": {name: _role(self.db, name) for name in ("user", "server")},
                "services": [_service(service) for service in self.services.values()],
                "people": _shown(app.config.Spawner.get("environment", {})),
                "origins": sorted(self.authenticator.origins),
                "openbis": await _openbis(self.authenticator),
            }
        )


def _spawner(spawner: type) -> dict[str, Any]:
    return {
        "class": spawner.__name__,
        "separates_users": deployment.separates_users(spawner),
        "in_containers": deployment.in_containers(spawner),
    }


def _role(db: Any, name: str) -> list[str]:
    role = orm.Role.find(db, name)
    return sorted(role.scopes) if role else []


def _service(service: Any) -> dict[str, Any]:
    facts = {
        "name": service.name,
        "url": service.url or "",
        "started_by_hub": bool(service.command),
        "user": service.user or "",
        "scopes": sorted(get_scopes_for(service.orm)),
    }
    if "jupyterhub_idle_culler" in service.command:
        options = dict(part.lstrip("-").split("=", 1) for part in service.command if part.count("=") == 1)
        facts["culler"] = {"timeout": options.get("timeout", ""), "max_age": options.get("max-age", "")}
    return facts


def _shown(environment: Mapping[str, Any]) -> dict[str, str]:
    """What is the same for everybody; what is made for each server is not known before."""
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(_SHOWN) and isinstance(value, str)
    }


def _known(keeper: OpenBISKeeper) -> dict[str, Any]:
    return {
        "url": keeper.server.url,
        "public_url": keeper.public_url,
        "ca_bundle": keeper.ca_bundle,
        "ca_bundle_is_there": bool(keeper.ca_bundle) and Path(keeper.ca_bundle).is_file(),
    }


async def _openbis(keeper: OpenBISKeeper) -> dict[str, Any]:
    facts = _known(keeper)
    async with OpenBIS(keeper.server) as client:
        try:
            await public_information(client)
        except OpenBISRefused:  # an old server that lacks the method has answered all the same
            pass
        except OpenbisNbError as error:
            return facts | {"reason": error.message, "next_step": error.next_step}
        return facts | {"reason": "", "seconds_ahead": _seconds_ahead(client.transport.stats.date)}


def _seconds_ahead(date: str) -> float | None:
    """How far openBIS' clock is before this one's, to a second."""
    try:
        return round((parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):  # it sent no date, or one without a zone
        return None


handlers: list[tuple[str, type[web.RequestHandler]]] = [(r"/api/openbis/diagnosis", Diagnosis)]
