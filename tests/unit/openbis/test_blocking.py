"""The sync face (D1): a cell, a thread, beside a top-level await, Ctrl-C, progress, a forked child."""

from __future__ import annotations

import _thread
import asyncio
import os
import signal
import threading
from collections.abc import Iterator

import pytest

from openbis_nb.openbis.blocking import Relay, run


async def answer(value: int) -> int:
    await asyncio.sleep(0)
    return value


def test_from_a_plain_thread() -> None:
    assert run(answer(42)) == 42


def test_in_a_cell_whose_thread_runs_a_loop_already() -> None:
    async def cell() -> int:
        return run(answer(1)) + await answer(2)

    assert asyncio.run(cell()) == 3


def test_from_many_threads_at_once() -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda n=n: found.append(run(answer(n)))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(20))


def test_errors_come_out_as_they_are() -> None:
    async def fail() -> None:
        raise ValueError("as it is")

    with pytest.raises(ValueError, match="as it is"):
        run(fail())


@pytest.fixture
def heeded_interrupts() -> Iterator[None]:
    """A shell starts background jobs with SIGINT ignored; Python then raises nothing."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded_interrupts")
def test_ctrl_c_cancels_the_work_and_waits_for_its_end() -> None:
    began, ended = threading.Event(), threading.Event()

    async def long_work() -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)  # cleaning up takes a while
            ended.set()

    def interrupt() -> None:
        began.wait()
        _thread.interrupt_main()

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        run(long_work())
    assert ended.is_set()


def test_progress_is_shown_by_the_calling_thread_only_and_completely() -> None:
    shown: list[tuple[int, int]] = []
    relay: Relay[int] = Relay(lambda event: shown.append((event, threading.get_ident())))

    async def work() -> None:
        for event in range(3):
            relay(event)

    run(work(), relay=relay)
    assert shown == [(event, threading.get_ident()) for event in range(3)]


def test_a_fault_while_showing_ends_the_work() -> None:
    ended = threading.Event()

    async def work() -> None:
        relay(1)
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    def show(event: int) -> None:
        raise RuntimeError("the display is gone")

    relay: Relay[int] = Relay(show)
    with pytest.raises(RuntimeError, match="display"):
        run(work(), relay=relay)
    assert ended.is_set()


def test_inside_its_own_loop_it_refuses_instead_of_waiting_for_itself() -> None:
    async def nested() -> int:
        return run(answer(1))

    with pytest.raises(RuntimeError, match="await"):
        run(nested())


@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_forked_child_gets_a_loop_of_its_own() -> None:
    run(answer(1))
    child = os.fork()
    if child == 0:
        os._exit(run(answer(7)))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7
