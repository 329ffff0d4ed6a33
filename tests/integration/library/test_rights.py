"""What ``permissions`` says is what openBIS then does: every action, with every role, for every standing.

Each answer is held against the plain call to openBIS with that person's session, past our own checks; an
admin judges which versions count.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

import pytest

from openbis_nb.errors import EntityFrozen, Forbidden, OpenbisNbError, OpenBISRefused
from openbis_nb.models import Checkpoint
from openbis_nb.openbis import checkpoints
from openbis_nb.openbis.checkpoints import CheckpointDraft
from openbis_nb.openbis.client import OpenBIS
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.workflows.library.model import Notebook
from openbis_nb.workflows.library.reading import read_notebook
from openbis_nb.workflows.library.rights import (
    RULES,
    Action,
    Permission,
    permissions,
    require,
    trash_permissions,
)
from openbis_nb.workflows.library.trashing import find_trashed, trash
from openbis_nb.workflows.workplace import Workplace

from .conftest import PILOT, Lab, content

SPACE, PROJECT = "BIOLAB", "/BIOLAB/GROWTH"
ROLES = [
    ("INSTANCE", "ADMIN"),
    ("INSTANCE", "OBSERVER"),
    ("SPACE", "ADMIN"),
    ("SPACE", "POWER_USER"),
    ("SPACE", "USER"),
    ("SPACE", "OBSERVER"),
    ("PROJECT", "ADMIN"),
    ("PROJECT", "POWER_USER"),
    ("PROJECT", "USER"),
    ("PROJECT", "OBSERVER"),
]
#: Roles that may do it, where nothing but openBIS speaks against it (contract 9.2): named here once more, so
#: that neither the table nor the sandbox proves itself.
USERS = {"ADMIN", "POWER_USER", "USER"}
POWER_USERS = {"ADMIN", "POWER_USER"}
READING: list[Action] = ["read", "download", "compare", "open", "open-as-template", "share"]
WRITING: list[Action] = ["add-version", "rename", "restore-version", "co-authors"]


def hire(sandbox: Sandbox, level: str, role: str) -> str:
    """A person with just that role; their user id."""
    user = f"{level}_{role}".lower()
    places = {"SPACE": ("space_id", SPACE), "PROJECT": ("project_id", PROJECT)}
    with sandbox.state.store.write() as db:
        db.execute(
            "INSERT INTO persons (user_id, registrator, registered_at) VALUES (?, 'admin', 0)", (user,)
        )
        column, name = places.get(level, ("space_id", ""))
        db.execute(
            f"INSERT INTO role_assignments (user_id, role, role_level, {column}, registrator, registered_at)"
            " VALUES (?, ?, ?, (SELECT id FROM entities WHERE kind = ? AND ? IN (code, identifier)),"
            " 'admin', 0)",
            (user, role, level, level, name),
        )
    return user


async def stored(client: OpenBIS, notebook_id: str, **record: object) -> Checkpoint:
    """A version, written by a plain call: nothing of ours is asked before."""
    provenance = json.dumps({"schema": 1, "by": id(client)} | record).encode()
    draft = CheckpointDraft(
        type_code="ANALYSIS_NOTEBOOK",
        owner=await client.entity(DEMO_EXPERIMENT, "experiment"),
        name="N",
        notes="",
        notebook_id=notebook_id,
        files={"a.ipynb": content("x = 1"), "provenance.json": provenance},
        save_id="s",
        provenance_crc32=zlib.crc32(provenance),
    )
    return await checkpoints.write(client, draft)


async def counts(admin: OpenBIS, notebook_id: str, client: OpenBIS, **record: object) -> bool:
    """Whether a version that this person stores counts; false also where openBIS refuses it."""
    try:
        made = await stored(client, notebook_id, **record)
    except (Forbidden, OpenBISRefused):
        return False
    judged = await checkpoints.versions(admin, notebook_id)
    return next(version.counts for version in judged if version.perm_id == made.perm_id)


async def works(call: object) -> bool:
    try:
        await call  # type: ignore[misc]
    except (Forbidden, OpenBISRefused):
        return False
    return True


def of(permission: dict[Action, Permission], actions: Sequence[Action]) -> set[bool]:
    return {permission[action].allowed for action in actions}


@pytest.mark.parametrize(("level", "role"), ROLES)
async def test_each_role_may_do_what_the_table_says(
    lab: Lab, alice: Workplace, level: str, role: str
) -> None:
    """Contract 9.2, 9.3; N-25, N-26, N-28: as a stranger and as a co-author, against openBIS itself."""
    user = hire(lab.sandbox, level, role)
    person = OpenBIS(lab.server(), lab.sandbox.token(user))
    lab.clients.append(person)
    admin = (await lab.person("admin")).client
    await stored(alice.client, "stranger")
    await stored(alice.client, "co-author", co_authors=[user])
    as_stranger = await permissions(person, await read_notebook(person, "stranger"))
    as_writer = await permissions(person, await read_notebook(person, "co-author"))

    assert of(as_stranger, READING) | of(as_writer, READING) == {True}
    assert await works(checkpoints.read(person, (await read_notebook(person, "stranger")).newest.perm_id))

    counted = await counts(admin, "co-author", person)
    assert of(as_writer, WRITING) == {counted} == {role in USERS}
    assert of(as_stranger, WRITING) == {await counts(admin, "stranger", person)} == {False}
    taken = await counts(admin, "stranger", person, takeover=True)
    assert as_stranger["take-over"].allowed == taken == (role == "ADMIN" and level != "PROJECT")
    assert not as_writer["take-over"].allowed
    forked = await works(stored(person, "fork"))
    assert as_stranger["fork"].allowed == as_writer["fork"].allowed == forked == (role in USERS)

    own = [(await read_notebook(alice.client, "stranger")).newest.perm_id]
    described = await works(person.update_data_set(own[0], properties={"NOTES": "x"}))
    assert as_stranger["edit-notes"].allowed == described == (role in POWER_USERS)
    pilot = await admin.entity(PILOT, "experiment")
    moved = await works(person.move_data_sets(own, pilot))
    assert as_stranger["move"].allowed == moved == (role in POWER_USERS)
    trashed = await works(person.delete_data_sets(own, "tidied up"))
    assert of(as_stranger, ["trash", "trash-version"]) == {trashed} == {role in POWER_USERS}
    if trashed:
        [deletion] = [one for one in await person.deletions() if own[0] in one.perm_ids]
        assert await works(person.revert(deletion.id))

    gone = await trash(admin, await read_notebook(admin, "co-author"))
    may_revert, may_delete = False, False
    if await works(person.deletions()):
        seen = [one for one in await person.deletions() if one.id in gone.deletions]
        if seen:
            found = await find_trashed(person, "co-author")
            [may] = await trash_permissions(person, [found])
            may_revert, may_delete = may["revert"].allowed, may["delete"].allowed
    assert may_revert == may_delete == (role == "ADMIN")  # the deletion is another's: only who may confirm it
    assert await works(person.confirm(*gone.deletions)) == may_delete


async def test_each_refusal_says_why_and_which_role_it_takes(
    lab: Lab, alice: Workplace, olga: Workplace, ursula: Workplace
) -> None:
    """Pages grey it with this sentence; REST answers 403 naming the role."""
    await stored(alice.client, "notebook")
    observer = await permissions(olga.client, await read_notebook(olga.client, "notebook"))
    user = await permissions(ursula.client, await read_notebook(ursula.client, "notebook"))
    assert set(observer) == set(RULES)
    for given in (observer, user):
        assert all(one.reason.endswith(".") and one.role for one in given.values() if not one.allowed)
        assert all(one == Permission(True) for one in given.values() if one.allowed)
    where = f"in the project or space of {DEMO_EXPERIMENT}"
    assert user["trash"].reason == (
        f"You may not put this notebook into the trash: that takes the role POWER_USER {where}."
    )
    assert observer["fork"].role == "USER"
    assert user["add-version"].reason == "You may not add a version: alice is the author of this notebook."
    with pytest.raises(Forbidden) as refused:
        require(user, "trash")
    assert refused.value.extra == {"role": "POWER_USER"}
    assert "role" in refused.value.next_step
    require(user, "fork")


async def test_what_is_frozen_says_so(lab: Lab, alice: Workplace) -> None:
    """A frozen owner takes no version, a frozen version is not trashed: said beforehand, and true."""
    made = await stored(alice.client, "notebook")

    async def freeze(column: str, perm_id: str) -> Notebook:
        with lab.sandbox.state.store.write() as db:
            db.execute("UPDATE entities SET frozen = ? WHERE perm_id = ?", (column, perm_id))
        return await read_notebook(alice.client, "notebook")

    notebook = await freeze("frozen", made.perm_id)
    may = await permissions(alice.client, notebook)
    assert (may["add-version"].allowed, may["trash"].allowed, may["edit-notes"].allowed) == (
        True,
        False,
        False,
    )
    with pytest.raises(EntityFrozen):
        require(may, "trash")
    with pytest.raises(EntityFrozen):
        await alice.client.delete_data_sets([made.perm_id], "tidied up")
    await freeze("", made.perm_id)
    assert notebook.owner is not None
    notebook = await freeze("frozen frozenForDataSets", notebook.owner.perm_id)
    may = await permissions(alice.client, notebook)
    assert (may["add-version"].allowed, may["fork"].allowed, may["trash"].allowed) == (False, False, True)
    with pytest.raises(OpenbisNbError, match="frozen"):
        await stored(alice.client, "notebook")


async def test_reading_and_asking_are_few_round_trips(lab: Lab, alice: Workplace) -> None:
    """However many versions there are: two to read, three questions at once for the rights."""
    for _ in range(3):
        await stored(alice.client, "notebook")
    fresh = OpenBIS(lab.server(), alice.client.token)
    lab.clients.append(fresh)
    await fresh.whoami()
    stats = fresh.transport.stats
    before = stats.round_trips
    notebook = await read_notebook(fresh, "notebook", co_authors=False)
    assert stats.round_trips - before == 2
    await read_notebook(fresh, "notebook")  # reads who is named, once
    before = stats.round_trips
    assert await read_notebook(fresh, "notebook") == notebook
    assert stats.round_trips - before == 1
    before = stats.round_trips
    await permissions(fresh, notebook)
    assert stats.round_trips - before == 3
