"""Where data came from and what became of it, as one person sees it."""

from __future__ import annotations

import pytest

from openbis_nb.errors import NotFound
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.library.lineage import Edge, Lineage, lineage
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab
from .data import data, trips, version


def columns(graph: Lineage) -> dict[str, int]:
    return {node.perm_id: node.column for node in graph.nodes}


async def test_the_picture_has_inputs_notebooks_and_results(alice: Workplace, lab: Lab) -> None:
    """F-07, N-08: raw data → notebook → result, with the shortcut from the raw data; pybis sees the same
    relatives."""
    client = alice.client
    raw, other = await data(client, "raw"), await data(client, "blank")
    notebook_id, notebook = await version(client, parents=[raw, other])
    result = await data(client, "fit", [notebook, raw], type_code="ANALYZED_DATA")
    before = trips(client)
    graph = await lineage(client, [notebook])
    assert trips(client) - before == 2, (
        "one for what is asked for, one for both neighbours; nothing lies beyond"
    )
    assert columns(graph) == {notebook: 0, raw: -1, other: -1, result: 1}
    assert set(graph.edges) == {
        Edge(raw, notebook), Edge(other, notebook), Edge(notebook, result), Edge(raw, result),
    }  # fmt: skip
    kinds = {node.perm_id: (node.kind, node.notebook_id) for node in graph.nodes}
    assert kinds[notebook] == ("version", notebook_id)
    assert kinds[raw] == kinds[result] == ("data set", None)
    assert {str(node.data_set.owner and node.data_set.owner.identifier) for node in graph.nodes} == {
        DEMO_EXPERIMENT
    }
    assert not graph.cut
    seen = lab.pybis().get_dataset(notebook)
    assert set(seen.parents) == {raw, other}
    assert seen.children == [result]


async def test_from_the_result_each_edge_leads_to_a_higher_column(alice: Workplace) -> None:
    """Asked from its end, the shortcut from the raw data does not put it beside the notebook."""
    client = alice.client
    raw = await data(client, "raw")
    _, notebook = await version(client, parents=[raw])
    result = await data(client, "fit", [raw, notebook])
    graph = await lineage(client, [result])
    assert columns(graph) == {result: 0, notebook: -1, raw: -2}


async def test_what_openbis_hides_is_not_in_the_picture(lab: Lab, alice: Workplace) -> None:
    """Design D13: an input in a space that one does not see is no node, and no number tells of it."""
    admin = await lab.person("admin")
    hidden = await data(admin.client, "secret", owner="/CHEMLAB/SYNTHESIS/TITRATION_1")
    open_input = await data(admin.client, "open")
    _, notebook = await version(admin.client, parents=[hidden, open_input])
    secret_result = await data(
        admin.client, "fit", [notebook], owner="/CHEMLAB/SYNTHESIS/TITRATION_1", type_code="ANALYZED_DATA"
    )
    everything = columns(await lineage(admin.client, [notebook]))
    assert everything.keys() == {hidden, open_input, notebook, secret_result}
    graph = await lineage(alice.client, [notebook])
    assert columns(graph) == {notebook: 0, open_input: -1}
    assert (graph.cut, [node.more for node in graph.nodes]) == (False, [0, 0])
    with pytest.raises(NotFound):
        await lineage(alice.client, [hidden])


async def test_a_long_or_wide_history_is_cut_and_says_so(alice: Workplace) -> None:
    """One round trip a level; what is left out is counted at the node where it is missing."""
    client = alice.client
    chain = [await data(client, "0")]
    for number in range(1, 6):
        chain.append(await data(client, str(number), [chain[-1]]))
    before = trips(client)
    graph = await lineage(client, [chain[3]], up=2, down=1)
    assert trips(client) - before == 3
    assert columns(graph) == {chain[3]: 0, chain[2]: -1, chain[1]: -2, chain[4]: 1}
    assert {node.perm_id: node.more for node in graph.nodes if node.more} == {chain[1]: 1, chain[4]: 1}
    assert graph.cut
    many = [await data(client, f"child {number}", [chain[3]]) for number in range(5)]
    graph = await lineage(client, [chain[3]], most=4)
    assert len(graph.nodes) == 4
    assert chain[2] in columns(graph), "neither side crowds out the other"
    [root] = [node for node in graph.nodes if node.column == 0]
    assert root.more == len([chain[4], *many]) - sum(column > 0 for column in columns(graph).values())


async def test_several_versions_are_one_picture(alice: Workplace) -> None:
    """What was asked for stays in the middle, also where one comes from the other."""
    client = alice.client
    raw = await data(client, "raw")
    notebook_id, first = await version(client, parents=[raw])
    _, second = await version(client, notebook_id, parents=[raw, first])
    graph = await lineage(client, [first, second, "20200101000000000-1"])
    assert columns(graph) == {first: 0, second: 0, raw: -1}
    assert set(graph.edges) == {Edge(raw, first), Edge(raw, second), Edge(first, second)}
