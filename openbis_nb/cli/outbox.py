"""``openbis-nb outbox``: versions that openBIS does not have yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from .. import assemble
from ..errors import Conflict, OpenBISFailure
from ..settings import Settings
from ..units import human_size
from ..workflows.outbox_entry import OutboxEntry
from ..workflows.save_result import SaveResult
from ..workflows.sending import flush
from ..workflows.sending import send as send_version
from .command import command
from .connection import open_workplace
from .progress import saying
from .summaries import save_lines
from .terminal import Terminal, table

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
    """List the versions that wait.

    They are those of every server and person of this computer account.
    """
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
@click.argument("save_id", required=False)
@click.option("--owner", metavar="IDENTIFIER", help="Store the named version there instead.")
async def send(terminal: Terminal, settings: Settings, save_id: str | None, owner: str | None) -> None:
    """Send what waits; never saves a version twice.

    Without SAVE_ID everything of this server and person is sent but what was refused: name such a
    version, and another --owner.
    The exit code is 8 while a version waits for openBIS, and 6 when only refused ones are left.
    """
    if owner and save_id is None:
        raise click.UsageError("--owner goes with a SAVE_ID.")
    async with open_workplace(settings) as workplace:
        with saying("Sending") as say:
            if save_id is not None:
                results = [await send_version(workplace, save_id, owner=owner, say=say)]
            else:
                results = await flush(workplace, say=say)
        person = (await workplace.client.whoami()).user_id
        left = workplace.outbox.entries(server=workplace.server, person=person)
    terminal.result({"sent": results, "left": [_document(entry) for entry in left]}, _lines(results, left))
    click.get_current_context().exit(_exit_code(left) if save_id is None else 0)


def _lines(results: Sequence[SaveResult], left: Sequence[OutboxEntry]) -> Iterator[str]:
    for result in results:
        yield from save_lines(result)
    for entry in left:
        yield f"Still here: {entry.name!r} ({entry.save_id}), {entry.state}: {entry.reason}"
    if not results and not left:
        yield "Nothing waits to be sent."


def _exit_code(left: Sequence[OutboxEntry]) -> int:
    if any(entry.state != "refused" for entry in left):
        return OpenBISFailure.exit_code
    return Conflict.exit_code if left else 0


@command(
    group=outbox, examples=["openbis-nb outbox discard SAVE_ID", "openbis-nb outbox discard SAVE_ID --yes"]
)
@click.argument("save_id", metavar="SAVE_ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
def discard(terminal: Terminal, settings: Settings, save_id: str, yes: bool) -> None:
    """Give up one waiting version; its files are removed for good."""
    box = assemble.outbox(settings)
    entry = box.get(save_id)
    question = f"Remove {entry.name!r} of {entry.created_at} ({human_size(entry.size)}) for good?"
    if yes or terminal.confirm(question, otherwise="--yes"):
        with box.sending(entry) as held:  # not while it is being sent
            box.remove(held)
        terminal.result({"discarded": save_id}, [f"{entry.name!r} is gone from the outbox."])
    else:
        terminal.result({"discarded": None}, ["Nothing was removed."])
