"""What can be asked of openBIS, and in how many round trips."""

from __future__ import annotations

import pytest

from openbis_nb.errors import Conflict, InvalidIdentifier, NotFound
from openbis_nb.models import DataSet, DataSetType, Entity
from openbis_nb.openbis.availability import Availability, assess
from openbis_nb.openbis.client import OpenBIS
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Login, stored


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/BIOLAB/GROWTH/GROWTH_CURVES_1", "experiment"),
        ("biolab/growth/growth_curves_1", "experiment"),
        ("  /BIOLAB/GROWTH ", "project"),
        ("BIOLAB", "space"),
    ],
)
async def test_an_identifier_in_any_case_names_its_entity(alice: OpenBIS, text: str, kind: str) -> None:
    assert (await alice.entity(text)).kind == kind


async def test_an_object_is_found_in_the_elns_long_form_too(alice: OpenBIS, experiment: Entity) -> None:
    """Contract 3.1: the ELN shows /S/P/E/OBJ, openBIS knows /S/P/OBJ."""
    objects = [entity async for entity in alice.objects_of(experiment)]
    short = objects[0].identifier
    long = f"{DEMO_EXPERIMENT}/{objects[0].code}"
    assert (await alice.entity(long)).identifier == short == (await alice.entity(short)).identifier
    with pytest.raises(NotFound):
        await alice.entity(f"/BIOLAB/GROWTH/GROWTH_PILOT/{objects[0].code}")


async def test_a_perm_id_names_its_entity_whatever_it_is(alice: OpenBIS, experiment: Entity) -> None:
    some_object = await anext(alice.objects_of(experiment))
    project = await alice.entity("/BIOLAB/GROWTH")
    for known in (experiment, some_object, project):
        assert (await alice.entity(known.perm_id)).identifier == known.identifier


@pytest.mark.parametrize("text", ["/BIOLAB/NOPE", "/BIOLAB/GROWTH/NOPE", "20200101000000000-1", "/CHEMLAB"])
async def test_what_is_missing_or_invisible_is_not_found(alice: OpenBIS, text: str) -> None:
    with pytest.raises(NotFound, match=text):
        await alice.entity(text)


@pytest.mark.parametrize("text", ["", "/a/b/c/d/e", "/BIO LAB/x", "/x'y"])
async def test_what_can_be_no_identifier_is_refused_without_a_call(alice: OpenBIS, text: str) -> None:
    before = alice.transport.stats.round_trips
    with pytest.raises(InvalidIdentifier):
        await alice.entity(text)
    assert alice.transport.stats.round_trips == before


async def test_an_identifier_of_two_things_is_told(login: Login) -> None:
    """An experiment and an object may share /S/P/X: never choose in silence."""
    admin = await login("admin")
    creation = {
        "@type": "as.dto.sample.create.SampleCreation",
        "typeId": {"@type": "as.dto.entitytype.id.EntityTypePermId", "permId": "EXPERIMENTAL_STEP"},
        "spaceId": {"@type": "as.dto.space.id.SpacePermId", "permId": "BIOLAB"},
        "projectId": {"@type": "as.dto.project.id.ProjectIdentifier", "identifier": "/BIOLAB/GROWTH"},
        "code": "GROWTH_PILOT",
    }
    await admin.transport.application("createSamples", admin.token, [creation])
    with pytest.raises(Conflict, match="experiment and an object"):
        await admin.entity("/BIOLAB/GROWTH/GROWTH_PILOT")
    assert (await admin.entity("/BIOLAB/GROWTH/GROWTH_PILOT", "object")).kind == "object"


async def test_the_tree_shows_what_lies_directly_in_each_entity(alice: OpenBIS, experiment: Entity) -> None:
    spaces = [entity async for entity in alice.children()]
    assert [s.identifier for s in spaces if isinstance(s, Entity)] == ["/BIOLAB"]
    in_space = {
        e.identifier async for e in alice.children(await alice.entity("BIOLAB")) if isinstance(e, Entity)
    }
    assert "/BIOLAB/GROWTH" in in_space
    project = await alice.entity("/BIOLAB/GROWTH")
    in_project = {e.identifier async for e in alice.children(project) if isinstance(e, Entity)}
    assert DEMO_EXPERIMENT in in_project
    inside = [entry async for entry in alice.children(experiment)]
    kinds = [type(entry) for entry in inside]
    assert kinds == sorted(kinds, key=lambda kind: kind is DataSet), "objects first, then data sets"
    assert kinds.count(DataSet) >= 3


async def test_objects_come_with_properties_and_parents(alice: OpenBIS) -> None:
    experiments = [
        e async for e in alice.children(await alice.entity("/BIOLAB/GROWTH")) if isinstance(e, Entity)
    ]
    objects = [o for e in experiments if e.kind == "experiment" async for o in alice.objects_of(e)]
    assert any(o.parents for o in objects)
    assert all(o.experiment_identifier for o in objects)
    assert all(o.label for o in objects)


