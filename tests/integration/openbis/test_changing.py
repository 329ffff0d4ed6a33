"""Rights, updates, trash, archive (contract 6, 9)."""

from __future__ import annotations

import asyncio

import pytest

from openbis_nb.errors import Forbidden
from openbis_nb.models import Entity
from openbis_nb.openbis.availability import Availability, assess, of_data_set
from openbis_nb.openbis.client import OpenBIS
from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Login, stored


@pytest.mark.parametrize(
    ("user", "may_create", "rights"),
    [
        ("admin", True, {"UPDATE", "DELETE"}),
        ("alice", True, {"UPDATE", "DELETE"}),
        ("ursula", True, set()),
        ("olga", False, set()),
    ],
)
async def test_who_may_create_change_and_delete(
    login: Login, user: str, may_create: bool, rights: set[str]
) -> None:
    """Contract 9.2: a plain user may create a data set and not change it afterwards."""
    client = await login(user)
    experiment = await client.entity(DEMO_EXPERIMENT)
    some_object = await anext(client.objects_of(experiment))
    assert await client.can_create_data_set(experiment) is may_create
    assert await client.can_create_data_set(some_object) is may_create
    data_set = (await client.data_sets_of(experiment))[0]
    assert await client.rights([data_set.perm_id]) == {data_set.perm_id: rights}


async def test_only_the_named_properties_change(alice: OpenBIS, experiment: Entity) -> None:
    """Contract 6.1: pybis would send all of them, and undo what others did meanwhile."""
    perm_id = await stored(alice, experiment, {"a": b"x"})
    await alice.update_data_set(perm_id, properties={"$NAME": "one", "NOTES": "two"})
    await alice.update_data_set(perm_id, properties={"NOTES": None})
    assert (await alice.data_sets([perm_id]))[perm_id].properties == {"$NAME": "one"}


async def test_a_plain_user_may_not_update(login: Login) -> None:
    ursula = await login("ursula")
    perm_id = await stored(ursula, await ursula.entity(DEMO_EXPERIMENT), {"a": b"x"})
    with pytest.raises(Forbidden, match="roles"):
        await ursula.update_data_set(perm_id, properties={"NOTES": "x"})


async def test_into_the_trash_and_back(alice: OpenBIS, experiment: Entity) -> None:
    perm_id = await stored(alice, experiment, {"a": b"x"})
    deletion = await alice.delete_data_sets([perm_id], "a reason")
    assert await alice.data_sets([perm_id]) == {}
    assert [(d.id, d.reason, d.perm_ids) for d in await alice.deletions()] == [
        (deletion, "a reason", (perm_id,))
    ]
    await alice.revert(deletion)
    assert list(await alice.data_sets([perm_id])) == [perm_id]
    assert await alice.deletions() == []


async def test_out_of_the_trash_for_ever(login: Login, alice: OpenBIS, experiment: Entity) -> None:
    perm_id = await stored(alice, experiment, {"a": b"x"})
    deletion = await alice.delete_data_sets([perm_id], "a reason")
    admin = await login("admin")
    await admin.confirm(deletion)
    assert await assess(alice, [perm_id], {}) == {perm_id: Availability.MISSING}


async def test_what_others_may_not_see_is_not_shown_to_them(login: Login) -> None:
    alice, bob = await login("alice"), await login("bob")
    perm_id = (await alice.data_sets_of(await alice.entity(DEMO_EXPERIMENT)))[0].perm_id
    state = (await assess(bob, [perm_id], await bob.data_sets([perm_id])))[perm_id]
    assert state in (Availability.FORBIDDEN, Availability.MISSING)


async def test_an_archived_data_set_comes_back(alice: OpenBIS, experiment: Entity) -> None:
    """U-30."""
    perm_id = await stored(alice, experiment, {"a": b"x"})

    async def until(*wanted: Availability) -> None:
        for _ in range(100):
            if of_data_set((await alice.data_sets([perm_id]))[perm_id]) in wanted:
                return
            await asyncio.sleep(0.1)
        pytest.fail(f"never {wanted}")

    await alice.archive([perm_id])
    await until(Availability.ARCHIVED)
    await alice.unarchive([perm_id])
    await until(Availability.COMING_BACK, Availability.AVAILABLE)
    await until(Availability.AVAILABLE)
