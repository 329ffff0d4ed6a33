"""Faults on request: what goes wrong, in which call, how often (contract 11, item 11).

A fault names its target: the JSON-RPC method (``createUploadedDataSet``), the servlet
(``session_workspace_file_upload``, ``session_workspace_file_download``, ``file-transfer``, ``direct-get``),
one step of the fast download (``file-transfer:start``, ``:queue``, ``:download``, ``:finish``), or ``*``
for every call.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What goes wrong. ``meaning`` is a sentence that names the settings of ``Fault`` that it reads."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> FaultKind:
        """A member with its value and meaning."""
        member = str.__new__(cls, value)
        member._value_, member.meaning = value, meaning
        return member

    LATENCY = "latency", "The call works, `seconds` late."
    STATUS = "status", "HTTP `status` (502 by default) with a proxy's HTML page; nothing is executed."
    HTML = "html", "HTTP 200 with an HTML page, as a log-in portal in between answers; nothing is executed."
    ERROR = "error", "An application error with the text `message`; nothing is executed."
    SILENCE = (
        "silence",
        "No answer at all, until the client goes away or the sandbox stops; nothing is executed.",
    )
    CUT = (
        "cut",
        "The connection breaks after `after_bytes` of the body: of an upload's request, else of the answer.",
    )
    CORRUPT = (
        "corrupt",
        "The byte at `after_bytes` of the file's bytes is changed, so that its checksum no longer fits.",
    )
    EXPIRED_SESSION = "expired-session", "The caller's sessions end just before the call."
    DISK_FULL = (
        "disk-full",
        "The data store can write `after_bytes` of the upload (or nothing, at registration) and fails.",
    )
    WRONG_SIZE = "wrong-size", "The last byte is missing, and the sizes that are sent say so."
    ANSWER_LOST = (
        "answer-lost",
        "The call is executed, then the connection breaks before the answer.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: the first ``skip`` matching calls pass, the next ``count`` fail (0: until cleared).

    ``seconds``, ``status``, ``message`` and ``after_bytes`` (bytes) are read by the kinds that name them.
    """

    kind: FaultKind
    target: str
    count: int = 1
    skip: int = 0
    seconds: float = 0.5
    status: int = 502
    message: str = "The sandbox was told to fail."
    after_bytes: int = 0

    def matches(self, target: str) -> bool:
        """Whether a call of ``target`` is meant; ``file-transfer`` covers each of its steps."""
        return self.target in ("*", target) or target.startswith(self.target + ":")


class Faults:
    """The faults that are waiting, and how often each kind has struck. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._struck: list[Fault] = []

    def add(self, kind: FaultKind | str, target: str, **settings: Any) -> Fault:
        """Ask for a fault, e.g. ``faults.add("cut", "direct-get", after_bytes=1000, count=2)``.

        Raises ValueError for an unknown kind or setting, and for negative numbers.
        """
        fault = parse_fault({"kind": kind, "target": target, **settings})
        self.put(fault)
        return fault

    def put(self, fault: Fault) -> None:
        """Ask for a fault that is made already."""
        with self._lock:
            self._waiting.append(_Waiting(fault, fault.skip, fault.count))

    def clear(self) -> None:
        """Forget all faults, waiting and struck."""
        with self._lock:
            self._waiting.clear()
            self._struck.clear()

    def waiting(self) -> list[Fault]:
        """The faults that can still strike, in the order they were asked for."""
        with self._lock:
            return [waiting.fault for waiting in self._waiting]

    def struck(self) -> list[Fault]:
        """One entry for each time that a fault struck, oldest first."""
        with self._lock:
            return list(self._struck)

    def strike(self, target: str) -> Fault | None:
        """The fault that hits this call, if any; counts it. Called once per call, by the routes."""
        with self._lock:
            hit = None
            for waiting in list(self._waiting):
                if not waiting.fault.matches(target):
                    continue
                if waiting.to_skip > 0:
                    waiting.to_skip -= 1
                elif hit is None:
                    hit = waiting
            if hit is None:
                return None
            hit.left -= 1
            if hit.left == 0:
                self._waiting.remove(hit)
            self._struck.append(hit.fault)
            return hit.fault


@dataclass(slots=True)
class _Waiting:
    fault: Fault
    to_skip: int
    left: int
    """Strikes left; below zero for a fault without end."""


def parse_fault(settings: Mapping[str, Any]) -> Fault:
    """Make a fault of untyped settings (the control route's JSON). Raises ValueError."""
    known = {field.name: field for field in fields(Fault)}
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise ValueError(f"unknown setting of a fault: {', '.join(unknown)}; known: {', '.join(known)}")
    try:
        kind = FaultKind(settings["kind"])
        target = settings["target"]
    except KeyError as missing:
        raise ValueError(f"a fault needs {missing.args[0]!r}") from missing
    values = {name: value for name, value in settings.items() if name not in ("kind", "target")}
    for name, value in values.items():
        _check(name, value)
    if not isinstance(target, str) or not target:
        raise ValueError("the target of a fault is the name of a method or route")
    return Fault(kind=kind, target=target, **values)


def _check(name: str, value: Any) -> None:
    if name == "message":
        if not isinstance(value, str):
            raise ValueError("message must be a text")
        return
    whole = isinstance(value, int) and not isinstance(value, bool)
    if (whole or (name == "seconds" and isinstance(value, float))) and value >= 0:
        return
    raise ValueError(f"{name} must be a number that is not negative, not {value!r}")


def as_json(fault: Fault) -> dict[str, Any]:
    """A fault as the control route shows it."""
    return asdict(fault)
