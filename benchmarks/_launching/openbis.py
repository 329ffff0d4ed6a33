"""openBIS as a process: the sandbox, which answers every call late and writes down when each one came.

It is not what is measured: it serves some thousand calls a second (see ``scripts/bench launches``).
"""

from __future__ import annotations

import json
import os
import pwd
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from openbis_nb.sandbox import Fault, Faults, Sandbox, running_sandbox

from .processes import Program

__all__ = ["ACCOUNT", "Call", "OpenBIS", "in_a_row", "methods"]

#: Today's service writes into the home of the account of the system that is called as the person.
ACCOUNT = pwd.getpwuid(os.getuid()).pw_name


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its method, and when it came (seconds of a clock of its own)."""

    method: str
    came: float


class OpenBIS:
    """A running openBIS, seen from the benchmark.

    Args:
        delay: Each call is answered this late, in seconds.
        people: So many people, each with a session (``sessions``).
        account: So many sessions of the account that runs the benchmark (``account_sessions``).
        seed: What is in it, as ``openbis-nb sandbox --seed`` takes it.
    """

    def __init__(self, delay: float, people: int, account: int, seed: str = "demo") -> None:
        self.delay = delay
        asked = {"delay": delay, "people": people, "account": account, "seed": seed}
        self._program = Program("openbis", json.dumps(asked))
        ready = self._program.answer()
        self.pid: int = self._program.pid
        self.url: str = ready["url"]
        self.ca_bundle: str = ready["ca_bundle"]
        self.sessions: dict[str, str] = ready["sessions"]
        self.account_sessions: list[str] = ready["account_sessions"]

    def calls(self) -> list[Call]:
        """The calls since this was asked last, oldest first."""
        return [Call(*one) for one in self._program.ask("calls")]

    def __enter__(self) -> OpenBIS:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.__exit__()


def in_a_row(calls: list[Call], delay: float) -> int:
    """How many of these calls waited for one another: one can, if it came after the other's answer."""
    longest: list[int] = []
    for index, call in enumerate(calls):
        before = [longest[n] for n in range(index) if calls[n].came + delay <= call.came]
        longest.append(1 + max(before, default=0))
    return max(longest, default=0)


def methods(calls: list[Call]) -> str:
    """The calls in words, e.g. ``2 x isSessionActive``."""
    return ", ".join(f"{times} x {name}" for name, times in Counter(call.method for call in calls).items())


class _WrittenDown(Faults):
    """Faults that remember every call instead of every strike."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, float]] = []

    def strike(self, target: str) -> Fault | None:
        self.calls.append((target, time.monotonic()))
        return super().strike(target)


def _serve(delay: float, people: int, account: int, seed: str) -> None:
    with running_sandbox(max_sessions_per_user=0, seed=seed) as sandbox:  # no limit
        faults = _WrittenDown()
        sandbox.state.faults = faults
        names = [f"student{number:04}" for number in range(people)]
        _add_people(sandbox, names)
        faults.add("latency", "*", count=0, seconds=delay)
        ready = {
            "url": sandbox.url,
            "ca_bundle": str(sandbox.ca_bundle),
            "sessions": {name: sandbox.token(name) for name in names},
            "account_sessions": [sandbox.token(ACCOUNT) for _ in range(account)],
        }
        print(json.dumps(ready), flush=True)
        for _ in sys.stdin:
            calls, faults.calls = faults.calls, []
            print(json.dumps(calls), flush=True)


def _add_people(sandbox: Sandbox, names: list[str]) -> None:
    """Members of the demo laboratory, made by the admin over the wire."""
    import requests

    def call(method: str, creations: list[dict[str, Any]]) -> None:
        body = {
            "method": method,
            "params": [sandbox.token("admin"), creations],
            "id": "1",
            "jsonrpc": "2.0",
        }
        url = f"{sandbox.url}/openbis/openbis/rmi-application-server-v3.json"
        answer = requests.post(url, json=body, verify=str(sandbox.ca_bundle), timeout=60).json()
        assert "error" not in answer, answer

    space = {"@type": "as.dto.space.id.SpacePermId", "permId": "BIOLAB"}
    call("createPersons", [{"@type": "as.dto.person.create.PersonCreation", "userId": n} for n in names])
    call(
        "createRoleAssignments",
        [
            {
                "@type": "as.dto.roleassignment.create.RoleAssignmentCreation",
                "userId": {"@type": "as.dto.person.id.PersonPermId", "permId": name},
                "spaceId": space,
                "role": "USER",
            }
            for name in names
        ],
    )


if __name__ == "__main__":
    _serve(**json.loads(sys.argv[1]))
