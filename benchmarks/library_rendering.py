"""A notebook of 20 MB as a page, and two of them side by side, each in its limited process.

Nothing is compared with pybis: it has neither. Time is the wall clock of the caller, memory the peak of the
limited process. ``typical``: 400 cells with tables, pictures and text; ``texts``: one huge printed text;
``cells``: 20 000 small cells.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from openbis_nb.notebooks.compare import compare_page
from openbis_nb.notebooks.export import export_html

MEGABYTE = 10**6
SIZE = 20 * MEGABYTE


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


def _render(make: Callable[[int], bytes]) -> tuple[float, int, int]:
    data = make(1)
    begun = time.perf_counter()
    page = export_html(data, title="Rendered")
    return _measured(begun, len(page))


def _compare(make: Callable[[int], bytes]) -> tuple[float, int, int]:
    base, other = make(1), make(2)
    begun = time.perf_counter()
    made = compare_page(base, other, title="Compared", base_label="1", other_label="2")
    return _measured(begun, len(made.html))


def _measured(begun: float, size: int) -> tuple[float, int, int]:
    """Seconds, peak memory of the largest child of this process in bytes, characters of the page."""
    seconds = time.perf_counter() - begun
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit, size


def main() -> None:
    """Measure each in a process of its own, so that the peaks are theirs."""
    print(f"{'notebook':10} {'size':>8} {'':8} {'time':>8} {'memory':>9} {'page':>8}")
    for make in (typical, texts, cells):
        for name, work in (("render", _render), ("compare", _compare)):
            with ProcessPoolExecutor(1) as pool:
                seconds, memory, page = pool.submit(work, make).result()
            size = len(make(1)) / MEGABYTE
            print(
                f"{make.__name__:10} {size:5.0f} MB {name:8} {seconds:6.1f} s "
                f"{memory / MEGABYTE:6.0f} MB {page / MEGABYTE:5.1f} MB"
            )


if __name__ == "__main__":
    main()
