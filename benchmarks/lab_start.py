"""What the extension adds to the start of JupyterLab: two servers, without it and with it, by turns.

Each start is a fresh page in Chromium, measured until Lab says that it is restored and the notebook shows
its cells. ``cold`` has nothing in the browser's cache, ``warm`` is the same page again. Bytes are those of
the files that a browser fetches; gzip is what a proxy makes of them.

    scripts/bench lab_start
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser

from openbis_nb.sandbox import running_sandbox
from tests.browser.lab import chromium
from tests.browser.lab_site import LabSite, running_lab

PAIRS = 12
BUILT = Path(__file__).parents[1] / "labextension" / "built" / "static"
NOTEBOOK = "bench.ipynb"


def main() -> None:
    """Print bytes, medians and their difference."""
    folder = Path(tempfile.mkdtemp())
    os.environ.update(HOME=str(folder), XDG_CONFIG_HOME=str(folder / "config"))
    scripts = [path for path in BUILT.iterdir() if path.suffix == ".js"]
    plain = sum(path.stat().st_size for path in scripts)
    packed = sum(len(gzip.compress(path.read_bytes())) for path in scripts)
    print(f"bundle: {plain / 1000:.0f} kB in {len(scripts)} files, {packed / 1000:.0f} kB with gzip")
    with running_sandbox() as sandbox, chromium() as browser, ExitStack() as running:
        sites = {}
        for on in (False, True):
            found = folder / ("with" if on else "without")
            option = f"--LabApp.labextensions_path={extensions(found, ours=on)}"
            sites[on] = running.enter_context(running_lab(sandbox, found, option))
            sites[on].new(NOTEBOOK)
        starts = measured(sites, browser)
    for kind in ("cold", "warm"):
        off, on = starts[kind, False], starts[kind, True]
        added = [with_us - without for without, with_us in zip(off, on, strict=True)]
        ratio = statistics.median(on) / statistics.median(off)
        print(
            f"{kind}: without {shown(off)}, with {shown(on)}; added {1000 * statistics.median(added):+.0f} "
            f"ms (median of {PAIRS} pairs; ratio {ratio:.3f})"
        )


def shown(seconds: list[float]) -> str:
    """Median, and from where to where the middle half lies."""
    quarter, middle, three = statistics.quantiles(seconds, n=4)
    return f"{middle * 1000:.0f} ms ({quarter * 1000:.0f} to {three * 1000:.0f})"


def measured(sites: dict[bool, LabSite], browser: Browser) -> dict[tuple[str, bool], list[float]]:
    """Seconds of each start, by kind and whether the extension was there."""
    found: dict[tuple[str, bool], list[float]] = {}
    for pair in range(PAIRS + 1):
        for on in (False, True) if pair % 2 else (True, False):
            cold, warm = start(sites[on], browser)
            if pair:  # the first warms the server up
                found.setdefault(("cold", on), []).append(cold)
                found.setdefault(("warm", on), []).append(warm)
    return found


def extensions(folder: Path, *, ours: bool) -> Path:
    """A folder with the extensions of this environment, ours among them or not."""
    shown = folder / "labextensions"
    shown.mkdir(parents=True)
    for path in (Path(sys.prefix) / "share/jupyter/labextensions").iterdir():
        if ours or path.name != "openbis-nb":
            (shown / path.name).symlink_to(path.resolve())
    return shown


def start(site: LabSite, browser: Browser) -> tuple[float, float]:
    """A cold and a warm start, in seconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{site.server.url}api?token={site.server.token}")
    times = []
    for _ in range(2):
        began = time.perf_counter()
        page.goto(f"{site.server.url}lab/tree/{NOTEBOOK}?reset")
        page.locator("#jp-main-dock-panel .jp-Notebook .jp-Cell").first.wait_for()
        page.wait_for_function("() => !document.querySelector('#jupyterlab-splash')")
        times.append(time.perf_counter() - began)
    context.close()
    cold, warm = times
    return cold, warm


if __name__ == "__main__":
    main()
