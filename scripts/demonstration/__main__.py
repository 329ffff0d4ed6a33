"""The whole chain on this machine: from More… in the ELN into a live notebook, and back as a data set.

Run it as ``scripts/demo``. Everything it makes lies in one folder, ``.demo/`` of the checkout.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .eln import Launch
from .eln_notebook import Asked, generated
from .hub import Browser, Hub, start_hub
from .library import newest_notebook
from .processes import ROOT, is_ours, start, terminate, tool, until
from .witness import Witness

#: What programs read that join in; written last.
STATE = "state.json"
OWNER = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
#: Who shows it, and a second person to try things with.
USER, COLLEAGUE, OTHER = "alice", "ursula", "bob"

console = Console(highlight=False)


def main() -> int:
    """Run, keep, or stop the demo; the exit code is 0 when every step worked."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", action="store_true", help="leave everything running and say how to go on")
    parser.add_argument("--stop", action="store_true", help="stop what --keep left running")
    parser.add_argument("--folder", type=Path, default=ROOT / ".demo", help="for all that it makes")
    arguments = parser.parse_args()
    demo: Path = arguments.folder.absolute()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what runs is ended, too
    stop_old(demo)
    if arguments.stop:
        console.print("The demo is stopped.")
        return 0
    shutil.rmtree(demo, ignore_errors=True)
    demo.mkdir(mode=0o700)
    running: list[subprocess.Popen[bytes]] = []
    steps: dict[str, float] = {}
    kept = False
    try:
        with timed("start openBIS (the embedded one)", steps):
            ready = start_sandbox(demo, running)
        with timed("start JupyterHub, its proxy and the service", steps):
            hub = start_hub(demo / "hub", environment(demo, ready))
            running.append(hub.process)
        result = run_chain(demo, hub, ready, steps)
        show(result, steps)
        if arguments.keep:
            keep(demo, running, hub, ready, result)
            kept = True
    finally:
        if not kept:
            for process in reversed(running):
                terminate(process.pid)
    return 0


def start_sandbox(demo: Path, running: list[subprocess.Popen[bytes]]) -> dict[str, Any]:
    """Start the embedded openBIS; what it says when it is ready: address, CA, log-ins."""
    log = demo / "sandbox.log"
    process = start(
        [tool("openbis-nb"), "sandbox", "--json", "--port", "0", "--random-passwords",
         "--data", str(demo / "openbis")],
        log,
    )  # fmt: skip
    running.append(process)

    def said() -> dict[str, Any] | None:
        if process.poll() is not None:
            raise SystemExit(f"The sandbox did not start: see {log}")
        lines = [line for line in log.read_text().splitlines(keepends=True) if line.startswith("{")]
        return json.loads(lines[0]) if lines and lines[0].endswith("\n") else None

    return until(said, "The sandbox starts")


def run_chain(demo: Path, hub: Hub, ready: dict[str, Any], steps: dict[str, float]) -> dict[str, Any]:
    """What a person does, beginning in the ELN, and what unmodified pybis sees in the end."""
    witness = Witness(ready["url"], ready["ca_bundle"], USER, ready["users"][USER])
    inputs = witness.measurements_of(OWNER)
    eln = Launch(
        f"{hub.launcher}eln", hub.url, USER, witness.token, origin=ready["url"], ca_bundle=ready["ca_bundle"]
    )
    browser = Browser(hub)
    with timed("More… → New Jupyter notebook: the ELN's own calls", steps):
        asked = Asked("Growth curves.ipynb", inputs, OWNER, history_id=str(uuid.uuid4()))
        address = eln.create("growth", "Growth curves", generated(asked))
    with timed("a tab opens: log-in, the person's server starts, the notebook is written", steps):
        page = browser.open(address, coming_from=f"{ready['url']}/")
        server, path = browser.wait_for_notebook(page)
    running = timed("run all cells in the person's own server; the last one saves", steps)
    with running, browser.notebook(server, path) as opened:
        opened.run_all()
    with timed("read it with pybis", steps):
        seen = witness.read(witness.saved_notebook(OWNER), demo / "read-by-pybis")
    with timed("find it in the lab's library, by REST", steps):
        listed = newest_notebook(hub.launcher, USER, witness.token)
    return {"path": path, "inputs": sorted(inputs), "seen": seen, "listed": listed}


