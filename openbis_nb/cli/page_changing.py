"""``openbis-nb page change``, ``snapshot``, ``stop``."""

from __future__ import annotations

from typing import Any

import click

from ..errors import Conflict, InvalidInput
from ..settings import Settings
from ..web.publishing import end_of, page_path
from .command import command
from .page_lines import page_id_of, page_lines
from .references import version_id_of
from .service_access import connect_service
from .terminal import Terminal

__all__ = ["change", "snapshot", "stop"]


@command(
    examples=[
        "openbis-nb page change PAGE --title 'Growth, November' --ends 2026-12-31",
        "openbis-nb page change PAGE --pinned --snapshot SNAPSHOT",
    ]
)
@click.argument("page")
@click.option("--title", metavar="TEXT", help="Another title.")
@click.option("--code", type=click.Choice(["hidden", "shown"]), help="Whether code is in the page.")
@click.option("--latest/--pinned", default=None, help="Follow the author's newest version, or stay.")
@click.option("--snapshot", metavar="SNAPSHOT", help="Show this one of its snapshots.")
@click.option("--ends", metavar="DATE", help="The last day of the page, or a point in time.")
@click.option("--no-end", is_flag=True, help="It does not end by itself.")
async def change(
    terminal: Terminal,
    settings: Settings,
    page: str,
    title: str | None,
    code: str | None,
    latest: bool | None,
    snapshot: str | None,
    ends: str | None,
    no_end: bool,
) -> None:
    """Change title, code, end, or what it shows.

    Nothing is done if somebody else changed the page meanwhile.
    """
    wanted: dict[str, Any] = {"title": title, "code": code, "snapshot_id": snapshot}
    wanted["follow"] = None if latest is None else "latest" if latest else "pinned"
    ends_at = end_of(ends)
    wanted["ends_at"] = ends_at.isoformat() if ends_at else None
    body = {name: value for name, value in wanted.items() if value is not None}
    if no_end:
        body["ends_at"] = None
    if not body:
        raise InvalidInput("Nothing is to be changed.", next_step="`openbis-nb page change --help`")
    address = page_path(page_id_of(page))
    async with connect_service(settings, terminal) as client:
        _, etag = await client.get_with_etag(address)
        changed = await client.change("PATCH", address, body, etag=etag)
        terminal.result(changed, page_lines(changed, client))


@command(
    examples=["openbis-nb page snapshot PAGE", "openbis-nb page snapshot PAGE --version 20261121093000123-60"]
)
@click.argument("page")
@click.option("--version", metavar="VERSION", help="Of this version; default: the newest.")
async def snapshot(terminal: Terminal, settings: Settings, page: str, version: str | None) -> None:
    """Take another snapshot, and show that.

    The earlier ones stay: `openbis-nb page change --snapshot` goes back.
    """
    address = page_id_of(page)
    async with connect_service(settings, terminal) as client:
        body = {"version": await version_id_of(client, version)} if version else {}
        await client.change("POST", page_path(address, "snapshots"), body | {"show": True})
        shown = await client.get(page_path(address))
        terminal.result(shown, page_lines(shown, client))


@command(examples=["openbis-nb page stop PAGE", "openbis-nb page stop PAGE --yes"])
@click.argument("page")
@click.option("--yes", is_flag=True, help="Do not ask.")
async def stop(terminal: Terminal, settings: Settings, page: str, yes: bool) -> None:
    """Stop a page; nobody sees it any more.

    It goes from dashboards, and its links end. The notebook stays as it is.
    """
    address = page_path(page_id_of(page))
    async with connect_service(settings, terminal) as client:
        found, etag = await client.get_with_etag(address)
        if not yes and not terminal.confirm(f"Stop {found['title']!r} for everybody?", otherwise="--yes"):
            raise Conflict("Nothing was changed.", next_step="Run it again.")
        stopped = await client.change("DELETE", address, etag=etag)
        terminal.result(stopped, [f"{stopped['title']!r} is stopped."])
