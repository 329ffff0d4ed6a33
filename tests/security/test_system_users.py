"""Two accounts of the operating system against each other, at file level (design D3, section 6).

The shipped configuration for system users, as root, with real accounts that are removed again. Deselected
where this cannot be: it needs root, and an environment of the system's Python that everybody may read.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import stat
import sys
import tempfile
from collections.abc import Callable, Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from openbis_nb.sandbox import Sandbox, people, running_sandbox
from scripts.demonstration.front_end import FrontEnd
from tests.hub import running
from tests.waiting import until

from .actors import Person, SecuredHub, environments, processes
from .system_users import Account, accounts, processes_of, try_everything

pytestmark = pytest.mark.system_users

CONFIGURATION = running.ROOT / "hub_config" / "system_users" / "jupyterhub_config.py"
PLACE = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
MARK = "only-for-the-first-8c2e"

#: Listens at the ports of somebody's kernels, as anybody on the machine can; what it hears.
_LISTENER = r"""
import json, sys, time
sys.path[:0] = json.loads(sys.stdin.readline())
import zmq
task = json.loads(sys.stdin.readline())
context, heard = zmq.Context(), []
sockets = []
for address in task["addresses"]:
    one = context.socket(zmq.SUB)
    one.setsockopt(zmq.LINGER, 0)
    one.subscribe(b"")
    one.connect(address)
    sockets.append(one)
open(task["ready"], "w").close()
poller = zmq.Poller()
for one in sockets:
    poller.register(one, zmq.POLLIN)
end = time.monotonic() + task["seconds"]
while time.monotonic() < end:
    for one, _ in poller.poll(200):
        heard.append(b"".join(one.recv_multipart()).decode(errors="replace"))
json.dump(heard, sys.stdout)
"""


class Stage:
    """A hub as root, the account of the service, and two people with servers, files and kernels."""

    def __init__(self, hub: SecuredHub, service: Account, first: Account, second: Account) -> None:
        self.hub, self.service, self.first, self.second = hub, service, first, second
        self.people: dict[str, Person] = {}

    def enter(self) -> None:
        """Both at once: a server takes seconds to start."""
        with ThreadPoolExecutor() as threads:
            accounts = (self.first, self.second)
            self.people.update(
                zip([a.name for a in accounts], threads.map(self._come_in, accounts), strict=True)
            )

    def _come_in(self, account: Account) -> Person:
        person = Person(self.hub, account.name).with_server()
        launched = requests.post(
            f"{self.hub.url}/services/openbis/api/v1/launches",
            json={"place": PLACE, "kind": "experiment", "inputs": [], "name": MARK, "directory": MARK},
            headers={"Authorization": f"token {person.browser.api_token()}"},
            timeout=60,
        ).json()
        answer = person.browser.go(launched["url"], site="same-origin")
        assert answer.status_code == 302, answer.text[:2000]
        return person

    def secrets_of(self, account: Account) -> list[str]:
        """What only this account, the hub and the service may know."""
        person = self.people[account.name]
        session = self.hub.api(person.server_token, "/openbis/session").json()["token"]
        return [person.server_token, session, MARK]


def add_person(sandbox: Sandbox, user_id: str) -> None:
    """Somebody in openBIS with this id, a role and a password."""
    person = people.DemoPerson(user_id, "A", "Person", "USER", "BIOLAB")
    sandbox.users[user_id] = secrets.token_urlsafe(12)
    with sandbox.state.store.write() as db:
        people._insert_person(db, person, sandbox.users[user_id], 0)
        people._insert_role(db, person, 0)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(http=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def stage(sandbox: Sandbox) -> Iterator[Stage]:
    # A short path: the sockets of kernels lie in homes, and such paths may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="nb-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with accounts(3, folder) as (service, first, second), pytest.MonkeyPatch.context() as patch:
            patch.setattr(running, "CONFIGURATION", CONFIGURATION)
            for account in (first, second):
                add_person(sandbox, account.name)
            environment = {
                "OPENBIS_NB_SERVICE_USER": service.name,
                "OPENBIS_NB_SERVICE_DATA": str(service.home),
                "OPENBIS_NB_CA_FOLDER": str(folder / "certificates"),
            }
            hub = SecuredHub(folder, sandbox, environment=environment)
            try:
                hub.wait_until_ready()
                made = Stage(hub, service, first, second)
                made.enter()
                yield made
            finally:
                hub.stop()


def may_be_seen(tried: list[tuple[str, str, list[str]]]) -> list[tuple[str, str, list[str]]]:
    """Without what everybody sees of every process: its command line, as long as no secret stands there."""
    return [one for one in tried if one[0] != "command" or one[2]]


def of_the_hub(stage: Stage) -> list[int]:
    """The hub, its proxy and the service."""
    accounts = (0, stage.service.uid)
    return [pid for pid, owner, _ in processes(stage.hub) if owner in accounts]


@pytest.mark.parametrize("way", ["first against second", "second against first"])
def test_nobody_reaches_files_or_processes_of_another(stage: Stage, way: str) -> None:
    """Homes as the system makes them; the hub's data and the service's as we make them."""
    pair = (stage.first, stage.second)
    attacker, victim = pair if way.startswith("first") else pair[::-1]
    tried = try_everything(
        attacker,
        folders=[victim.home, stage.service.home, stage.hub.folder / "data"],
        processes=[*processes_of([victim.uid]), *of_the_hub(stage)],
        marks=stage.secrets_of(victim),
    )
    assert len(processes_of([victim.uid])) >= 1
    assert may_be_seen(tried) == []


def test_the_service_reaches_nothing_of_people_or_of_the_hub(stage: Stage) -> None:
    """It runs under an account of its own; what it can do is what it is asked to by people's tokens."""
    tried = try_everything(
        stage.service,
        folders=[stage.first.home, stage.second.home, stage.hub.folder / "data"],
        processes=[*processes_of([stage.first.uid, stage.second.uid]), stage.hub.process.pid],
        marks=[*stage.secrets_of(stage.first), *stage.secrets_of(stage.second)],
    )
    assert may_be_seen(tried) == []


