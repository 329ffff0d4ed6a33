"""``openbis-nb library list``, ``show``, ``versions``, ``compare``, ``download``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..openbis.files import Progress
from ..settings import Settings
from ..web.new_file import write_stream
from ..web.service_client import ServiceClient
from .command import command, output_folder
from .library_lines import comparison_lines, notebook_lines, notebook_rows, version_rows
from .progress import transferring
from .references import history_id_of, notebook_id_of, path, version_id_of
from .service_access import connect_service
from .terminal import Terminal

__all__ = ["compare", "download", "list_", "show", "versions"]

_most = click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(1, 100_000),
    default=50,
    show_default=True,
    help="At most so many.",
)
_day = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@command(
    name="list",
    examples=[
        "openbis-nb library list",
        "openbis-nb library list --project /BIOLAB/GROWTH --text 'growth' --sort name",
        "openbis-nb library list --author alice --since 2026-11-01 --newer-data --json",
    ],
)
@click.option("--space", metavar="CODE", help="Of one space.")
@click.option("--project", metavar="IDENTIFIER", help="Of one project.")
@click.option("--experiment", metavar="PERMID", help="Stored in one experiment.")
@click.option("--object", metavar="PERMID", help="Stored in one object.")
@click.option("--text", metavar="WORDS", help="In name, description or id.")
@click.option("--author", "authors", metavar="USER", multiple=True, help="By this person; repeatable.")
@click.option("--template", metavar="SLUG", help="Made from this template.")
@click.option("--data-set", metavar="PERMID", help="With this data set as an input.")
@click.option("--since", type=_day, metavar="DATE", help="Saved at or after this time (UTC).")
@click.option("--until", type=_day, metavar="DATE", help="Saved before this time (UTC).")
@click.option("--newer-data/--no-newer-data", default=None, help="Whether an input has a newer version.")
@click.option(
    "--sort",
    type=click.Choice(["updateTime", "creationTime", "name", "owner", "size"]),
    default="updateTime",
    show_default=True,
    help="By what.",
)
@click.option(
    "--ascending/--descending", default=None, help="Default: newest and largest first, names from A."
)
@_most
async def list_(
    terminal: Terminal,
    settings: Settings,
    authors: Sequence[str],
    project: str | None,
    data_set: str | None,
    since: datetime | None,
    until: datetime | None,
    newer_data: bool | None,
    sort: str,
    ascending: bool | None,
    limit: int,
    **filters: str | None,
) -> None:
    """List and search notebooks."""
    up = sort in ("name", "owner") if ascending is None else ascending
    query = filters | {
        "projectIdentifier": project,
        "owner": list(authors),
        "dataSet": data_set,
        "minCreationTime": _utc(since),
        "maxCreationTime": _utc(until),
        "newerData": newer_data,
        "sortBy": sort,
        "sortDirection": "ascending" if up else "descending",
    }
    async with connect_service(settings, terminal) as client:
        found = await _all(client, "notebooks", limit, query)
    if found.get("note"):
        terminal.note(found["note"])
    lines = notebook_rows(found["entries"]) if found["entries"] else ["No notebook that you may see fits."]
    terminal.result(found, [*lines, *_shown(found)])


def _utc(given: datetime | None) -> str | None:
    return given.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z") if given else None


async def _all(client: ServiceClient, name: str, most: int, query: Mapping[str, Any]) -> dict[str, Any]:
    """The first page of a list with the entries of all of them, and the cursor of the last."""
    whole: dict[str, Any] = {}
    async for page in client.pages(name, most=most, **query):
        entries = [*whole.get("entries", ()), *page["entries"]]
        whole = {**page, **whole, "entries": entries, "cursor": page.get("cursor")}
    return whole


def _shown(found: Mapping[str, Any]) -> list[str]:
    matching, shown = found["matchingItemCount"], len(found["entries"])
    if matching is None:
        return [f"{shown} shown; there may be more: --limit."] if found["cursor"] else []
    return [f"{shown} of {matching} shown."] if matching > shown else []


@command(
    examples=["openbis-nb library show alice:2026112109300012360", "openbis-nb library show NOTEBOOK --json"]
)
@click.argument("notebook")
async def show(terminal: Terminal, settings: Settings, notebook: str) -> None:
    """Show one notebook: details, inputs, what you may do."""
    async with connect_service(settings, terminal) as client:
        detail = await client.get(path("notebooks", await notebook_id_of(client, notebook)))
        terminal.result(detail, notebook_lines(detail, client))


@command(
    examples=[
        "openbis-nb library versions NOTEBOOK",
        "openbis-nb library versions NOTEBOOK --search blank --author alice --limit 10",
    ]
)
@click.argument("notebook")
@click.option("--search", metavar="WORDS", help="In name or notes.")
@click.option("--author", "authors", metavar="USER", multiple=True, help="Saved by this person; repeatable.")
@_most
async def versions(
    terminal: Terminal,
    settings: Settings,
    notebook: str,
    search: str | None,
    authors: Sequence[str],
    limit: int,
) -> None:
    """List the versions of a notebook, newest first.

    `openbis-nb versions` lists those of a notebook file without the service.
    """
    async with connect_service(settings, terminal) as client:
        query = {
            "notebookId": await history_id_of(client, notebook),
            "searchTerm": search,
            "owner": list(authors),
        }
        found = await _all(client, "versions", limit, query)
    lines = version_rows(found["entries"]) if found["entries"] else ["No version that you may see fits."]
    terminal.result(found, [*lines, *_shown(found)])


@command(
    examples=[
        "openbis-nb library compare 20261121093000123-60 20261121101500456-64",
        "openbis-nb library compare NOTEBOOK OTHER_NOTEBOOK --json",
    ]
)
@click.argument("base")
@click.argument("others", nargs=-1, required=True)
async def compare(terminal: Terminal, settings: Settings, base: str, others: Sequence[str]) -> None:
    """Say what changed between versions or notebooks.

    Each of OTHERS is compared with BASE: inputs, parameters, environment, and how many cells differ. A
    notebook stands for its newest version. The link shows source and outputs side by side.
    """
    async with connect_service(settings, terminal) as client:
        first, *rest = [await version_id_of(client, text) for text in (base, *others)]
        found = await client.get("compare", base=first, **{"with": rest})
        terminal.result(found, [line for one in found for line in comparison_lines(one, client)])


@command(
    examples=[
        "openbis-nb library download NOTEBOOK -o work",
        "openbis-nb library download NOTEBOOK --number 3 --html",
    ]
)
@click.argument("notebook")
@click.option(
    "--number", type=click.IntRange(1), help="Which version, from 1; default: the newest or the one named."
)
@click.option("--html", is_flag=True, help="The page that shows it, instead of the notebook.")
@output_folder
async def download(
    terminal: Terminal, settings: Settings, notebook: str, number: int | None, html: bool, folder: Path
) -> None:
    """Fetch the file of a version, or its page.

    The file is what is stored, byte for byte, and keeps its notebook id; no file is overwritten.
    `openbis-nb download` does it without the service, and marks the file as that version.
    """
    kind, suffix = ("html", ".html") if html else ("content", ".ipynb")
    async with connect_service(settings, terminal) as client:
        perm_id = await version_id_of(client, notebook, number)
        name = (await client.get(path("versions", perm_id)))["name"] or perm_id
        with transferring(name) as tell:
            async with client.open(path("versions", perm_id, kind)) as (pieces, size):
                written = await write_stream(
                    folder,
                    name,
                    suffix,
                    pieces,
                    size=size,
                    most=settings.max_notebook_size,
                    progress=lambda done: tell(Progress(done, size, 0, 1, 0.0)),
                )
    terminal.result({"perm_id": perm_id, "path": written}, [str(written)])
