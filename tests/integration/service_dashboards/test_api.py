"""The API of dashboards: who may do what, and that nothing is lost or made twice."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import Connection

from openbis_nb.errors import Forbidden, NotFound
from openbis_nb.service.publishing.bodies import PublishBody
from openbis_nb.service.publishing.dashboards.boards import Boards
from openbis_nb.service.publishing.dashboards.model import MOST_TILES
from openbis_nb.service.publishing.dashboards.presenting import Presenting
from tests.integration.service_library.conftest import GROWTH, TITRATION, set_roles

from .conftest import NOTEBOOK, Client, Lab

PROJECT = "/BIOLAB/GROWTH"
OTHER = "/BIOLAB/SCREENING"

#: Role and where, the dashboard's place → sees, edits. A role in a project is none in its space.
RIGHTS = [
    ("OBSERVER", "BIOLAB", PROJECT, True, False),
    ("USER", "BIOLAB", PROJECT, True, True),
    ("POWER_USER", "BIOLAB", GROWTH, True, True),
    ("OBSERVER", "BIOLAB", "/BIOLAB", True, False),
    ("USER", "BIOLAB", "/BIOLAB", True, True),
    ("OBSERVER", PROJECT, PROJECT, True, False),
    ("USER", PROJECT, PROJECT, True, True),
    ("USER", PROJECT, GROWTH, True, True),
    ("USER", PROJECT, OTHER, False, False),
    ("ADMIN", "CHEMLAB", PROJECT, False, False),
    ("ADMIN", "CHEMLAB", GROWTH, False, False),
    ("OBSERVER", "*", "/BIOLAB", True, False),
    ("ADMIN", "*", GROWTH, True, True),
]


@pytest.mark.parametrize(("role", "where", "place", "sees", "edits"), RIGHTS)
async def test_who_may_see_and_edit(
    lab: Lab, role: str, where: str, place: str, sees: bool, edits: bool
) -> None:
    """Row 60: a dashboard is shared by the rights in openBIS of the place that it belongs to, and by nothing
    else; who may not see it learns nothing of it."""
    admin, them = lab.who("admin"), lab.who("olga")
    made = await admin.made("POST", "dashboards", {"name": "Growth", "stored_in": place})
    path = f"dashboards/{made['dashboard']['id']}"
    set_roles(lab.sandbox, "olga", (role, where))

    listed = await them.get("dashboards")
    assert (len(listed["dashboards"]), listed["total"]) == ((1, 1) if sees else (0, 0))
    assert len((await them.get("dashboards", editable=True))["dashboards"]) == edits
    new = {"name": "Another", "stored_in": place}
    if not sees:
        hidden = await them.refused("GET", path, 404)
        unknown = await them.refused("GET", f"dashboards/{'0' * 32}", 404)
        assert hidden == unknown
        for verb, body in (("PATCH", {"name": "X"}), ("DELETE", None), ("POST", None)):
            target = path if verb != "POST" else f"{path}/tiles"
            json = {"page_id": "any"} if verb == "POST" else body
            await them.refused(verb, target, 404, json=json)
        await them.refused("POST", "dashboards", 404, json=new)
        return
    detail = await them.get(path)
    assert detail["dashboard"]["stored_in"]["identifier"] == place
    assert detail["may"]["edit"]["allowed"] is edits
    if edits:
        await them.made("POST", "dashboards", new)
        changed = await them.made("PATCH", path, {"name": "Renamed"}, 200)
        assert changed["dashboard"]["changed_by"] == "olga"
        assert (await them.ask("DELETE", path)).status_code == 204
    else:
        assert detail["may"]["edit"]["role"] == "USER"
        for verb, target, json in (
            ("PATCH", path, {"name": "X"}),
            ("DELETE", path, None),
            ("POST", f"{path}/tiles", {"page_id": "any"}),
            ("POST", "dashboards", new),
        ):
            problem = await them.refused(verb, target, 403, json=json)
            assert problem["role"] == "USER"


async def _two_pages(lab: Lab) -> tuple[str, str]:
    """One that all of BIOLAB sees, one of CHEMLAB."""
    growth = await lab.publish("alice", GROWTH, "Growth curves")
    return growth, await lab.publish("bob", TITRATION, "Titration")


async def _dashboard(client: Client, **more: Any) -> tuple[str, Any]:
    made = await client.made("POST", "dashboards", {"name": "Growth", "stored_in": PROJECT, **more})
    return f"dashboards/{made['dashboard']['id']}", made


async def test_a_tile_shows_only_what_the_viewer_sees(lab: Lab) -> None:
    """D-04, D-09: each tile is judged with the viewer's own session; of one that they may not see they learn
    its place and nothing else, and may move and remove it, but not look into it."""
    growth, titration = await _two_pages(lab)
    admin, olga, ursula = lab.who("admin"), lab.who("olga"), lab.who("ursula")
    tiles = [
        {"page_id": growth, "x": 0, "y": 0, "w": 6, "h": 5},
        {"page_id": titration, "x": 6, "y": 0, "w": 6, "h": 5, "title": "Private titration"},
    ]
    path, made = await _dashboard(admin, tiles=tiles)
    assert [tile["visible"] for tile in made["tiles"]] == [True, True]
    assert made["tiles"][1]["title"] == "Private titration"

    seen = await olga.get(path)
    shown, hidden = seen["tiles"]
    assert shown["page"]["title"] == "Growth curves"
    assert shown["page"]["saved_by"] == "alice"
    assert hidden == {
        "id": made["tiles"][1]["id"], "x": 6, "y": 0, "w": 6, "h": 5, "visible": False, "title": "",
        "code": True, "output": None, "page": None, "frame": "",
    }  # fmt: skip
    text = (await olga.ask("GET", path)).text
    assert titration not in text
    assert "titration" not in text.lower()

    at = {"w": 6, "h": 5, "y": 0}
    swapped = [{"id": shown["id"], "x": 6, **at}, {"id": hidden["id"], "x": 0, **at}]
    await ursula.made("PATCH", path, {"tiles": swapped}, 200)
    named = [swapped[0], swapped[1] | {"title": "Mine now"}]
    await ursula.refused("PATCH", path, 404, json={"tiles": named})
    await ursula.refused("POST", f"{path}/tiles", 404, json={"page_id": titration})
    again = await admin.get(path)
    assert [tile["title"] for tile in again["tiles"]] == ["Private titration", ""]
    gone = await ursula.ask("DELETE", f"{path}/tiles/{hidden['id']}")
    assert len(gone.json()["tiles"]) == 1


async def test_a_page_that_is_stopped_looks_like_one_that_is_hidden(lab: Lab) -> None:
    growth, titration = await _two_pages(lab)
    admin, olga = lab.who("admin"), lab.who("olga")
    tiles = [
        {"page_id": page, "x": 0, "y": 5 * n, "w": 6, "h": 5} for n, page in enumerate((growth, titration))
    ]
    path, _ = await _dashboard(admin, tiles=tiles)
    await lab.service.publications.stop(await lab.caller("alice"), growth, {})
    stopped, hidden = (await olga.get(path))["tiles"]
    assert stopped | {"id": "", "y": 0} == hidden | {"id": "", "y": 0}


async def test_a_page_or_one_of_its_outputs_is_added(lab: Lab) -> None:
    """D-08, D-10: a tile is a page or one output of it, its code shown or hidden; it takes the first free
    place."""
    growth, _ = await _two_pages(lab)
    alice = lab.who("alice")
    path, _ = await _dashboard(alice)
    whole = await alice.made("POST", f"{path}/tiles", {"page_id": growth, "code": False})
    [output] = await alice.get(f"pages/{growth}/outputs")
    assert output["frame"].endswith("cell=fit&output=0")
    chosen = {"cell_id": output["cell_id"], "index": output["index"]}
    single = await alice.made("POST", f"{path}/tiles", {"page_id": growth, "output": chosen, "title": "Rate"})
    assert (whole["tile"]["code"], "code=hidden" in whole["tile"]["frame"]) == (False, True)
    assert single["tile"]["output"] == chosen
    assert single["dashboard"]["tile_count"] == 2
    detail = await alice.get(path)
    assert [(tile["x"], tile["y"]) for tile in detail["tiles"]] == [(0, 0), (0, whole["tile"]["h"])]
    no_output = {"page_id": growth, "output": {"cell_id": "fit", "index": 7}}
    await alice.refused("POST", f"{path}/tiles", 400, json=no_output)


async def test_what_somebody_else_changed_is_not_overwritten(lab: Lab) -> None:
    growth, _ = await _two_pages(lab)
    alice, ursula = lab.who("alice"), lab.who("ursula")
    path, made = await _dashboard(alice)
    mine = await alice.made("PATCH", path, {"name": "By alice"}, 200, If_Match=made["etag"])
    problem = await ursula.refused(
        "PATCH", path, 412, json={"name": "By ursula"}, headers={"If-Match": made["etag"]}
    )
    assert "dashboard" in problem["detail"]
    assert (await ursula.get(path))["dashboard"]["name"] == "By alice"
    await ursula.made(
        "POST", f"{path}/tiles", {"page_id": growth}
    )  # names no state: it is added to what is there
    await alice.refused("DELETE", path, 412, headers={"If-Match": mine["etag"]})
    newest = await alice.ask("GET", path)
    assert (
        await alice.ask("GET", path, headers={"If-None-Match": newest.headers["ETag"]})
    ).status_code == 304
    gone = await alice.ask("DELETE", path, headers={"If-Match": newest.headers["ETag"]})
    assert gone.status_code == 204


async def test_tiles_that_are_added_at_once_all_stay(lab: Lab) -> None:
    growth, _ = await _two_pages(lab)
    alice = lab.who("alice")
    path, _ = await _dashboard(alice)
    await asyncio.gather(*(alice.made("POST", f"{path}/tiles", {"page_id": growth}) for _ in range(4)))
    tiles = (await alice.get(path))["tiles"]
    assert [tile["y"] for tile in tiles] == [0, 8, 16, 24]


async def test_a_repeat_makes_nothing_twice(lab: Lab) -> None:
    growth, _ = await _two_pages(lab)
    alice, new = lab.who("alice"), {"name": "Once", "stored_in": PROJECT}
    first, second = [await alice.made("POST", "dashboards", new, Idempotency_Key="k1") for _ in range(2)]
    assert first["dashboard"]["id"] == second["dashboard"]["id"]
    path = f"dashboards/{first['dashboard']['id']}"
    one, two = [
        await alice.made("POST", f"{path}/tiles", {"page_id": growth}, Idempotency_Key="k2") for _ in range(2)
    ]
    assert one["tile"]["id"] == two["tile"]["id"]
    etag = two["etag"]
    for _ in range(2):  # the second names a state that is over, and was done all the same
        await alice.made("PATCH", path, {"name": "Twice"}, 200, Idempotency_Key="k3", If_Match=etag)
    assert len((await alice.get("dashboards"))["dashboards"]) == 1


WRONG_TILES = [
    [{"x": 11, "y": 0, "w": 2, "h": 2}],
    [{"x": 0, "y": 0, "w": 1, "h": 2}],
    [{"x": 0, "y": 0, "w": 2, "h": 41}],
    [{"x": 0, "y": 9000, "w": 2, "h": 2}],
    [{"x": -1, "y": 0, "w": 2, "h": 2}],
    [{"x": 0, "y": 0, "w": 6, "h": 4}, {"x": 5, "y": 3, "w": 6, "h": 4}],
    [{"x": 0, "y": 2 * n, "w": 2, "h": 2} for n in range(MOST_TILES + 1)],
    [{"id": "0" * 16, "x": 0, "y": 0, "w": 2, "h": 2, "page_id": "a"}],
]


@pytest.mark.parametrize("places", WRONG_TILES, ids=lambda tiles: f"{len(tiles)} {tiles[0]}")
async def test_tiles_that_make_no_dashboard_change_nothing(lab: Lab, places: list[dict[str, Any]]) -> None:
    growth, _ = await _two_pages(lab)
    alice = lab.who("alice")
    path, made = await _dashboard(alice)
    tiles = [{"page_id": growth} | place for place in places]
    await alice.refused("PATCH", path, 400, json={"name": "Changed", "tiles": tiles})
    assert (await alice.get(path))["etag"] == made["etag"]


@pytest.mark.parametrize("name", ["", "  \n", "x" * 201])
async def test_a_name_says_something_and_is_not_endless(lab: Lab, name: str) -> None:
    await lab.who("alice").refused("POST", "dashboards", 400, json={"name": name, "stored_in": PROJECT})


async def test_an_object_holds_no_dashboard(lab: Lab) -> None:
    alice = lab.who("alice")
    client = (await lab.person("alice")).client
    stored = next(iter([one async for one in client.objects_of(await client.entity("/BIOLAB"))]))
    body = {"name": "Growth", "stored_in": stored.perm_id, "kind": None}
    await alice.refused("POST", "dashboards", 400, json=body)


async def test_the_list_is_searched_and_read_page_by_page(lab: Lab) -> None:
    """Row 60: by words in name or place; pages neither repeat nor leave out, and count only what is seen."""
    admin, olga = lab.who("admin"), lab.who("olga")
    for name in ("Delta", "alpha", "Charlie", "100% done"):
        await admin.made("POST", "dashboards", {"name": name, "stored_in": PROJECT})
    await admin.made("POST", "dashboards", {"name": "Bravo", "stored_in": OTHER})
    await admin.made("POST", "dashboards", {"name": "Alpha of chemistry", "stored_in": "/CHEMLAB/SYNTHESIS"})
    names, cursor = [], None
    while True:
        page = await olga.get("dashboards", limit=2, **({"cursor": cursor} if cursor else {}))
        assert page["total"] == 5
        names += [row["name"] for row in page["dashboards"]]
        if not (cursor := page["cursor"]):
            break
    assert names == ["100% done", "alpha", "Bravo", "Charlie", "Delta"]

    async def found(q: str, **more: Any) -> list[str]:
        return [row["name"] for row in (await olga.get("dashboards", q=q, **more))["dashboards"]]

    assert await found("screen") == ["Bravo"]
    assert await found("0%") == ["100% done"]
    assert await found("ALPHA growth") == ["alpha"]
    assert await found("alpha screening") == []
    assert await found("", stored_in=OTHER) == ["Bravo"]
    assert await found("chemistry") == []
    await olga.refused("GET", "dashboards", 404, params={"stored_in": "/CHEMLAB/SYNTHESIS"})
    await olga.refused("GET", "dashboards", 400, params={"cursor": "nonsense"})


async def test_a_dashboard_moves_to_a_place_where_one_may_write(lab: Lab) -> None:
    ursula = lab.who("ursula")
    path, _ = await _dashboard(ursula)
    moved = await ursula.made("PATCH", path, {"stored_in": GROWTH}, 200)
    assert moved["dashboard"]["stored_in"]["kind"] == "experiment"
    set_roles(lab.sandbox, "ursula", ("USER", "BIOLAB"), ("OBSERVER", "CHEMLAB"))
    await ursula.refused("PATCH", path, 403, json={"stored_in": "/CHEMLAB"})
    assert (await ursula.get(path))["dashboard"]["stored_in"]["identifier"] == GROWTH


async def test_publishing_puts_a_page_on_a_dashboard_in_the_same_step(lab: Lab) -> None:
    """D-07, row 57: only where the publisher may change the dashboard; a page that cannot go there is not
    published either."""
    admin, alice = lab.who("admin"), lab.who("alice")
    path, made = await _dashboard(alice)
    board = made["dashboard"]["id"]
    page = await lab.publish("alice", GROWTH, "Growth curves", dashboard=board)
    [tile] = (await alice.get(path))["tiles"]
    assert (tile["page"]["id"], tile["output"]) == (page, None)
    caller = await lab.caller("alice")
    assert [one.id for one in await lab.service.publications.boards.editable(caller)] == [board]
    held = await lab.service.publications.boards.holding(caller, [page])
    assert [one.title for one in held[page]] == ["Growth"]

    other = await admin.made("POST", "dashboards", {"name": "Chemistry", "stored_in": "/CHEMLAB"})
    with pytest.raises(NotFound):
        await lab.publish("alice", GROWTH, "Elsewhere", dashboard=other["dashboard"]["id"])
    set_roles(lab.sandbox, "alice", ("USER", "BIOLAB"), ("OBSERVER", "CHEMLAB"))
    with pytest.raises(Forbidden):
        await lab.publish("alice", GROWTH, "Elsewhere", dashboard=other["dashboard"]["id"])
    assert (await admin.get(f"dashboards/{other['dashboard']['id']}"))["tiles"] == []
    assert len((await alice.get("dashboards"))["dashboards"]) == 2


async def test_a_new_dashboard_for_a_notebook_belongs_to_its_project(lab: Lab) -> None:
    boards = Boards(lab.service.dashboards, Presenting(lab.service.links))
    caller, client = await lab.caller("alice"), (await lab.person("alice")).client
    place = await boards.home_for(caller, await client.entity(GROWTH))
    assert (place.kind, place.identifier) == ("project", PROJECT)

    def make(connection: Connection) -> None:
        for _ in range(2):  # a try that is repeated makes nothing more
            boards.create(
                connection,
                dashboard_id="a" * 32,
                place=place,
                title="New",
                who="alice",
                now=1_800_000_000_000,
            )
            boards.add_page(connection, "a" * 32, "b" * 32, "alice", 2)

    await lab.service.database.run(make)
    [row] = (await lab.who("olga").get("dashboards"))["dashboards"]
    assert (row["name"], row["tile_count"]) == ("New", 1)
    with pytest.raises(Forbidden):
        await boards.home_for(await lab.caller("olga"), await client.entity(GROWTH))


async def test_a_tile_says_that_there_is_a_newer_version(lab: Lab) -> None:
    """D-05: of a page that is pinned; the newest version that counts is another one."""
    alice, author = lab.who("alice"), await lab.person("alice")
    files = {"notebook.ipynb": json.dumps(NOTEBOOK).encode()}
    notebook, first = await author.save(GROWTH, "Growth", files=files)
    body = PublishBody(version=first, follow="pinned", code="hidden")
    page = await lab.service.publications.publish(await lab.caller("alice"), body)
    path, _ = await _dashboard(alice, tiles=[{"page_id": page.id, "x": 0, "y": 0, "w": 6, "h": 5}])
    [tile] = (await alice.get(path))["tiles"]
    assert (tile["page"]["version"], tile["page"]["newer"]) == (first, False)
    assert tile["page"]["has_code"] is False
    _, second = await author.save(GROWTH, "Growth", notebook, files=files)
    await lab.service.catalogue.saw(author, [second])
    [tile] = (await alice.get(path))["tiles"]
    assert (tile["page"]["version"], tile["page"]["newer"]) == (first, True)
