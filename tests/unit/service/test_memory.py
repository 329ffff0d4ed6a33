"""What the service keeps in memory: answers of the hub, browsers, templates; each for its time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from openbis_nb.errors import NotFound
from openbis_nb.openbis.secrets import Secret
from openbis_nb.service.browser_sessions import BrowserSessions
from openbis_nb.service.kept_templates import KeptTemplates
from openbis_nb.service.remembered import Remembered


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Source:
    """Counts how often it is asked; answers when it is let."""

    def __init__(self) -> None:
        self.asked, self.may_answer = 0, asyncio.Event()

    async def __call__(self) -> int:
        self.asked += 1
        await self.may_answer.wait()
        return self.asked


async def test_one_question_serves_all_who_wait_for_it() -> None:
    remembered: Remembered[str, int] = Remembered(60)
    source = Source()
    tasks = [asyncio.create_task(remembered.get("a", source)) for _ in range(5)]
    await asyncio.sleep(0)
    tasks[0].cancel()  # that one of them leaves does not end the question
    source.may_answer.set()
    assert await asyncio.gather(*tasks[1:]) == [1, 1, 1, 1]
    assert source.asked == 1


async def test_an_answer_is_kept_for_its_time_and_until_it_is_forgotten() -> None:
    clock, source = Clock(), Source()
    source.may_answer.set()
    remembered: Remembered[str, int] = Remembered(60, clock=clock)
    assert await remembered.get("a", source) == 1
    clock.now += 59
    assert await remembered.get("a", source) == 1
    clock.now += 1
    assert await remembered.get("a", source) == 2
    remembered.forget("a")
    assert await remembered.get("a", source) == 3


async def test_what_is_forgotten_is_not_brought_back_by_an_earlier_question() -> None:
    """A session is forgotten because openBIS refused it: an answer on its way is that session still."""
    remembered: Remembered[str, int] = Remembered(60)
    early, late = Source(), Source()
    waiting = asyncio.create_task(remembered.get("a", early))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    remembered.forget("a")
    late.asked = 10
    late.may_answer.set()
    assert await remembered.get("a", late) == 11
    early.may_answer.set()
    assert await waiting == 1
    assert await remembered.get("a", late) == 11


async def test_a_failure_is_not_kept() -> None:
    remembered: Remembered[str, int] = Remembered(60)
    source = Source()
    source.may_answer.set()

    async def fails() -> int:
        raise NotFound("no")

    with pytest.raises(NotFound):
        await remembered.get("a", fails)
    assert await remembered.get("a", source) == 1


async def test_only_so_many_are_kept() -> None:
    remembered: Remembered[int, int] = Remembered(60, most=3)
    source = Source()
    source.may_answer.set()
    for key in range(4):
        await remembered.get(key, source)
    await remembered.get(3, source)
    assert source.asked == 4
    await remembered.get(0, source)
    assert source.asked == 5


def test_a_browser_is_found_by_both_cookies_for_twelve_idle_hours() -> None:
    clock = Clock()
    browsers = BrowserSessions(clock)
    number = browsers.begin(Secret("token"), "hub-1")
    found = browsers.find(number, "hub-1")
    assert found is not None
    assert (found.token, len(found.csrf)) == (Secret("token"), 43)
    clock.now += 12 * 3600 - 1
    assert browsers.find(number, "hub-1") is found  # and that counts as use
    clock.now += 12 * 3600 - 1
    assert browsers.find(number, "hub-1") is found
    clock.now += 12 * 3600
    assert browsers.find(number, "hub-1") is None


@pytest.mark.parametrize("cookie", ["", "hub-2", "hub-1 ", "\udc80"])
def test_another_cookie_of_the_hub_ends_the_session_for_good(cookie: str) -> None:
    browsers = BrowserSessions(Clock())
    number = browsers.begin(Secret("token"), "hub-1")
    assert browsers.find(number, cookie) is None
    assert browsers.find(number, "hub-1") is None


def test_each_browser_has_a_number_and_a_token_of_its_own() -> None:
    browsers = BrowserSessions(Clock())
    numbers = {browsers.begin(Secret("t"), "h") for _ in range(50)}
    assert len(numbers) == 50
    assert len({found.csrf for number in numbers if (found := browsers.find(number, "h"))}) == 50
    browsers.end(next(iter(numbers)))
    assert browsers.find(next(iter(numbers)), "h") is None
    assert "Secret('***')" in repr(browsers.find(list(numbers)[1], "h"))


def test_a_changed_template_is_seen_after_half_a_minute(tmp_path: Path) -> None:
    clock = Clock()
    folder = tmp_path / "own"
    folder.mkdir()

    def write(title: str) -> None:
        text = f"title: {title}\ndescription: d\nversion: '1.0.0'\nlanguage: python\nkernel: python3\n"
        (folder / "template.yaml").write_text(text)

    write("first")
    (folder / "notebook.ipynb").write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
    )
    templates = KeptTemplates([tmp_path], clock)
    assert templates.get("own").title == "first"
    assert "first" in [template.title for template in templates.list()]
    write("second")
    assert templates.get("own").title == "first"
    clock.now += 30
    assert templates.get("own").title == "second"
    assert "second" in [template.title for template in templates.list()]
    with pytest.raises(NotFound):
        templates.get("none")
