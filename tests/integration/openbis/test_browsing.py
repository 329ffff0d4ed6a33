"""Pages for people: what lies in an entity, page by page; a search; labels of properties."""

from __future__ import annotations

import pytest

from openbis_nb.errors import NotFound
from openbis_nb.models import Entity, EntityKind
from openbis_nb.openbis.browsing import kinds_in
from openbis_nb.openbis.client import OpenBIS
from openbis_nb.sandbox import DEMO_EXPERIMENT

CHILDREN = [
    ("/BIOLAB", "project", ["ARCHIVE", "GROWTH", "IMAGING", "SCREENING"]),
    ("/BIOLAB", "object", ["STRAINS"]),
    ("/BIOLAB/GROWTH", "experiment", ["GROWTH_CURVES_1", "GROWTH_PILOT"]),
    ("/BIOLAB/GROWTH", "object", []),
    (DEMO_EXPERIMENT, "object", ["EXP1", "EXP2", "PLATE_1", "PLATE_2", "PLATE_3"]),
]


@pytest.mark.parametrize(("identifier", "kind", "codes"), CHILDREN)
async def test_what_lies_in_an_entity_itself_by_code(
    alice: OpenBIS, identifier: str, kind: EntityKind, codes: list[str]
) -> None:
    entity = await alice.entity(identifier)
    before = alice.transport.stats.round_trips
    found, total = await alice.children_page(entity, kind)
    assert ([one.code for one in found], total) == (codes, len(codes))
    assert alice.transport.stats.round_trips == before + 1


async def test_a_page_is_a_part_and_knows_the_whole(alice: OpenBIS) -> None:
    entity = await alice.entity(DEMO_EXPERIMENT)
    found, total = await alice.children_page(entity, "object", offset=2, limit=2)
    assert ([one.code for one in found], total) == (["PLATE_1", "PLATE_2"], 5)


async def test_only_kind_and_perm_id_of_the_entity_are_needed(alice: OpenBIS) -> None:
    known = await alice.entity("/BIOLAB/GROWTH")
    found, _ = await alice.children_page(Entity("project", known.perm_id, "", ""), "experiment")
    assert len(found) == 2


async def test_the_top_shows_the_spaces_of_this_person(alice: OpenBIS) -> None:
    assert [one.code for one in (await alice.children_page(None, "space"))[0]] == ["BIOLAB"]
    assert kinds_in(None) == ("space",)


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        ("time lapse", "experiment", "TIME_LAPSE_1"),  # the name
        ("imag", "project", "IMAGING"),  # a part of the code
        ("/biolab/growth/exp2", "object", "EXP2"),  # the identifier
        ("lab", "space", "BIOLAB"),
        ("pre-cul", "object", "EXP1"),
    ],
)
async def test_a_search_looks_at_name_code_and_identifier(
    alice: OpenBIS, words: str, kind: EntityKind, code: str
) -> None:
    found, total = await alice.named(words, kind)
    assert code in [one.code for one in found]
    assert total == len(found)


async def test_the_name_of_a_project_does_not_find_all_that_lies_in_it(alice: OpenBIS) -> None:
    assert await alice.named("growth", "object") == ([], 0)
    assert (await alice.named("/growth/", "object"))[1] == 6


async def test_a_search_for_a_perm_id_finds_that_entity(alice: OpenBIS) -> None:
    known = await alice.entity(DEMO_EXPERIMENT)
    found, _ = await alice.named(known.perm_id, "experiment")
    assert [one.identifier for one in found] == [DEMO_EXPERIMENT]


async def test_what_a_person_may_not_see_is_not_found(alice: OpenBIS) -> None:
    assert await alice.named("titration", "experiment") == ([], 0)
    with pytest.raises(NotFound):
        await alice.described("/CHEMLAB/SYNTHESIS/TITRATION_1")


async def test_labels_come_with_the_entity(alice: OpenBIS) -> None:
    before = alice.transport.stats.round_trips
    entity, definitions = await alice.described("/BIOLAB/GROWTH/EXP1", "object")
    assert alice.transport.stats.round_trips == before + 1
    assert definitions["$NAME"].label == "Name"
    goals = definitions["EXPERIMENTAL_STEP.EXPERIMENTAL_GOALS"]
    assert (goals.data_type, entity.properties[goals.code]) == ("MULTILINE_VARCHAR", "<p>OD 0.5</p>")
    assert (await alice.described("/BIOLAB"))[1] == {}
