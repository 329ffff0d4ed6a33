"""What is waited for in a server: answers of front ends, jobs, announcements; bounded in number and life."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from openbis_nb.errors import Conflict, InvalidInput, NotFound, OpenbisNbError, TooMany
from openbis_nb.labext.front_ends import FrontEnds
from openbis_nb.labext.jobs import Job, Jobs
from openbis_nb.labext.save_answers import SaveAnswers


def nonce() -> str:
    return secrets.token_urlsafe(32)


def catch(kind: type[Exception], what: Callable[..., object], *arguments: object) -> bool:
    """Whether *what* raises an error of that kind."""
    try:
        what(*arguments)
    except kind:
        return True
    return False


async def test_an_answer_reaches_the_cell_that_waits() -> None:
    answers, number = SaveAnswers(), nonce()
    waiting = asyncio.create_task(answers.take(number, 5))
    await asyncio.sleep(0)
    answers.give(number, {"path": "a.ipynb"})
    assert await waiting == {"path": "a.ipynb"}


async def test_an_answer_may_come_first() -> None:
    answers, number = SaveAnswers(), nonce()
    answers.give(number, {"path": "a.ipynb"})
    assert await answers.take(number, 0) == {"path": "a.ipynb"}


async def test_each_is_given_and_taken_once() -> None:
    answers, number = SaveAnswers(), nonce()
    answers.give(number, {})
    with pytest.raises(Conflict):
        answers.give(number, {"path": "another"})
    both = await asyncio.gather(answers.take(number, 1), answers.take(number, 1), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["Conflict", "dict"]
    with pytest.raises(Conflict):
        await answers.take(number, 0)


async def test_without_an_answer_it_ends_in_time_and_may_wait_again() -> None:
    answers, number = SaveAnswers(), nonce()
    assert await answers.take(number, 0.01) is None
    answers.give(number, {"path": "late"})
    assert await answers.take(number, 0) == {"path": "late"}


@pytest.mark.parametrize("bad", ["", "short", "a" * 87, "a" * 21, "../" * 10, "ä" * 30])
async def test_what_is_no_nonce(bad: str) -> None:
    with pytest.raises(InvalidInput):
        SaveAnswers().give(bad, {})


async def test_not_more_than_some_are_open() -> None:
    answers = SaveAnswers()
    refused = [catch(TooMany, answers.give, nonce(), {}) for _ in range(1000)]
    assert 0 < refused.count(False) <= 100


def test_a_front_end_is_there_when_it_says_so() -> None:
    front_ends = FrontEnds()
    front_ends.announce("kernel-1")
    assert front_ends.is_there("kernel-1")
    assert not front_ends.is_there("kernel-2")
    for bad in ("", "a/b", "x" * 65):
        with pytest.raises(InvalidInput):
            front_ends.announce(bad)
    refused = [catch(TooMany, front_ends.announce, f"other-{number}") for number in range(2000)]
    assert 0 < refused.count(False) <= 1000
    front_ends.announce("kernel-1")  # who is there already stays


async def test_a_job_tells_how_far_it_is_and_what_came_of_it() -> None:
    jobs, go_on = Jobs(), asyncio.Event()

    async def work(job: Job) -> Any:
        job.tell(message="half way")
        await go_on.wait()
        return {"answer": 42}

    job = jobs.start("think", work)
    await job.wait(0.01)
    assert (jobs.get(job.id).state, job.progress) == ("running", {"message": "half way"})
    go_on.set()
    await job.wait(5)
    assert (job.state, job.result) == ("done", {"answer": 42})


@pytest.mark.parametrize("error", [Conflict("taken"), ZeroDivisionError("a secret of the inside")])
async def test_a_failed_job_says_why_and_nothing_of_the_inside(error: Exception) -> None:
    jobs = Jobs()

    async def work(_: Job) -> Any:
        raise error

    job = jobs.start("fail", work)
    await job.wait(5)
    assert job.state == "failed"
    assert isinstance(job.error, OpenbisNbError)
    assert "secret" not in job.error.message


async def test_jobs_are_bounded_and_end_with_the_server() -> None:
    jobs = Jobs()

    async def long(_: Job) -> Any:
        await asyncio.Event().wait()

    refused = [catch(TooMany, jobs.start, "wait", long) for _ in range(100)]
    assert 0 < refused.count(False) <= 16
    await jobs.close()
    with pytest.raises(NotFound):
        jobs.get("no-such-job")

    async def quick(_: Job) -> Any:
        return 1

    ended = [jobs.start("quick", quick) for _ in range(10)]
    await asyncio.gather(*(job.wait(5) for job in ended))
    assert all(job.state == "done" for job in ended)
