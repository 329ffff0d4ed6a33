"""What all requests share: settings, the hub, openBIS' connections, browsers, launches."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import Request

from .. import assemble
from ..models import DataSetType
from ..openbis.cache import Cache
from ..openbis.client import OpenBIS, Renew
from ..openbis.creation import Patience
from ..openbis.health import public_information
from ..openbis.secrets import Secret
from ..settings import Settings
from ..workflows.evidence import EvidenceBook
from ..workflows.ledger import Ledger
from ..workflows.outbox import Outbox
from ..workflows.workplace import Limits, Workplace
from .browser_sessions import BrowserSessions
from .callers import Callers
from .database import Database
from .hub_api import HubApi
from .idempotency import Once
from .imports.keeper import Imports
from .kept_templates import KeptTemplates
from .keys import Keys
from .launches.keeper import Launches
from .launches.tables import metadata
from .library.catalogue import Catalogue
from .library.links import Links
from .library.observer import Observer
from .library.renderings import Renderings
from .measured import MeasuredTransport
from .metrics import Metrics
from .place import Place
from .publishing.dashboards.boards import Boards
from .publishing.dashboards.keeper import Dashboards
from .publishing.dashboards.presenting import Presenting
from .publishing.dashboards.published import PublishedPages
from .publishing.links import PublicLinks
from .publishing.publications import Publications
from .rate_buckets import RateLimits
from .remembered import Remembered
from .settings import ServiceSettings

__all__ = ["Service", "metadata", "own_file", "service_of"]

#: Calls of openBIS at the same time.
_CONNECTIONS = 64
#: Seconds for which definitions of types are kept: a lab's admin changes them now and then.
_TYPES_REMEMBERED = 300.0
#: Seconds for which an answer about the health of everything is kept.
_HEALTH_REMEMBERED = 5.0


class Service:
    """The service as it runs; made before the first request, closed after the last.

    Args:
        place: Where it stands.
        settings: Its own settings.
        core: The settings of all of openbis-nb: address of openBIS, CA, templates.

    Raises:
        ConfigurationProblem: no address of openBIS, or one that may not be spoken to.
    """

    def __init__(self, place: Place, settings: ServiceSettings, core: Settings) -> None:
        self.place, self.settings, self.core = place, settings, core
        self.metrics = Metrics()
        self.hub = HubApi(place, settings.hub_timeout, self.metrics.hub.observe)
        self.callers = Callers(self.hub, place)
        self.keys, self.links = Keys(), Links(place.prefix, core.link_url)
        self.rate_limits = RateLimits(settings.reads_per_minute, settings.writes_per_minute)
        self.browsers = BrowserSessions()
        self.templates = KeptTemplates(core.template_dirs)
        self.stopping = asyncio.Event()
        core = replace(core, request_timeout=min(core.request_timeout, settings.openbis_timeout))
        self._server = replace(assemble.server(core), parallel=_CONNECTIONS)
        self._types: dict[str, DataSetType] = {}
        self._types_until = 0.0
        self._connections = MeasuredTransport(self._server, self.metrics.openbis.observe)
        self.database = Database(settings.database_url or own_file(core), metadata, settings.database_timeout)
        self._scratch = Path(tempfile.mkdtemp(prefix="openbis-nb-service-"))
        self._workplace = self._scratch_workplace()
        self.health: Remembered[str, dict[str, Any]] = Remembered(_HEALTH_REMEMBERED)
        self.once = Once(self.database)
        self.catalogue = Catalogue(self.database, core.data_set_type, settings.confirmed_for)
        if settings.observer_token_file is not None:
            self.catalogue.keep_complete(Observer(settings.observer_token_file, self.openbis))
        self.renderings = Renderings(core.state_dir / "renderings", settings.rendering_cache, core.url)
        self.dashboards = Dashboards(self.database, PublishedPages(self), settings.confirmed_for)
        self.public_links = PublicLinks(self.database, settings)
        self.launches = Launches(self.database, settings, self.metrics)
        self.imports = Imports(self.database, self.launches, settings)
        self.publications = Publications(self)
        self.publications.boards = Boards(self.dashboards, Presenting(self.links))
        self.publications.links = self.public_links
        self.publications.start()
        self._sweeping = asyncio.create_task(self.launches.sweep())

    async def close(self) -> None:
        """Stop what is in progress, close all connections, and remove the scratch folder."""
        self._sweeping.cancel()
        await self.launches.close()
        await self.publications.close()
        await self.catalogue.close()
        await self.renderings.close()
        await self.database.close()
        await self._connections.close()
        await self.hub.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def openbis(self, token: Secret | None, renew: Renew | None = None) -> OpenBIS:
        """openBIS with one person's session; nobody needs to close it.

        Args:
            token: The session.
            renew: Gives another one when this one is over.
        """
        if time.monotonic() >= self._types_until:
            self._types, self._types_until = {}, time.monotonic() + _TYPES_REMEMBERED
        return OpenBIS(self._server, token, transport=self._connections, renew=renew, types=self._types)

    async def openbis_is_up(self) -> None:
        """Raises:
        OpenBISFailure: openBIS does not answer.
        """
        await public_information(self.openbis(None))

    def workplace(self, client: OpenBIS) -> Workplace:
        """A workplace for what makes notebooks; it keeps nothing."""
        return replace(self._workplace, client=client)

    def _scratch_workplace(self) -> Workplace:
        state = self._scratch / "state.sqlite3"
        return Workplace(
            client=self.openbis(None),
            cache=Cache(self._scratch / "cache", server=self._server.host, person="nobody", limit=0),
            outbox=Outbox(self._scratch / "outbox"),
            ledger=Ledger(state),
            evidence=EvidenceBook(state),
            templates=self.templates,
            limits=Limits(auto_inputs=self.core.auto_inputs_limit, max_notebook=self.core.max_notebook_size),
            patience=Patience().within(self.settings.lost_answer),
            data_set_type=self.core.data_set_type,
            link_url=self.core.link_url,
        )


def own_file(core: Settings) -> str:
    """The address of the database where nobody names one."""
    core.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return f"sqlite:///{core.state_dir / 'service.sqlite'}"


def service_of(request: Request) -> Service:
    """The service that answers *request*."""
    service: Service = request.app.state.service
    return service
