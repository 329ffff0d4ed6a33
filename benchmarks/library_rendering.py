"""A notebook of 20 MB as a page, and two of them side by side, beside ``nbconvert`` and ``nbdiff``.

Time is the wall clock of who asks, memory the peak of the limited process, "again" the same page from the
cache. ``typical``: 400 cells with tables, pictures and text; ``texts``: one huge printed text; ``pictures``:
70 large pictures; ``cells``: 20 000 small cells. Long texts are cut in our pages, and nothing in them runs;
those of today show all, and ``nbdiff`` prints text. Each of today's is stopped after a while. ``small`` are
short notebooks, one after the other from the same process; each has a limited process of its own.

    scripts/bench library_rendering
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from openbis_nb.notebooks import limited_child
from openbis_nb.notebooks.compare import compare_page
from openbis_nb.notebooks.export import export_html
from openbis_nb.service.library.renderings import Renderings

Made = TypeVar("Made")

MEGABYTE = 10**6
SIZE = 20 * MEGABYTE
#: Seconds after which a program of today is stopped.
STOPPED = 15.0
#: Small notebooks that one process shows after the first.
MORE = 20


def _cell(number: int, source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"c{number}",
        "metadata": {},
        "source": source,
        "execution_count": number,
        "outputs": list(outputs),
    }


def _shown(**data: str) -> dict[str, Any]:
    named = {mime.replace("_", "/"): text for mime, text in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": named}


def _printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _notebook(cells: list[dict[str, Any]]) -> bytes:
    language = {"language_info": {"name": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": language, "cells": cells}).encode()


def typical(change: int) -> bytes:
    """Every tenth cell is another one than in the notebook with another *change*."""
    cells = []
    for number in range(400):
        turn = change if number % 10 == 0 else 0
        code = "\n".join(f"result_{line} = measure(plate[{line}], gain={turn})" for line in range(25))
        rows = "".join(f"<tr><td>{row}</td><td>{row * 1.5 + turn}</td></tr>" for row in range(60))
        picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes([turn]) * 30_000).decode()
        cells.append(
            _cell(
                number,
                code,
                _shown(text_html=f"<table>{rows}</table>", text_plain="a table"),
                _shown(image_png=picture),
                _printed(f"value {turn}\n" * 300),
            )
        )
    return _notebook(cells)


def texts(change: int) -> bytes:
    """One text of 20 MB, another for each *change*."""
    line = f"measured value {change} of many\n"
    return _notebook([_cell(0, "print_all()", _printed(line * (SIZE // len(line))))])


def cells(change: int) -> bytes:
    """Many small cells, of which every hundredth differs by *change*."""
    padding = "x" * 800
    return _notebook(
        [
            _cell(n, f"step_{n}({change if n % 100 == 0 else 0})  # {padding}", _printed(f"{n}"))
            for n in range(20_000)
        ]
    )


def pictures(change: int) -> bytes:
    """Large pictures, of which every tenth differs by *change*."""
    noise = random.Random(0).randbytes(210_000)
    found = []
    for number in range(SIZE // 280_000):
        turn = bytes([change if number % 10 == 0 else 0, number])
        picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + turn + noise).decode()
        found.append(_cell(number, f"plot({number})", _shown(image_png=picture, text_plain="a plot")))
    return _notebook(found)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, peak memory of the largest child of this process in bytes, megabytes of the page; ``again``:
    seconds from the cache; ``stopped``: it was not done."""

    seconds: float
    memory: int
    page: float = 0.0
    again: float = 0.0
    stopped: bool = False


def ours(make: Callable[[int], bytes], kind: str) -> Measured:
    """Made, kept, and shown again, as the service does it."""
    notebooks = [make(1)] if kind == "render" else [make(1), make(2)]
    with tempfile.TemporaryDirectory(prefix="openbis-nb-bench-") as folder:
        return asyncio.run(_ours(Renderings(Path(folder) / "kept", 10 * SIZE, ""), notebooks))


async def _ours(renderings: Renderings, notebooks: list[bytes]) -> Measured:
    async def work() -> bytes:
        return (await renderings.in_child(_page, notebooks)).encode("utf-8", "replace")

    begun = time.perf_counter()
    page = await renderings.html("page", "one", work)
    made = time.perf_counter()
    assert await renderings.html("page", "one", work) == page
    again = time.perf_counter() - made
    await renderings.close()
    limited_child.stop()  # with it, the memory of its children counts as ours
    return Measured(made - begun, _peak(), len(page) / MEGABYTE, again)


def _page(notebooks: list[bytes]) -> str:
    if len(notebooks) == 1:
        return export_html(notebooks[0], title="Rendered")
    return compare_page(*notebooks, title="Compared", base_label="1", other_label="2").html


def small() -> str:
    """The first small notebook that a process shows, and each of the next."""
    notebook = _notebook([_cell(0, "x = 1", _printed("1"))])
    seconds, cpu = [], _cpu()
    for _ in range(MORE + 1):
        begun = time.perf_counter()
        export_html(notebook, title="Rendered")
        seconds.append(time.perf_counter() - begun)
    limited_child.stop()
    rest = statistics.median(seconds[1:]) * 1000
    return (
        f"first {seconds[0] * 1000:.0f} ms, then {rest:.0f} ms; CPU {_cpu() - cpu:.1f} s for {MORE + 1} pages"
    )


def today(make: Callable[[int], bytes], kind: str) -> Measured:
    """The same by the program that people call today."""
    with tempfile.TemporaryDirectory(prefix="openbis-nb-bench-") as folder:
        files = [Path(folder) / f"{change}.ipynb" for change in (1, 2)]
        for change, file in enumerate(files, 1):
            file.write_bytes(make(change))
        convert = ["nbconvert", "--to", "html", "--log-level", "ERROR", files[0].name]
        command = convert if kind == "render" else ["nbdime", "diff", *(file.name for file in files)]
        stopped, begun = False, time.perf_counter()
        try:
            subprocess.run(
                [sys.executable, "-m", *command],
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=STOPPED,
                check=True,
            )
        except subprocess.TimeoutExpired:
            stopped = True
        return Measured(time.perf_counter() - begun, _peak(), stopped=stopped)


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit


def _cpu() -> float:
    """Of this process and of its children that have ended, in seconds."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _apart(work: Callable[..., Made], *args: Any) -> Made:
    """In a process of its own, so that the peak is its own."""
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(work, *args).result()


def main() -> None:
    """Print a line for each notebook and kind of page."""
    print(f"{'notebook':9} {'':17} {'time':>8} {'memory':>9} {'page':>8} {'again':>9}   today")
    for make in (typical, texts, pictures, cells):
        for kind, program in (("render", "nbconvert"), ("compare", "nbdiff")):
            mine, other = _apart(ours, make, kind), _apart(today, make, kind)
            more = ">" if other.stopped else " "
            print(
                f"{make.__name__:9} {len(make(1)) / MEGABYTE:5.0f} MB {kind:8} {mine.seconds:6.1f} s "
                f"{mine.memory / MEGABYTE:6.0f} MB {mine.page:5.1f} MB {mine.again * 1000:6.0f} ms   "
                f"{program:9} {more}{other.seconds:5.1f} s {other.memory / MEGABYTE:6.0f} MB: "
                f"{more}{other.seconds / mine.seconds:.1f} x ours",
                flush=True,
            )
    print(f"small: {_apart(small)}")


if __name__ == "__main__":
    main()
