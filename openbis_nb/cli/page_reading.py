"""``openbis-nb page list``, ``show``, ``download``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..settings import Settings
from ..web.new_file import write_stream
from ..web.publishing import page_path
from .command import command, output_folder
from .page_lines import page_id_of, page_lines, page_rows, snapshot_rows
from .references import history_id_of
from .service_access import connect_service
from .terminal import Terminal

__all__ = ["download", "list_", "show"]


@command(
    name="list",
    examples=["openbis-nb page list --mine", "openbis-nb page list --notebook NOTEBOOK --json"],
)
@click.option("--notebook", metavar="NOTEBOOK", help="Of this notebook.")
@click.option("--mine", is_flag=True, help="Published by you.")
@click.option("--text", metavar="WORDS", help="In the title.")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(1, 100_000),
    default=50,
    show_default=True,
    help="At most so many.",
)
async def list_(
    terminal: Terminal, settings: Settings, notebook: str | None, mine: bool, text: str | None, limit: int
) -> None:
    """List the pages that you may see."""
    async with connect_service(settings, terminal) as client:
        of = await history_id_of(client, notebook) if notebook else None
        found: list[dict[str, Any]] = []
        async for page in client.pages("pages", most=limit, notebook=of, mine=mine or None, q=text):
            found += page["entries"]
    terminal.result(found, page_rows(found) if found else ["No page that you may see fits."])


@command(examples=["openbis-nb page show PAGE", "openbis-nb page show PAGE --json"])
@click.argument("page")
async def show(terminal: Terminal, settings: Settings, page: str) -> None:
    """Show one page: what it shows, to whom, and its snapshots."""
    address = page_id_of(page)
    async with connect_service(settings, terminal) as client:
        found = await client.get(page_path(address))
        taken = await client.get(page_path(address, "snapshots"))
        lines = [*page_lines(found, client), *snapshot_rows(taken["entries"])]
    terminal.result({**found, "snapshots": taken["entries"]}, lines)


@command(examples=["openbis-nb page download PAGE -o reports"])
@click.argument("page")
@output_folder
async def download(terminal: Terminal, settings: Settings, page: str, folder: Path) -> None:
    """Fetch a page as an HTML file.

    The file is what is stored, byte for byte; no file is overwritten.
    """
    address = page_id_of(page)
    async with connect_service(settings, terminal) as client:
        found = await client.get(page_path(address))
        async with client.open(page_path(address, "html")) as (pieces, size):
            written = await write_stream(
                folder, found["title"], ".html", pieces, size=size, most=settings.max_notebook_size * 2
            )
    terminal.result({"id": address, "path": written}, [str(written)])
