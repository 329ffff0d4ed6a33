"""``openbis-nb outbox``: versions that openBIS does not have yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .. import assemble
from ..settings import Settings
from ..workflows.outbox_entry import OutboxEntry
from ..workflows.sending import flush
from ..workflows.sending import send as send_version
from .command import command
from .connection import open_workplace
from .progress import saying
from .summaries import exit_code_of_save, save_lines
from .terminal import Terminal, human_size, table

__all__ = ["outbox"]


#: What of an entry is told as it is.
_SHOWN = (
    "save_id", "notebook_id", "name", "server", "person", "created_at", "size", "state", "reason", "folder",
)  # fmt: skip


@click.group()
def outbox() -> None:
    """Versions that wait to be sent to openBIS."""


@command(group=outbox, name="list", examples=["openbis-nb outbox list", "openbis-nb outbox list --json"])
def list_(terminal: Terminal, settings: Settings) -> None:
    """List the versions that wait, of every server and person of this account."""
    entries = assemble.outbox(settings).entries()
    rows = [
        (e.save_id, e.created_at, e.name, e.owner_identifier, e.server, human_size(e.size), e.state, e.reason)
        for e in entries
    ]
    headings = ["SAVE ID", "MADE", "NAME", "STORED IN", "SERVER", "SIZE", "STATE", "WHY"]
    lines = table(headings, rows) if entries else ["The outbox is empty."]
    terminal.result([_document(entry) for entry in entries], lines)


def _document(entry: OutboxEntry) -> dict[str, Any]:
    document = {name: getattr(entry, name) for name in _SHOWN}
    return document | {"owner": entry.owner_identifier, "files": [file.path for file in entry.files]}


@command(
    group=outbox,
    examples=["openbis-nb outbox send", "openbis-nb outbox send SAVE_ID --owner /BIOLAB/GROWTH/EXP_2"],
)
@click.argument("save_ids", metavar="[SAVE_ID]...", nargs=-1)
@click.option("--owner", metavar="IDENTIFIER", help="Store the named version there instead.")
async def send(terminal: Terminal, settings: Settings, save_ids: Sequence[str], owner: str | None) -> None:
    """Send what waits for this server and person; never saves a version twice."""
    if owner and len(save_ids) != 1:
        raise click.UsageError("--owner goes with exactly one SAVE_ID.")
    async with open_workplace(settings) as workplace:
        with saying("Sending") as say:
            if save_ids:
                results = [await send_version(workplace, one, owner=owner, say=say) for one in save_ids]
            else:
                results = await flush(workplace, say=say)
    lines = [line for result in results for line in save_lines(result)]
    terminal.result(results, lines or ["Nothing waits to be sent."])
    click.get_current_context().exit(max(map(exit_code_of_save, results), default=0))
