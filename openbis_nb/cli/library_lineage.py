"""``openbis-nb library lineage``, ``impact``, ``storage``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from ..settings import Settings
from ..units import human_size
from .command import command
from .library_lines import notebook_rows, version_rows
from .references import version_id_of
from .service_access import connect_service
from .terminal import Terminal, table

__all__ = ["impact", "lineage", "storage"]


@command(
    examples=["openbis-nb library lineage NOTEBOOK", "openbis-nb library lineage 20261121093000123-60 --json"]
)
@click.argument("of")
async def lineage(terminal: Terminal, settings: Settings, of: str) -> None:
    """Where a notebook's data came from, and what came of it.

    OF is a notebook, or the permId of a version or data set. Column 0 is what was asked for; negative ones
    are where it comes from.
    """
    async with connect_service(settings, terminal) as client:
        graph = await client.get("lineage", of=await version_id_of(client, of))
    terminal.result(graph, _graph_lines(graph))


def _more(node: Mapping[str, Any]) -> str:
    return f"+{node['more']}" if node["more"] else ""


def _graph_lines(graph: Mapping[str, Any]) -> Iterator[str]:
    names = {node["id"]: node["name"] or node["id"] for node in graph["nodes"]}
    nodes = sorted(graph["nodes"], key=lambda node: (node["column"], node["id"]))
    rows = [(*map(node.get, ("column", "id", "kind", "type", "name")), _more(node)) for node in nodes]
    yield from table(["COLUMN", "PERMID", "KIND", "TYPE", "NAME", "MORE"], rows)
    for edge in graph["edges"]:
        yield f"{names.get(edge['source'], edge['source'])}  →  {names.get(edge['target'], edge['target'])}"
    if graph["cut"]:
        yield "Not all is shown."


@command(
    examples=["openbis-nb library impact 20261121093000123-31", "openbis-nb library impact PERMID --json"]
)
@click.argument("data_set", metavar="PERMID")
async def impact(terminal: Terminal, settings: Settings, data_set: str) -> None:
    """Which notebooks used a data set, and which of them are out of date."""
    async with connect_service(settings, terminal) as client:
        found = await client.get("impact", dataSet=data_set)
    terminal.result(found, _impact_lines(found))


def _impact_lines(found: Mapping[str, Any]) -> Iterator[str]:
    about, newer = found["dataSet"], found["newer"]
    yield " ".join(filter(None, (about["permId"], about["type"], about["name"])))
    if newer:
        yield f"There is a newer version of it: {newer['permId']} {newer['name']}".rstrip()
    if not found["notebooks"]:
        yield "No notebook that you may see used it."
        return
    yield from notebook_rows(found["notebooks"])
    names = {row["id"]: row["name"] for row in found["notebooks"]}
    for notebook_id in found["outdated"]:
        yield f"Out of date: {names.get(notebook_id, notebook_id)}"
    if found["note"]:
        yield found["note"]


@command(
    examples=[
        "openbis-nb library storage",
        "openbis-nb library storage --space BIOLAB --superseded --json",
    ]
)
@click.option("--space", metavar="CODE", help="Of one space.")
@click.option("--superseded", is_flag=True, help="List the versions that newer ones supersede.")
async def storage(terminal: Terminal, settings: Settings, space: str | None, superseded: bool) -> None:
    """What notebooks take, by space; superseded versions.

    Nothing is trashed by itself: an admin of the space chooses, on the page or with `library trash`.
    """
    async with connect_service(settings, terminal) as client:
        found = await client.get("superseded" if superseded else "storage", space=space)
    if superseded:
        rows = found["entries"]
        terminal.result(found, version_rows(rows) if rows else ["No version is superseded."])
        return
    if found["note"]:
        terminal.note(found["note"])
    terminal.result(found, _storage_lines(found))


def _storage_lines(found: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            one["space"],
            one["notebooks"],
            one["versions"],
            human_size(one["size"]),
            one["superseded"],
            human_size(one["supersededSize"]),
        )
        for one in found["spaces"]
    ]
    headings = ["SPACE", "NOTEBOOKS", "VERSIONS", "SIZE", "SUPERSEDED", "THEIR SIZE"]
    return table(headings, rows) if rows else ["There is no notebook that you may see."]