def show(result: dict[str, Any], steps: dict[str, float]) -> None:
    """The short table at the end.

    Raises:
        SystemExit: what pybis sees is not what was done.
    """
    seen = result["seen"]
    table = Table(title="From More… in the ELN and back", show_header=False, title_justify="left")
    table.add_row("entity", OWNER)
    table.add_row("inputs", "\n".join(result["inputs"]))
    table.add_row("notebook", result["path"])
    table.add_row("saved as data set", seen["perm_id"])
    table.add_row("seen by pybis", f"{seen['type']} “{seen['name']}” of {seen['owner']}")
    table.add_row("  its parents", "\n".join(seen["parents"]))
    table.add_row("  its files", "\n".join(seen["files"]))
    table.add_row("in the library", f"“{result['listed']['name']}” by {result['listed']['owner']}")
    for step, seconds in steps.items():
        table.add_row(step, f"{seconds:.1f} s")
    console.print(table)
    if result["inputs"] != seen["parents"]:
        raise SystemExit("The parents that pybis sees are not the inputs of the notebook.")
    if result["listed"]["lastCheckpointId"] != seen["perm_id"]:
        raise SystemExit("The newest version in the library is not the one that pybis sees.")


def keep(
    demo: Path,
    running: list[subprocess.Popen[bytes]],
    hub: Hub,
    ready: dict[str, Any],
    result: dict[str, Any],
) -> None:
    """Write the state file, last, so that other programs can join in; say how to go on."""
    html = result["seen"]["html"]
    state = {
        "openbis_url": ready["url"],
        "ca_bundle": ready["ca_bundle"],
        "users": ready["users"],
        "hub_url": hub.url,
        "launcher_url": hub.launcher,
        "library_url": f"{hub.launcher}library",
        "saved_html": str(html),
        "pids": {str(index): process.pid for index, process in enumerate(running)},
    }
    state_file = demo / STATE
    temporary = state_file.with_suffix(".tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(state, indent=1))
    os.replace(temporary, state_file)
    # Not wrapped by rich: the lines are made to be copied.
    console.print(
        f"\nEverything stays up. In a browser:\n\n"
        f"  launcher            {hub.launcher}\n"
        f"  library             {hub.launcher}library\n"
        f"  hub                 {hub.url}\n"
        f"  the saved notebook  {html.as_uri()}\n\n"
        f"Log in as {USER} with {ready['users'][USER]} or as {OTHER} with {ready['users'][OTHER]}\n"
        f"({OTHER} sees another lab; {COLLEAGUE} works beside {USER}: {ready['users'][COLLEAGUE]})\n\n"
        f"In a terminal:\n",
        soft_wrap=True,
    )
    for name, value in environment(demo, ready).items():
        if name.startswith("OPENBIS"):
            console.print(f"  export {name}={shlex.quote(value)}", soft_wrap=True)
    console.print(
        f"  .venv/bin/openbis-nb login --user {USER}\n"
        f"  .venv/bin/openbis-nb tree\n\nStop it with: {stop_command(demo)}"
    )


def stop_command(demo: Path) -> str:
    """What ends a demo that was kept."""
    elsewhere = [] if demo == ROOT / ".demo" else ["--folder", str(demo)]
    return shlex.join(["scripts/demo", "--stop", *elsewhere])


def environment(demo: Path, ready: dict[str, Any]) -> dict[str, str]:
    """The environment of a person whose openBIS is the sandbox; nothing is written outside *demo*."""
    return {
        **os.environ,
        "OPENBIS_URL": ready["url"],
        "OPENBIS_NB_CA_BUNDLE": ready["ca_bundle"],
        "OPENBIS_NB_CACHE_DIR": str(demo / "cache"),
        "OPENBIS_NB_STATE_DIR": str(demo / "person"),
    }


@contextlib.contextmanager
def timed(step: str, steps: dict[str, float]) -> Iterator[None]:
    """Say a step and time it, in seconds."""
    console.print(f"{step} …")
    began = time.monotonic()
    yield
    steps[step] = time.monotonic() - began


def stop_old(demo: Path) -> None:
    """Stop what an earlier --keep left running."""
    state = demo / STATE
    if not state.exists():
        return
    for pid in reversed(json.loads(state.read_text())["pids"].values()):
        if is_ours(pid, str(demo)):
            terminate(pid)
    state.unlink()


if __name__ == "__main__":
    sys.exit(main())
