"""``openbis-nb service``: what an admin of the hub does with the service's own data."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..errors import MissingExtra
from ..settings import Settings
from .command import command
from .terminal import Terminal

__all__ = ["service"]

_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def service() -> None:
    """Take published pages along, for admins of a hub.

    Run these where the service runs, as its account and with its environment: OPENBIS_URL and
    OPENBIS_NB_SERVICE_DATABASE_URL say what is exported.
    """


@command(group=service, name="export-pages", examples=["openbis-nb service export-pages pages.zip"])
@_FILE
async def export_pages(terminal: Terminal, settings: Settings, file: Path) -> None:
    """Write all published pages into one archive.

    With their bytes, dashboards, links and audit; openBIS knows nothing of these. FILE must not be there yet;
    only its owner may read it.
    """
    await _transfer(terminal, settings, file, out=True)


@command(group=service, name="import-pages", examples=["openbis-nb service import-pages pages.zip"])
@_FILE
async def import_pages(terminal: Terminal, settings: Settings, file: Path) -> None:
    """Take in what an archive holds and is not there yet.

    It can be repeated: what is there stays as it is. Pages show themselves only to people whom openBIS shows
    their version.
    """
    await _transfer(terminal, settings, file, out=False)


async def _transfer(terminal: Terminal, settings: Settings, file: Path, *, out: bool) -> None:
    try:
        from ..service.publishing import transfer
        from ..service.publishing.opening import opened
    except ImportError as error:
        raise MissingExtra("The service", "service") from error
    async with opened(os.environ, settings) as (database, blobs):
        work = transfer.export_pages if out else transfer.import_pages
        done = await work(database, blobs, settings.url, file)
    verb, skipped = ("Exported", "lost their bytes") if out else ("Imported", "were there already")
    pages = done.rows.get("nb_page", 0)
    line = f"{verb} {pages} pages with {done.files} files; {sum(done.rows.values())} rows in all."
    more = [f"{done.left_out} rows {skipped}, and are not among them."] if done.left_out else []
    document = {"file": file, "rows": dict(done.rows), "files": done.files, "left_out": done.left_out}
    terminal.result(document, [line, *more])
