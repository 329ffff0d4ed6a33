"""``openbis-nb library rename``, ``restore``, ``fork``, ``trash``, ``trashed``, ``revert``, ``delete``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ..errors import Conflict
from ..settings import Settings
from ..web.service_client import ServiceClient
from .command import command
from .library_lines import moment
from .references import notebook_id_of, parse, path, version_id_of
from .service_access import connect_service
from .terminal import Terminal, table

__all__ = ["delete", "fork", "rename", "restore", "revert", "trash", "trashed"]

_yes = click.option("--yes", is_flag=True, help="Do not ask.")


@command(examples=["openbis-nb library rename NOTEBOOK 'Growth of the mutants'"])
@click.argument("notebook")
@click.argument("name")
async def rename(terminal: Terminal, settings: Settings, notebook: str, name: str) -> None:
    """Give a notebook another name: a new version with the same content.

    Nothing is done if somebody else changed the notebook meanwhile.
    """
    async with connect_service(settings, terminal) as client:
        address = path("notebooks", await notebook_id_of(client, notebook))
        before, etag = await client.get_with_etag(address)
        detail = await client.change("PATCH", address, {"name": name}, etag=etag or before.get("etag", ""))
        told = f"{before['notebook']['name']!r} is called {detail['notebook']['name']!r} now."
        terminal.result(detail, [told, client.access.link(detail["notebook"]["page"])])


@command(
    examples=[
        "openbis-nb library restore 20261121093000123-60",
        "openbis-nb library restore NOTEBOOK --number 3",
    ]
)
@click.argument("version")
@click.option("--number", type=click.IntRange(1), help="Which version of a notebook, from 1.")
async def restore(terminal: Terminal, settings: Settings, version: str, number: int | None) -> None:
    """Make an earlier version the newest again.

    A further version with its content is made; what is newest now stays where it is.
    """
    async with connect_service(settings, terminal) as client:
        perm_id = await version_id_of(client, version, number)
        made = await client.change("POST", path("versions", perm_id, "restore"))
        terminal.result(
            made, [f"{perm_id} is back as {made['id']}.", *made["told"], client.access.link(made["page"])]
        )


@command(
    examples=[
        "openbis-nb library fork NOTEBOOK",
        "openbis-nb library fork NOTEBOOK --number 3 --owner /BIOLAB/GROWTH/EXP_2 --name 'My look'",
    ]
)
@click.argument("notebook")
@click.option(
    "--number", type=click.IntRange(1), help="Which version, from 1; default: the newest or the one named."
)
@click.option("--owner", metavar="IDENTIFIER", help="Where to store it; default: where the original is.")
@click.option("--name", metavar="NAME", help="Its name; default: that of the original.")
async def fork(
    terminal: Terminal,
    settings: Settings,
    notebook: str,
    number: int | None,
    owner: str | None,
    name: str | None,
) -> None:
    """Make a notebook of your own from a version; it remembers where it comes from."""
    async with connect_service(settings, terminal) as client:
        address = path("notebooks", await notebook_id_of(client, notebook), "fork")
        wanted = {"version": await version_id_of(client, notebook, number), "storedIn": owner, "name": name}
        made = await client.change("POST", address, {key: text for key, text in wanted.items() if text})
        told = f"{made['name']!r} is a notebook of your own: {made['notebookId']}"
        terminal.result(made, [told, *made["told"], client.access.link(made["page"])])


@command(examples=["openbis-nb library trash NOTEBOOK", "openbis-nb library trash NOTEBOOK --json"])
@click.argument("notebook")
async def trash(terminal: Terminal, settings: Settings, notebook: str) -> None:
    """Put a notebook with all its versions into openBIS' trash; `revert` brings it back.

    Trashing what is in the trash already is no mistake.
    """
    async with connect_service(settings, terminal) as client:
        answer = await client.change("DELETE", path("notebooks", parse(notebook).either))
    told = [
        f"{answer['name'] or answer['id']!r} is in the trash.",
        f"Bring it back: openbis-nb library revert {answer['id']}",
    ]
    terminal.result(answer, told)


@command(examples=["openbis-nb library trashed", "openbis-nb library trashed --json"])
async def trashed(terminal: Terminal, settings: Settings) -> None:
    """List what the library put into the trash: notebooks, and single versions.

    You see your own, and what you may delete for ever.
    """
    async with connect_service(settings, terminal) as client:
        found = await client.get("trash")
    rows = [
        (
            _reference(one),
            one["name"],
            len(one["versions"]) if one["whole"] else "single",
            one["storedIn"],
            moment(one["time"]),
            one["by"],
        )
        for one in found
    ]
    lines = table(["NOTEBOOK", "NAME", "VERSIONS", "STORED IN", "TRASHED (UTC)", "BY"], rows)
    terminal.result(found, lines if found else ["No notebook is in the trash."])


@command(examples=["openbis-nb library revert NOTEBOOK"])
@click.argument("notebook")
async def revert(terminal: Terminal, settings: Settings, notebook: str) -> None:
    """Bring a notebook back from the trash, and nothing else."""
    async with connect_service(settings, terminal) as client:
        detail = await client.change("POST", path("notebooks", parse(notebook).either, "revert"))
        row = detail["notebook"]
        terminal.result(detail, [f"{row['name']!r} is back.", client.access.link(row["page"])])


@command(examples=["openbis-nb library delete NOTEBOOK", "openbis-nb library delete NOTEBOOK --yes"])
@click.argument("notebook")
@_yes
async def delete(terminal: Terminal, settings: Settings, notebook: str, yes: bool) -> None:
    """Delete a notebook in the trash for ever.

    Only what is in the trash can be deleted. The name, or the id where it has none, is typed to confirm.
    """
    async with connect_service(settings, terminal) as client:
        named = parse(notebook).either
        if not yes:
            await _confirm(terminal, client, named)
        await client.change("DELETE", path("notebooks", named, "permanent"))
    terminal.result({"id": named, "state": "deleted"}, [f"{named} is gone for ever."])


def _reference(one: Mapping[str, Any]) -> str:
    """What names it: the notebook, or the version that was trashed by itself."""
    return str(one["id"] if one["whole"] else one["versions"][0])


async def _confirm(terminal: Terminal, client: ServiceClient, named: str) -> None:
    found = [one for one in await client.get("trash") if named in (_reference(one), one["fid"])]
    if not found:
        raise Conflict(f"{named} is not in the trash.", next_step=f"openbis-nb library trash {named}")
    wanted = found[0]["name"] or named
    if (
        terminal.ask_at_terminal(
            f"Type {wanted!r} to delete it with all versions for ever", otherwise="--yes"
        )
        != wanted
    ):
        raise Conflict("Nothing was deleted: that is another name.", next_step="Run it again.")
