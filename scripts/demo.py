"""The whole loop on this machine: openBIS → notebook → real kernel → saved back → read by pybis.

Run it as ``scripts/demo``. Everything it makes lies in ``.demo/`` of the checkout.
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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / ".demo"
STATE = DEMO / "state.json"
OWNER = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
USER = "alice"

console = Console(highlight=False)


def main() -> int:
    """Run, keep, or stop the demo; the exit code is 0 when every step worked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", action="store_true", help="leave openBIS running and say how to go on")
    parser.add_argument("--stop", action="store_true", help="stop what --keep left running")
    arguments = parser.parse_args()
    stop_old()
    if arguments.stop:
        console.print("The demo is stopped.")
        return 0
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir(mode=0o700)
    sandbox, ready = start_sandbox()
    try:
        show(run_loop(ready))
        if arguments.keep:
            keep(sandbox, ready)
    except BaseException:
        terminate(sandbox.pid)
        raise
    if not arguments.keep:
        terminate(sandbox.pid)
    return 0


def start_sandbox() -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Start the embedded openBIS; returns when it says that it is ready."""
    log = (DEMO / "sandbox.log").open("w")
    process = subprocess.Popen(
        [tool("openbis-nb"), "sandbox", "--json", "--port", "0", "--data", str(DEMO / "openbis")],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        sys.exit(f"The sandbox did not start: see {log.name}")
    return process, json.loads(line)


def run_loop(ready: dict[str, Any]) -> dict[str, Any]:
    """The main job, as a person does it with the command line."""
    steps: dict[str, float] = {}
    env = environment(ready)

    def cli(*words: str, stdin: str | None = None) -> Any:
        done = subprocess.run(
            [tool("openbis-nb"), *words, "--json"], env=env, input=stdin, text=True, stdout=subprocess.PIPE
        )
        if done.returncode:
            raise SystemExit(f"`openbis-nb {' '.join(words)}` failed with exit code {done.returncode}.")
        return json.loads(done.stdout)

    with timed("log in", steps):
        cli("login", "--user", USER, "--password-stdin", stdin=ready["users"][USER] + "\n")
    with timed("make the notebook", steps):
        made = cli("new", "--owner", OWNER, "--template", "growth-curves", "-o", str(DEMO))
    with timed("run it and save it back", steps):
        ran = cli("run", made["path"], "--output", str(DEMO / "executed.ipynb"))
    with timed("read it with pybis", steps):
        seen = read_with_pybis(ready, ran["saved"]["perm_id"])
    return {"made": made, "ran": ran, "seen": seen, "steps": steps}


def read_with_pybis(ready: dict[str, Any], perm_id: str) -> dict[str, Any]:
    """What unmodified pybis, which is not ours, finds in openBIS."""
    from pybis import Openbis

    openbis = Openbis(ready["url"], verify_certificates=ready["ca_bundle"])
    openbis.login(USER, ready["users"][USER], save_token=False)
    data_set = openbis.get_dataset(perm_id)
    with contextlib.redirect_stdout(None):
        data_set.download(destination=str(DEMO / "read-by-pybis"))
    files = sorted(p.name for p in (DEMO / "read-by-pybis" / perm_id).rglob("*") if p.is_file())
    properties = {key.upper().lstrip("$"): value for key, value in data_set.props.all().items()}
    return {
        "type": data_set.type.code,
        "name": properties.get("NAME"),
        "owner": data_set.data["experiment"]["identifier"]["identifier"],
        "parents": sorted(parent["code"] for parent in data_set.data["parents"]),
        "files": files,
    }


def show(result: dict[str, Any]) -> None:
    """The short table at the end."""
    made, ran, seen = result["made"], result["ran"], result["seen"]
    inputs = sorted(item["perm_id"] for item in made["inputs"])
    table = Table(title="The main loop, end to end", show_header=False, title_justify="left")
    table.add_row("entity", OWNER)
    table.add_row("inputs", "\n".join(inputs))
    table.add_row("notebook", str(Path(made["path"]).relative_to(ROOT)))
    table.add_row("saved as data set", ran["saved"]["perm_id"])
    table.add_row("seen by pybis", f"{seen['type']} “{seen['name']}” of {seen['owner']}")
    table.add_row("  its parents", "\n".join(seen["parents"]))
    table.add_row("  its files", "\n".join(seen["files"]))
    for step, seconds in result["steps"].items():
        table.add_row(step, f"{seconds:.1f} s")
    console.print(table)
    if inputs != seen["parents"]:
        raise SystemExit("The parents that pybis sees are not the inputs of the notebook.")


def keep(sandbox: subprocess.Popen[str], ready: dict[str, Any]) -> None:
    """Write the state file, last, so that other programs can join in; say how to go on."""
    state = {
        "openbis_url": ready["url"],
        "ca_bundle": ready["ca_bundle"],
        "users": ready["users"],
        "pids": {"sandbox": sandbox.pid},
    }
    temporary = STATE.with_suffix(".tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(state, indent=1))
    os.replace(temporary, STATE)
    console.print(f"\nopenBIS stays up at {ready['url']}. Go on with:\n")
    for name, value in environment(ready).items():
        if name.startswith("OPENBIS"):
            # Not wrapped by rich: the lines are made to be copied.
            console.print(f"  export {name}={shlex.quote(value)}", soft_wrap=True)
    console.print(
        f"  .venv/bin/openbis-nb login --user {USER}      # password: {ready['users'][USER]}\n"
        "  .venv/bin/openbis-nb tree\n\nStop it with: scripts/demo --stop"
    )


def environment(ready: dict[str, Any]) -> dict[str, str]:
    """The environment of a person whose openBIS is the sandbox; nothing is written outside .demo."""
    return {
        **os.environ,
        "OPENBIS_URL": ready["url"],
        "OPENBIS_NB_CA_BUNDLE": ready["ca_bundle"],
        "OPENBIS_NB_CACHE_DIR": str(DEMO / "cache"),
        "OPENBIS_NB_STATE_DIR": str(DEMO / "person"),
    }


def tool(name: str) -> str:
    """A command of this environment, whether or not it is activated."""
    return str(Path(sys.executable).parent / name)


@contextlib.contextmanager
def timed(step: str, steps: dict[str, float]) -> Iterator[None]:
    """Say a step and time it; the commands show their own progress below."""
    console.print(f"{step} …")
    began = time.monotonic()
    yield
    steps[step] = time.monotonic() - began


def stop_old() -> None:
    """Stop what an earlier --keep left running."""
    if not STATE.exists():
        return
    for pid in json.loads(STATE.read_text())["pids"].values():
        if is_ours(pid):
            terminate(pid)
    STATE.unlink()


def is_ours(pid: int) -> bool:
    """Whether the process is the demo's: after a restart of the machine its number may be another's."""
    try:
        return str(DEMO).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def terminate(pid: int) -> None:
    """Ask a process to stop, and wait until it has; after ten seconds, insist."""
    with contextlib.suppress(ProcessLookupError):
        for number in (signal.SIGTERM, signal.SIGKILL):
            os.kill(pid, number)
            for _ in range(100):
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
                os.kill(pid, 0)  # raises ProcessLookupError when it is gone
                time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
