"""``openbis-nb publish``: saved versions as pages (D-06, D-07)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ..errors import Conflict, NotSavedYet
from ..settings import Settings
from ..web import publishing
from ..web.publishing import Wish
from ..web.service_client import ServiceClient
from ..workflows.save import save as save_version
from ..workflows.save_request import SaveRequest
from .command import command
from .connection import open_workplace
from .page_lines import page_lines
from .progress import saying
from .references import version_id_of
from .save import is_open_here
from .service_access import connect_service
from .terminal import Terminal

__all__ = ["publish"]


@command(
    examples=[
        "openbis-nb publish 'Growth curves.ipynb' --dashboard 'Group meeting'",
        "openbis-nb publish alice:2026112109300012360 --code shown --ends 2026-12-31",
        "openbis-nb publish 20261121093000123-60 --pinned --yes --json",
    ]
)
@click.argument("notebooks", nargs=-1, required=True, metavar="NOTEBOOK...")
@click.option("--pinned", is_flag=True, help="Stay at this version; default: follow the author's newest.")
@click.option(
    "--code",
    type=click.Choice(["hidden", "shown"]),
    default="hidden",
    show_default=True,
    help="Whether code is in the page.",
)
@click.option("--title", metavar="TEXT", default="", help="Of the page; default: the notebook's name.")
@click.option("--ends", metavar="DATE", help="The last day of the page, or a point in time; default: never.")
@click.option(
    "--dashboard",
    metavar="TITLE",
    default="",
    help="Put it on this dashboard; a new title makes one.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
async def publish(
    terminal: Terminal,
    settings: Settings,
    notebooks: Sequence[str],
    pinned: bool,
    code: publishing.Code,
    title: str,
    ends: str | None,
    dashboard: str,
    yes: bool,
) -> None:
    """Make notebooks pages for people who do not code.

    NOTEBOOK is a notebook file, which is saved first if it has changed, or what `openbis-nb library` takes: a
    notebook id, a fid, the permId of a version, or the link of a page. What will be seen, and by whom, is
    said before anything is published.
    """
    follow: publishing.Follow = "pinned" if pinned else "latest"
    wish = Wish(follow=follow, code=code, title=title, ends_at=publishing.end_of(ends), dashboard=dashboard)
    made = []
    async with connect_service(settings, terminal) as client:
        for text in notebooks:
            version = await _version_of(terminal, settings, client, text)
            made.append(await _published(terminal, client, version, wish, asks=not yes))
        lines = [line for page in made for line in page_lines(page, client)]
    terminal.result(made[0] if len(made) == 1 else made, lines)


async def _published(
    terminal: Terminal, client: ServiceClient, version: str, wish: Wish, *, asks: bool
) -> publishing.Document:
    planned = await publishing.plan(client, version, wish)
    for line in publishing.plan_lines(planned, wish):
        terminal.note(line)
    publishing.check_allowed(planned)
    if asks and not terminal.confirm("Publish it?", otherwise="--yes"):
        raise Conflict("Nothing was published.", next_step="Run it again.")
    board = publishing.chosen_board(wish.dashboard, planned)
    return await publishing.publish(client, version, wish, board)


async def _version_of(terminal: Terminal, settings: Settings, client: ServiceClient, text: str) -> str:
    """The version that *text* names; a file is saved if it has changed.

    Raises:
        NotSavedYet: openBIS could not take it now.
    """
    path = Path(text)
    if path.suffix != ".ipynb":
        return await version_id_of(client, text)
    async with open_workplace(settings, terminal) as workplace:
        request = SaveRequest(path=path, write_back=not is_open_here(path))
        with saying("Saving") as say:
            saved = await save_version(workplace, request, say=say)
    if saved.perm_id is None:
        raise NotSavedYet(
            f"{path.name} waits in the outbox: openBIS does not have it yet.",
            next_step="Send it with `openbis-nb outbox send`, and publish it then.",
        )
    if saved.state == "saved":
        terminal.note(f"{path.name} was saved first, as {saved.perm_id}.")
    return saved.perm_id