async def test_many_data_sets_are_one_call_and_their_files_one_more(
    alice: OpenBIS, experiment: Entity
) -> None:
    """Design section 5: preparing a notebook takes at most four round trips."""
    wanted = [data_set.perm_id for data_set in await alice.data_sets_of(experiment)]
    fresh = OpenBIS(alice.server, alice.token)
    found = await fresh.data_sets([*wanted, "20200101000000000-1"])
    files = await fresh.files_of(found)
    await fresh.close()
    assert list(found) == wanted
    assert all(found[w].owner and found[w].type_code and found[w].properties for w in wanted)
    assert all(files[w] for w in wanted)
    assert fresh.transport.stats.round_trips == 2


async def test_data_sets_of_a_project_include_those_of_objects_without_experiment(login: Login) -> None:
    """Contract 3.8: pybis' search by project misses them."""
    admin = await login("admin")
    for text in ("/BIOLAB/GROWTH", "/BIOLAB", "/CHEMLAB"):
        place = await admin.entity(text)
        found = {data_set.perm_id for data_set in await admin.data_sets_of(place)}
        everything, _ = await admin.search_data_sets(limit=500)
        inside = {
            d.perm_id for d in everything if d.owner and f"{d.owner.identifier}/".startswith(f"{text}/")
        }
        assert found == inside
        assert found


async def test_parents_and_children_widen_the_inputs(alice: OpenBIS, experiment: Entity) -> None:
    own = await alice.data_sets_of(experiment)
    other = await alice.entity("/BIOLAB/GROWTH/GROWTH_PILOT")
    new = NewDataSet(type_code="PROCESSED_DATA", owner=other, files={"a": b"x"}, parents=[own[0].perm_id])
    derived = await create_data_set(alice, new)
    assert derived in {d.perm_id for d in await alice.data_sets_of(experiment, with_children=True)}
    assert own[0].perm_id in {d.perm_id for d in await alice.data_sets_of(other, with_parents=True)}
    assert derived not in {d.perm_id for d in await alice.data_sets_of(experiment)}


async def test_a_search_pages_with_a_total(alice: OpenBIS, experiment: Entity) -> None:
    everything, total = await alice.search_data_sets(owner=experiment)
    pages = [(await alice.search_data_sets(owner=experiment, offset=n, limit=1))[0][0] for n in range(total)]
    assert [d.perm_id for d in pages] == [d.perm_id for d in everything]
    assert everything[0].registered_at >= everything[-1].registered_at


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"text": "plate 1"}, True),
        ({"text": "zebra"}, False),
        ({"type_code": "RAW_DATA"}, True),
        ({"type_code": "ATTACHMENT"}, False),
        ({"properties": {"$NAME": "Growth curves, plate 1"}}, True),
        ({"properties": {"$NAME": "Growth curves, plate *"}}, False),
    ],
)
async def test_filters_of_a_search(alice: OpenBIS, filters: dict[str, object], expected: bool) -> None:
    found, _ = await alice.search_data_sets(**filters)  # type: ignore[arg-type]
    assert ("Growth curves, plate 1" in {d.name for d in found}) is expected


async def test_a_type_tells_its_properties_and_the_servers_spelling(alice: OpenBIS) -> None:
    """D6."""
    known = await alice.data_set_type("ANALYSIS_NOTEBOOK")
    assert known.properties["NOTES"].data_type == "MULTILINE_VARCHAR"
    assert await alice.property_code("ANALYSIS_NOTEBOOK", "HISTORY_ID") == "$HISTORY_ID"
    assert await alice.property_code("RAW_DATA", "HISTORY_ID") is None
    with pytest.raises(NotFound):
        await alice.data_set_type("NO_SUCH_TYPE")


async def test_each_state_of_a_data_set_is_told_apart(alice: OpenBIS) -> None:
    """U-29, U-30: archived, linked, container, empty, trashed, missing; the rest goes on."""
    everything, _ = await alice.search_data_sets(limit=500)
    by_id = {d.perm_id: d for d in everything}
    owner = await alice.entity(DEMO_EXPERIMENT)
    trashed = await stored(alice, owner, {"a": b"x"})
    await alice.delete_data_sets([trashed], "test")
    wanted = [*by_id, trashed, "20200101000000000-1"]
    states = await assess(alice, wanted, by_id, await alice.files_of(by_id))
    assert states[trashed] is Availability.IN_TRASH
    assert states["20200101000000000-1"] is Availability.MISSING
    assert {Availability.AVAILABLE, Availability.ARCHIVED, Availability.CONTAINER} <= set(states.values())


async def test_hundreds_of_files_are_one_call(alice: OpenBIS, experiment: Entity) -> None:
    perm_id = await stored(alice, experiment, {f"part_{n:05}.csv": b"x" for n in range(300)})
    alice.transport.stats.round_trips = 0
    assert len((await alice.files_of([perm_id]))[perm_id]) == 300
    assert alice.transport.stats.round_trips == 1


async def test_clients_that_share_definitions_ask_for_them_once(alice: OpenBIS) -> None:
    """They are the same for everybody; a service has a client for each request."""
    shared: dict[str, DataSetType] = {}
    for questions in (1, 0):
        client = OpenBIS(alice.server, alice.token, transport=alice.transport, types=shared)
        before = alice.transport.stats.round_trips
        assert (await client.data_set_type("ANALYSIS_NOTEBOOK")).code == "ANALYSIS_NOTEBOOK"
        assert alice.transport.stats.round_trips - before == questions
