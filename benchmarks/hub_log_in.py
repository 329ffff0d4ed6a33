"""From the log-in form to JupyterLab's page: our hub beside the same hub without us, by turns.

``cold``: the person's server has to be started, ``warm``: it runs. Without us stands JupyterHub with its
dummy authenticator, the same spawner and JupyterLab without our extensions. What counts is the wall clock of
a browser's requests, until ``/user/alice/lab`` has answered.

    scripts/bench hub_log_in
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1]))

import requests

from openbis_nb.sandbox import rpc, running_sandbox
from openbis_nb.sandbox.state import SandboxState
from openbis_nb.sandbox.wire import Reply, Request
from tests.hub.running import Browser, Hub

PAIRS = 10
PAGE = "/user/alice/lab"
#: A hub as its own documentation begins: any name, one password; nothing of ours in hub, service or servers.
WITHOUT_US = """
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.DummyAuthenticator.password = {password!r}
c.Authenticator.enable_auth_state = False
c.Authenticator.refresh_pre_spawn = False
c.Authenticator.auto_login = False
c.JupyterHub.services = []
c.JupyterHub.load_roles = []
c.JupyterHub.custom_scopes = {{}}
c.Spawner.auth_state_hook = None
c.Spawner.pre_spawn_hook = None
c.Spawner.environment = {{"JUPYTER_CONFIG_DIR": {config!r}}}
"""


@dataclass(frozen=True)
class Start:
    """One log-in: how long, and how often openBIS was asked."""

    seconds: float
    calls: int


def main() -> None:
    """Print medians and the difference of pairs."""
    folder = Path(tempfile.mkdtemp())
    config = folder / "without" / "config"
    (config / "jupyter_server_config.d").mkdir(parents=True)
    (config / "jupyter_server_config.d" / "openbis_nb.json").write_text(
        '{"ServerApp": {"jpserver_extensions": {"openbis_nb.labext": false}}}'
    )
    (config / "labconfig").mkdir()
    (config / "labconfig" / "page_config.json").write_text('{"disabledExtensions": {"openbis-nb": true}}')
    (folder / "with").mkdir()
    with running_sandbox() as sandbox:
        plain = WITHOUT_US.format(password=sandbox.users["alice"], config=str(config))
        hubs = {
            "with": Hub(folder / "with", sandbox),
            "without": Hub(folder / "without", sandbox, plain),
        }
        found: dict[tuple[str, str], list[Start]] = {}
        try:
            for hub in hubs.values():
                hub.wait_until_ready()
            for pair in range(PAIRS + 1):
                for name in ("with", "without") if pair % 2 else ("without", "with"):
                    starts = both(hubs[name])
                    if pair:  # the first fills caches of every kind
                        for kind, start in starts.items():
                            found.setdefault((kind, name), []).append(start)
        finally:
            for hub in hubs.values():
                hub.stop()
    for kind in ("cold", "warm"):
        show(kind, found[kind, "without"], found[kind, "with"])


@contextmanager
def counted() -> Iterator[list[str]]:
    """The calls of openBIS within the block; the sandbox runs in this process."""
    called: list[str] = []
    execute = rpc.Registry.execute

    def counting(self: rpc.Registry, state: SandboxState, request: Request) -> Reply:
        called.append(request.method)
        return execute(self, state, request)

    with patch.object(rpc.Registry, "execute", counting):
        yield called


def both(hub: Hub) -> dict[str, Start]:
    """A cold and a warm log-in."""
    starts = {}
    for kind in ("cold", "warm"):
        with counted() as called:
            seconds = log_in(hub)
        starts[kind] = Start(seconds, len(called))
    browser = hub.browser()
    browser.log_in("alice")
    browser.stop_server()
    return starts


def log_in(hub: Hub) -> float:
    """One log-in in a fresh browser, until the page is there."""
    browser = hub.browser()
    began = time.perf_counter()
    answer = browser.follow(browser.log_in("alice", next_url=PAGE))
    while not answer.request.path_url.startswith(PAGE) or answer.status_code != 200:
        if time.perf_counter() - began > 60:
            raise TimeoutError(f"{answer.status_code} {answer.request.path_url}\n{hub.log[-2000:]}")
        time.sleep(0.05)  # the page of a pending start asks, too
        answer = again(browser)
    return time.perf_counter() - began


def again(browser: Browser) -> requests.Response:
    """Where the browser is led now."""
    return browser.follow(browser.go(f"/hub/spawn/alice?next={PAGE}", site="same-origin"))


def show(kind: str, without: list[Start], with_us: list[Start]) -> None:
    """One line, times in milliseconds."""
    plain, ours = [start.seconds for start in without], [start.seconds for start in with_us]
    added = [one - other for one, other in zip(ours, plain, strict=True)]
    spread = statistics.quantiles(plain, n=4)
    print(
        f"{kind}: without us {1000 * statistics.median(plain):.0f} ms "
        f"(middle half {1000 * spread[0]:.0f} to {1000 * spread[2]:.0f}), "
        f"with us {1000 * statistics.median(ours):.0f} ms, "
        f"added {1000 * statistics.median(added):+.0f} ms (median of {PAIRS} pairs, "
        f"ratio {statistics.median(ours) / statistics.median(plain):.2f}; "
        f"{statistics.median(start.calls for start in with_us):.0f} calls of openBIS)"
    )


if __name__ == "__main__":
    os.environ.setdefault("JUPYTERHUB_LOG_LEVEL", "INFO")
    main()
