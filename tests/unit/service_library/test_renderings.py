"""Renderings are made once, few at a time, and kept within a limit; failures that may pass are not kept."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from openbis_nb.errors import Forbidden, InvalidNotebook, NotLoggedIn, TooLarge
from openbis_nb.notebooks.export import export_html
from openbis_nb.service.library import renderings as module
from openbis_nb.service.library.rendering_cache import RenderingCache
from openbis_nb.service.library.renderings import Renderings
from openbis_nb.service.own_requests import check_frame

#: Markdown that takes more than a second.
SLOW = json.dumps(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "- a\n" * 100_000}],
    }
).encode()


@pytest.fixture
def made(tmp_path: Path) -> Renderings:
    return Renderings(tmp_path / "renderings", 10_000, "https://one.example")


def gives(data: bytes, counted: list[bytes]) -> Callable[[], Awaitable[bytes]]:
    async def make() -> bytes:
        counted.append(data)
        return data

    return make


def raises(error: Exception, counted: list[Exception]) -> Callable[[], Awaitable[bytes]]:
    async def make() -> bytes:
        counted.append(error)
        raise error

    return make


async def test_what_was_made_is_kept_also_by_the_next_process(made: Renderings, tmp_path: Path) -> None:
    counted: list[bytes] = []
    assert await made.html("version", "1", gives(b"one", counted)) == b"one"
    assert await made.html("version", "1", gives(b"two", counted)) == b"one"
    assert await made.html("compare", "1", gives(b"three", counted)) == b"three"
    later = Renderings(tmp_path / "renderings", 10_000, "https://one.example")
    assert await later.html("version", "1", gives(b"four", counted)) == b"one"
    assert counted == [b"one", b"three"]


async def test_another_look_is_made_anew(made: Renderings, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[bytes] = []
    await made.html("version", "1", gives(b"old", counted))
    monkeypatch.setattr(module, "RENDERER", -1)
    assert await made.html("version", "1", gives(b"new", counted)) == b"new"


async def test_another_openbis_has_other_versions(made: Renderings, tmp_path: Path) -> None:
    """PermIds are good within one server; the hub may be pointed at another one."""
    await made.html("version", "1", gives(b"one", []))
    moved = Renderings(tmp_path / "renderings", 10_000, "https://two.example")
    assert await moved.html("version", "1", gives(b"two", [])) == b"two"


async def test_many_who_want_the_same_wait_for_one(made: Renderings) -> None:
    begun, go_on, counted = asyncio.Event(), asyncio.Event(), [0]

    async def make() -> bytes:
        counted[0] += 1
        begun.set()
        await go_on.wait()
        return b"made"

    waiting = [asyncio.create_task(made.html("version", "1", make)) for _ in range(5)]
    await begun.wait()
    waiting[0].cancel()  # that the first one leaves does not end it for the others
    go_on.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert (found[1:], counted) == ([b"made"] * 4, [1])


async def test_another_person_s_failure_is_not_one_s_own(made: Renderings) -> None:
    """Whose session is over makes nobody else log in again."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def make() -> bytes:
        begun.set()
        await go_on.wait()
        raise NotLoggedIn("over", next_step="Log in.")

    first = asyncio.create_task(made.html("version", "1", make))
    await begun.wait()
    second = asyncio.create_task(made.html("version", "1", gives(b"made", [])))
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(NotLoggedIn):
        await first
    assert await second == b"made"


@pytest.mark.parametrize("error", [TooLarge("It took long."), InvalidNotebook("It is none.")])
async def test_what_cannot_be_shown_is_not_tried_at_each_look(
    made: Renderings, error: Exception, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It costs a minute of CPU; but a busy machine is another one later."""
    counted: list[Exception] = []
    for _ in range(3):
        with pytest.raises(type(error), match=str(error)):
            await made.html("version", "1", raises(error, counted))
    assert len(counted) == 1
    assert not (tmp_path / "renderings").exists()
    now = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + 301)
    assert await made.html("version", "1", gives(b"made", [])) == b"made"


async def test_failures_of_the_way_are_asked_again(made: Renderings) -> None:
    counted: list[Exception] = []
    for _ in range(2):
        with pytest.raises(Forbidden):
            await made.html("version", "1", raises(Forbidden("no", next_step="Ask."), counted))
    assert len(counted) == 2


async def test_two_limited_processes_at_once_at_most(made: Renderings) -> None:
    running, most, lock = [0], [0], threading.Lock()
    both = threading.Barrier(2, timeout=20)

    def work(number: int) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        both.wait()  # breaks unless two run at once
        with lock:
            running[0] -= 1
        return number

    found = await asyncio.gather(*(made.in_child(work, number) for number in range(6)))
    assert (found, most) == (list(range(6)), [2])


async def test_a_slow_notebook_does_not_stop_the_service(made: Renderings) -> None:
    """D9: the loop goes on while the limited process works, which is ended at its limit."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    ticking = asyncio.create_task(tick())
    with pytest.raises(TooLarge):
        await made.in_child(export_html, SLOW, title="T", timeout=0.2)
    ticking.cancel()
    assert ticks >= 10


async def test_closing_leaves_nothing_running(made: Renderings) -> None:
    begun = asyncio.Event()

    async def make() -> bytes:
        begun.set()
        await asyncio.Event().wait()
        return b""

    waiting = asyncio.create_task(made.html("version", "1", make))
    await begun.wait()
    await made.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    cache = RenderingCache(tmp_path / "kept", 100)
    for name in "abc":
        cache.put(name, name.encode() * 30)
        os.utime(tmp_path / "kept" / name, (1, 1))
    assert cache.get("a") == b"a" * 30
    cache.put("d", b"d" * 30)
    assert {name: cache.get(name) is not None for name in "abcd"} == {
        "a": True,
        "b": False,
        "c": True,
        "d": True,
    }
    os.utime(tmp_path / "kept" / "a", (1, 1))  # unused for long, as the next process sees it
    later = RenderingCache(tmp_path / "kept", 100)
    later.put("e", b"e" * 30)
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["c", "d", "e"]


def test_nobody_else_can_read_it_and_nothing_is_half_there(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    cache = RenderingCache(folder, 100)
    cache.put("a", b"x")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o600
    (folder / "b.0123.new").write_bytes(b"half")  # its process was killed
    later = RenderingCache(folder, 100)
    later.put("c", b"y")
    assert sorted(path.name for path in folder.iterdir()) == ["a", "c"]


def test_nothing_is_kept_where_nothing_may_or_can_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    RenderingCache(tmp_path / "none", 0).put("a", b"x")
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_bytes(b"")
    blocked = RenderingCache(tmp_path / "file" / "kept", 100)
    blocked.put("a", b"x")
    assert "cannot be kept" in caplog.text
    assert blocked.get("a") is None


FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    ("headers", "secure", "allowed"),
    [
        (FRAME, True, True),
        (FRAME, False, True),
        ({}, False, True),
        ({}, True, False),
        (FRAME | {"Sec-Fetch-Dest": "document"}, False, False),
        (FRAME | {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"}, False, False),
        (FRAME | {"Sec-Fetch-Site": "cross-site"}, True, False),
        ({"Sec-Fetch-Dest": "iframe"}, False, False),
    ],
)
def test_a_frame_is_asked_for_by_a_page_of_ours(headers: dict[str, str], secure: bool, allowed: bool) -> None:
    """By https every browser says what it asks for; by plain http none does."""
    if allowed:
        check_frame(headers, secure=secure)
    else:
        with pytest.raises(Forbidden):
            check_frame(headers, secure=secure)
