"""Saving from a cell: three ways to run, three honest ways to save (design D12)."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path

from ..errors import NotSavedYet
from ..notebooks.stored_form import SAVE_OUTPUT
from ..openbis.blocking import Relay
from ..workflows.save import SaveRequest, SaveResult, save
from ..workflows.wish import SaveWish, write_wish
from .display import Display
from .front_end import FrontEnd
from .live import LiveOpenBIS
from .own_file import OwnFile

__all__ = ["save_from_cell"]

#: How often a front end is asked: it may hear of the request before it has the last outputs.
_TRIES = 3
#: Seconds between two tries.
_PAUSE = 0.5


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
    front_end = FrontEnd.of_this_kernel(os.environ) if file.place.mode != "script" else None
    if file.place.mode == "foreign runner" and front_end is None:
        # No error: it would end the run, and with it what is to be saved.
        return SaveResult(
            state="deferred", name=name, told=(f"When it is done, run: {_command(file, wish)}",)
        )
    if front_end is None:
        path = file.check_shows_what_ran(live.workplace)
        result = _save(live, file, evidence, wish, path, None)
    else:
        result = _save_with(front_end, live, file, evidence, wish)
    file.look(live.workplace)
    return result


def _save_with(
    front_end: FrontEnd, live: LiveOpenBIS, file: OwnFile, evidence: str, wish: SaveWish
) -> SaveResult:
    """The front end saves the document, and is told how it ended."""
    try:
        with Display(metadata=SAVE_OUTPUT) as display:
            display.text("waiting for JupyterLab to save the notebook")
            path, sha256 = _saved_by(front_end, live, file)
        result = _save(live, file, evidence, wish, path, sha256)
    except BaseException as error:
        front_end.tell({"state": "failed", "message": str(error) or "The cell was interrupted."})
        raise
    front_end.tell({"state": result.state, "perm_id": result.perm_id, "block": result.block})
    return result


def _saved_by(front_end: FrontEnd, live: LiveOpenBIS, file: OwnFile) -> tuple[Path, str | None]:
    """The file that shows what was run, and its SHA-256.

    Where no answer comes in time, the file as it is has to do: the person may have pressed Ctrl+S.

    Raises:
        NotSavedYet: it does not show that.
    """
    end = time.monotonic() + live.settings.front_end_timeout
    for tries_left in reversed(range(_TRIES)):
        saved = front_end.save(end - time.monotonic())
        file.look(live.workplace, saved.path if saved is not None else None)
        try:
            path = file.check_shows_what_ran(live.workplace)
        except NotSavedYet:
            if saved is None or not tries_left or time.monotonic() + _PAUSE > end:
                raise
            time.sleep(_PAUSE)
            continue
        return path, saved.sha256 if saved is not None else None
    raise AssertionError  # the last try returns or raises


def _save(
    live: LiveOpenBIS, file: OwnFile, evidence: str, wish: SaveWish, path: Path, sha256: str | None
) -> SaveResult:
    workplace = live.workplace
    request = SaveRequest(
        path=path,
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
        sha256=sha256,
    )
    with Display(metadata=SAVE_OUTPUT) as display:
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