def test_in_a_home_that_is_open_the_session_is_not(stage: Stage) -> None:
    """Some institutes let everybody look into homes: notebooks can then be read, sessions never."""
    victim, attacker = stage.first, stage.second
    token, session, _ = stage.secrets_of(victim)
    victim.home.chmod(0o755)
    try:
        tried = try_everything(
            attacker, folders=[victim.home], processes=processes_of([victim.uid]), marks=[token, session]
        )
    finally:
        victim.home.chmod(0o700)
    assert [one for one in tried if one[2]] == []
    assert [one for one in tried if one[0] in ("write", "make", "process", "signal")] == []
    closed = (".pybis/", ".local/state/openbis-nb", ".local/share/jupyter/runtime/", "jupyter_cookie_secret")
    assert [
        one for one in tried if one[0] in ("read", "list") and any(part in one[1] for part in closed)
    ] == []
    assert [one for one in tried if one[0] == "read" and one[1].endswith(f"{MARK}.ipynb")]  # it did look


def test_session_files_are_the_persons_own(stage: Stage) -> None:
    """D5: mode 0600, and nobody else's copy anywhere on the machine."""
    session = stage.secrets_of(stage.first)[1]
    uids = (stage.first.uid, stage.second.uid, stage.service.uid)
    seen = [*files_below(stage.hub.folder)]
    for folder in ("/tmp", "/dev/shm"):
        seen += files_below(Path(folder), uids)
    holding = [path for path in seen if session.encode() in path.read_bytes()]
    assert holding
    for path in holding:
        found = path.stat()
        assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (stage.first.uid, 0o600), path
        assert path.is_relative_to(stage.first.home), path


def files_below(folder: Path, uids: Container[int] | None = None) -> Iterator[Path]:
    """Without links; of these accounts only. Folders and files that go away meanwhile are no error."""
    for here, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # one look at each: /tmp holds the files of all other tests
                found = os.lstat(os.path.join(here, name))
                if stat.S_ISREG(found.st_mode) and (uids is None or found.st_uid in uids):
                    yield Path(here, name)


def test_nothing_of_ours_runs_as_root_but_the_hub(stage: Stage) -> None:
    users = {
        env["JUPYTERHUB_USER"]: uid
        for uid in (stage.first.uid, stage.second.uid)
        for env in environments(stage.hub, uid)
        if "JUPYTERHUB_USER" in env
    }
    assert users == {stage.first.name: stage.first.uid, stage.second.name: stage.second.uid}
    services = [env for env in environments(stage.hub, stage.service.uid) if "JUPYTERHUB_SERVICE_NAME" in env]
    assert services
    assert [
        env for env in environments(stage.hub, 0) if env.get("JUPYTERHUB_SERVICE_NAME") == "openbis"
    ] == []


def test_nobody_listens_to_the_kernel_of_another(stage: Stage) -> None:
    """A kernel publishes what it runs and shows at ports that are open to the whole machine."""
    person = stage.people[stage.first.name]
    server = f"{stage.hub.url}{person.base}"
    with FrontEnd(person.browser.session, server, f"{MARK}/{MARK}.ipynb") as opened:
        runtime = stage.first.home / ".local" / "share" / "jupyter" / "runtime"
        connections = [json.loads(path.read_text()) for path in runtime.glob("kernel-*.json")]
        assert connections
        addresses = [
            f"{one['transport']}://{one['ip']}{':' if one['transport'] == 'tcp' else '-'}{number}"
            for one in connections
            for name, number in one.items()
            if name.endswith("_port")
        ]

        def speak() -> None:
            opened.evaluate(f"print({MARK!r} * 3)")

        heard = {one.name: listen(one, addresses, speak) for one in (stage.first, stage.second)}
    assert [message for message in heard[stage.first.name] if MARK in message]  # there is something to hear
    assert heard[stage.second.name] == []


def listen(attacker: Account, addresses: list[str], meanwhile: Callable[[], object]) -> list[str]:
    """What *attacker* hears at *addresses* of ZeroMQ while something goes on."""
    ready = Path(tempfile.gettempdir(), f"openbis-nb-listening-{attacker.name}")
    given = [json.dumps(sys.path), json.dumps({"addresses": addresses, "ready": str(ready), "seconds": 3})]
    with attacker.start(_LISTENER, "\n".join(given)) as process:
        try:
            until(ready.exists, "the listener is ready")
            meanwhile()
            heard, _ = process.communicate(timeout=60)
        finally:
            ready.unlink(missing_ok=True)
    found: list[str] = json.loads(heard)
    return found
