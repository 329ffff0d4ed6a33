"""What goes on, on a terminal's stderr; elsewhere it goes to the log only."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import progress as bars
from rich.console import Console
from rich.text import Text

from ..openbis.files import Progress
from .terminal import visible

if TYPE_CHECKING:
    from ..workflows.run import RunProgress  # brings nbformat, which most commands need not wait for

__all__ = ["counting", "fetching", "saying", "transferring"]

_log = logging.getLogger(__name__)


@contextmanager
def saying(title: str) -> Iterator[Callable[[str], None]]:
    """A line that tells the step under way; gives the function that changes it."""
    if not sys.stderr.isatty():
        yield lambda step: _log.info("%s: %s", title, step)
        return
    with Console(stderr=True).status(Text(title)) as status:
        yield lambda step: status.update(Text(visible(f"{title}: {step}")))


@contextmanager
def counting(title: str) -> Iterator[Callable[[RunProgress], None]]:
    """A bar of cells; gives the function that takes the events."""
    if not sys.stderr.isatty():
        yield lambda event: _log.info("%s: cell %d of %d", title, event.cell, event.cells)
        return
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(title, total=None)
        yield lambda event: shown.update(task, completed=event.cell, total=event.cells)


@contextmanager
def fetching(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar of bytes of one file; gives the function that takes how many have come, and how many there are
    (0: nobody knows)."""
    begun = time.monotonic()
    with transferring(title) as show:

        def tell(done: int, total: int) -> None:
            show(Progress(done, max(done, total), 0, 1, done / max(time.monotonic() - begun, 1e-3)))

        yield tell


@contextmanager
def transferring(title: str) -> Iterator[Callable[[Progress], None]]:
    """A bar of bytes, rate and remaining time; gives the function that takes the events."""
    if not sys.stderr.isatty():
        yield lambda event: _log.debug("%s: %d of %d bytes", title, event.done, event.total)
        return
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(title, total=None)
        yield lambda event: shown.update(task, completed=event.done, total=event.total)
