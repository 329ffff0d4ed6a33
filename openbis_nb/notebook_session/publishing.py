"""Publishing from a cell: the notebook is saved first, and the saved version becomes a page (D-06, D-07)."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from typing import Any, Literal

from ..at_hub.hub import Hub
from ..notebooks.stored_form import SAVE_OUTPUT
from ..openbis.blocking import Relay
from ..web import publishing
from ..web.access import Access
from ..web.at_own_hub import service_at
from ..web.publishing import Wish
from ..web.service_client import ServiceClient
from ..workflows.save_result import SaveResult
from ..workflows.workplace import Workplace
from .display import Display
from .live import LiveOpenBIS

__all__ = ["Published", "publish_version", "service_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The outcome of ``nb.publish()``.

    ``state``: ``planned`` (saved, and nothing is published before it is confirmed); ``published``; ``there
    already`` (a page shows just this: it now shows this version); or ``deferred`` (openBIS does not have the
    version yet; ``told`` names the command that publishes it then). ``link`` leads to the page, where its
    address is known; ``told`` is what is seen, and by whom.
    """

    state: Literal["planned", "published", "there already", "deferred"]
    title: str
    page_id: str = ""
    version: str = ""
    link: str = ""
    told: tuple[str, ...] = ()

    def _ipython_display_(self) -> None:
        """Nothing: ``nb.publish()`` has shown its card."""


def service_of(live: LiveOpenBIS) -> Access:
    """The service of this kernel's hub.

    Raises:
        ConfigurationProblem: there is none; said before anything is saved.
    """
    settings = live.settings
    return service_at(
        Hub.from_environment(os.environ), ca_bundle=settings.ca_bundle, silence=settings.request_timeout
    )


def publish_version(
    live: LiveOpenBIS, access: Access, saved: SaveResult, wish: Wish, notebook_id: str, *, confirm: bool
) -> Published:
    """Publish what was just saved; a page that shows it already is brought to it.

    Args:
        live: openBIS.
        access: From :func:`service_of`.
        saved: The version.
        wish: How.
        notebook_id: Of which notebook it is; empty where nobody knows yet.
        confirm: The person knows what a new page shows and to whom; else they are told, and none is made.

    Raises:
        Forbidden: the person may not publish it.
        OpenbisNbError: as the service says.
    """
    version = saved.perm_id
    if version is None:
        return Published(state="deferred", title=saved.name, told=(_afterwards(notebook_id, wish),))

    async def work(_: Workplace) -> Published:
        async with ServiceClient(access) as client:
            relay("looking at what will be seen, and by whom")
            planned = await publishing.plan(client, version, wish)
            publishing.check_allowed(planned)
            board = publishing.chosen_board(wish.dashboard, planned)
            there = await publishing.live_page(client, planned, version, wish, board)
            if there is not None:
                return _published(access, "there already", there, planned, wish)
            told = tuple(publishing.plan_lines(planned, wish))
            if not confirm:
                return Published(state="planned", title=planned["title"], version=version, told=told)
            relay("making the page")
            page = await publishing.publish(client, version, wish, board)
            return _published(access, "published", page, planned, wish)

    with Display(metadata=SAVE_OUTPUT) as display:
        relay = Relay(display.text)
        return live.run(work, relay=relay)


def _published(
    access: Access, state: Literal["published", "there already"], page: Any, planned: Any, wish: Wish
) -> Published:
    link = access.link(page["link"])
    return Published(
        state=state,
        title=page["title"],
        page_id=page["id"],
        version=page["version"]["perm_id"],
        # JupyterLab takes a mere path for that of a file.
        link=link if link.startswith(("http://", "https://")) else "",
        told=tuple(publishing.plan_lines(planned, wish)),
    )


def _afterwards(notebook_id: str, wish: Wish) -> str:
    words = ["openbis-nb", "publish", notebook_id or "NOTEBOOK", "--code", wish.code]
    words += ["--title", wish.title] if wish.title else []
    words += ["--pinned"] if wish.follow == "pinned" else []
    words += ["--dashboard", wish.dashboard] if wish.dashboard else []
    words += ["--ends", wish.ends_at.isoformat()] if wish.ends_at is not None else []
    return f"When openBIS has the version, run: {shlex.join(words)}"
