"""``openbis-nb library move`` and ``take-over``: where a notebook is stored, and who carries it on."""

from __future__ import annotations

import click

from ..settings import Settings
from .command import command
from .references import notebook_id_of, path
from .service_access import connect_service
from .terminal import Terminal

__all__ = ["move", "take_over"]


@command(examples=["openbis-nb library move NOTEBOOK /BIOLAB/GROWTH/EXP_2"])
@click.argument("notebook")
@click.argument("owner")
async def move(terminal: Terminal, settings: Settings, notebook: str, owner: str) -> None:
    """Store a notebook with all its versions in another experiment or object.

    Takes the role POWER_USER here and there. OWNER is an identifier or a permId.
    """
    async with connect_service(settings, terminal) as client:
        address = path("notebooks", await notebook_id_of(client, notebook), "move")
        detail = await client.change("POST", address, {"storedIn": owner})
        row = detail["notebook"]
        told = f"{row['name']!r} is stored in {row['storedIn']['identifier']} now."
        terminal.result(detail, [told, client.access.link(row["page"])])


@command(examples=["openbis-nb library take-over NOTEBOOK"])
@click.argument("notebook")
async def take_over(terminal: Terminal, settings: Settings, notebook: str) -> None:
    """Carry on somebody else's notebook, as an admin of its space.

    A new version says so, and names you as co-author; the author stays the author.
    """
    async with connect_service(settings, terminal) as client:
        address = path("notebooks", await notebook_id_of(client, notebook), "take-over")
        made = await client.change("POST", address)
        terminal.result(made, [*made["told"], client.access.link(made["page"])])
