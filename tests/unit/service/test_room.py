"""A share of the places for each person."""

import asyncio
from contextlib import suppress

import pytest

from openbis_nb.service.launches.room import Room


@pytest.mark.parametrize(
    ("places", "asked", "entered"),
    [
        (4, "aaaaaaaaaab", "aab"),  # one person has half of the places, although she asks for more
        (3, "abcde", "abc"),  # several take them all
        (1, "aab", "a"),
    ],
)
async def test_one_person_leaves_places_for_the_others(places, asked, entered):
    room, go_on, inside = Room(places), asyncio.Event(), []

    async def work(person: str) -> None:
        async with room.place(person):
            inside.append(person)
            await go_on.wait()

    tasks = [asyncio.create_task(work(person)) for person in asked]
    done, waiting = await asyncio.wait(tasks, timeout=0.05)
    assert (not done, len(waiting)) == (True, len(asked))
    assert sorted(inside) == sorted(entered)
    go_on.set()
    await asyncio.gather(*tasks)
    assert sorted(inside) == sorted(asked), "and everybody is served in the end"


async def test_who_gives_up_leaves_no_place_taken():
    room = Room(1)
    async with room.place("a"):
        waiting = asyncio.create_task(_enter(room, "b"))
        await asyncio.sleep(0)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
    await asyncio.wait_for(_enter(room, "c"), 5)


async def _enter(room: Room, person: str) -> None:
    async with room.place(person):
        pass
