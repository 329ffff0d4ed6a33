"""``openbis-nb library rename``, ``restore``, ``fork``, ``trash``, ``trashed``, ``revert``, ``delete``."""

from __future__ import annotations

import click

from ..errors import Conflict
from ..settings import Settings
from ..web.service_client import ServiceClient
from .command import command
from .library_lines import moment
from .references import notebook_id_of, path, version_id_of
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
        notebook_id = await notebook_id_of(client, notebook)
        answer = await client.change("DELETE", path("notebooks", notebook_id))
    told = [f"{notebook_id} is in the trash.", f"Bring it back: openbis-nb library revert {notebook_id}"]
    terminal.result(answer, told)


@command(examples=["openbis-nb library trashed", "openbis-nb library trashed --json"])
async def trashed(terminal: Terminal, settings: Settings) -> None:
    """List the notebooks in the trash that you may see."""
    async with connect_service(settings, terminal) as client:
        found = await client.get("trash")
    rows = [(one["id"], one["name"], len(one["versions"]), moment(one["time"]), one["by"]) for one in found]
    lines = table(["NOTEBOOK", "NAME", "VERSIONS", "TRASHED (UTC)", "BY"], rows)
    terminal.result(found, lines if found else ["No notebook is in the trash."])


@command(examples=["openbis-nb library revert NOTEBOOK"])
@click.argument("notebook")
async def revert(terminal: Terminal, settings: Settings, notebook: str) -> None:
    """Bring a notebook back from the trash, and nothing else."""
    async with connect_service(settings, terminal) as client:
        notebook_id = await notebook_id_of(client, notebook)
        detail = await client.change("POST", path("notebooks", notebook_id, "revert"))
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
        notebook_id = await notebook_id_of(client, notebook)
        if not yes:
            await _confirmed(terminal, client, notebook_id)
        await client.change("DELETE", path("notebooks", notebook_id, "permanent"))
    terminal.result({"id": notebook_id, "state": "deleted"}, [f"{notebook_id} is gone for ever."])


async def _confirmed(terminal: Terminal, client: ServiceClient, notebook_id: str) -> None:
    named = {one["id"]: one for one in await client.get("trash")}.get(notebook_id)
    if named is None:
        raise Conflict(
            f"{notebook_id} is not in the trash.", next_step=f"openbis-nb library trash {notebook_id}"
        )
    wanted = named["name"] or notebook_id
    if (
        terminal.ask_at_terminal(
            f"Type {wanted!r} to delete it with all versions for ever", otherwise="--yes"
        )
        != wanted
    ):
        raise Conflict("Nothing was deleted: that is another name.", next_step="Run it again.")
