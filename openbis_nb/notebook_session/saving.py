"""Saving from a cell: three ways to run, three honest ways to save (design D12)."""

from __future__ import annotations

import shlex

from ..openbis.blocking import Relay
from ..workflows.save import SaveRequest, SaveResult, save
from ..workflows.wish import SaveWish, write_wish
from .display import Display
from .live import LiveOpenBIS
from .own_file import OwnFile

__all__ = ["save_from_cell"]


def save_from_cell(live: LiveOpenBIS, file: OwnFile, evidence: str, wish: SaveWish) -> SaveResult:
    """Save the notebook, or see to it that somebody does.

    Args:
        live: openBIS.
        file: This kernel's notebook file.
        evidence: The evidence session of this kernel.
        wish: What the person asked for.

    Raises:
        NotSavedYet: a front end holds what the file does not show yet.
        OpenbisNbError: as ``workflows.save``.
    """
    file.look(live.workplace)
    name = wish.name or file.name
    if file.place.mode == "our runner" and file.place.wish is not None:
        write_wish(file.place.wish, wish)
        return SaveResult(state="recorded", name=name)
    if file.place.mode == "foreign runner":
        # No error: it would end the run, and with it what is to be saved.
        return SaveResult(
            state="deferred", name=name, told=(f"When it is done, run: {_command(file, wish)}",)
        )
    result = _save(live, file, evidence, wish)
    file.look(live.workplace)
    return result


def _save(live: LiveOpenBIS, file: OwnFile, evidence: str, wish: SaveWish) -> SaveResult:
    workplace = live.workplace
    request = SaveRequest(
        path=file.check_shows_what_ran(workplace),
        name=wish.name,
        notes=wish.notes,
        files=wish.files,
        unused=wish.unused,
        owner=wish.owner,
        as_new=wish.as_new,
        data_set_type=wish.data_set_type,
        properties=wish.properties,
        confirm=wish.confirm,
        co_authors=wish.co_authors,
        takeover=wish.takeover,
        evidence=workplace.evidence.of(evidence) | file.served(workplace),
        environment=wish.environment_object(),
        # A front end has the document open: the file must not change under it.
        write_back=file.place.mode != "front end",
    )
    with Display() as display:
        relay = Relay(display.text)
        return live.run(lambda workplace: save(workplace, request, say=relay), relay=relay)


def _command(file: OwnFile, wish: SaveWish) -> str:
    """The command that saves what a foreign runner has written."""
    words = ["openbis-nb", "save", file.path.name if file.path else "THE-FILE-IT-WROTE.ipynb"]
    if wish.as_new is not None or file.identity is not None:
        # What a runner writes beside the notebook is its next version, unless the person said otherwise.
        words.append("--as-new" if wish.as_new else "--same-notebook")
    single = {"--name": wish.name, "--notes": wish.notes, "--owner": wish.owner, "--type": wish.data_set_type}
    for option, value in single.items():
        words += [option, value] if value else []
    for option, values in (("--file", wish.files), ("--unused", wish.unused)):
        for value in values:
            words += [option, value]
    for code, value in wish.properties.items():
        words += ["--property", f"{code}={value}"]
    words += ["--take-over"] if wish.takeover else []
    return shlex.join([*words, *(["--confirm"] if wish.confirm else [])])
