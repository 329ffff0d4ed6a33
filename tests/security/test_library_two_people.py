"""What a person's own session has not confirmed does not leave the service (design D13), on any route.

Every route is asked for what is hidden from who asks, and for what has never been there: the answers are the
same, and so is what openBIS is asked. Routes come from the code, so that no new one is forgotten; one that
takes an id of a kind that is not known here fails until it is said what a hidden one is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from openbis_nb.service.plotly.addresses import BASE, METHODS
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import PREFIX, Client
from tests.integration.service_library.api import (
    PLACE,
    Site,
    api_hub,
    api_openbis,
    keyed,
    notebook,
    running_site,
)
from tests.integration.service_library.conftest import TITRATION, set_roles
from tests.integration.service_library.shown import Reader

from .library_site import stored

__all__ = ["api_hub", "api_openbis"]

MARK = "Hidden-4f1d"
KEY = "the-key-of-somebody-else"
#: Questions at openBIS; each is counted.
CALLS = (
    "searchDataSets", "getDataSets", "searchExperiments", "getExperiments", "searchSamples", "getSamples",
    "searchProjects", "getProjects", "searchSpaces", "getSpaces", "getRights", "searchFiles",
    "searchDeletions", "searchRoleAssignments", "getDataSetTypes", "getSessionInformation",
    "searchPropertyTypes", "direct-get", "file-transfer", "createUploadedDataSet", "deleteDataSets",
    "updateDataSets", "revertDeletions", "confirmDeletions",
)  # fmt: skip


@dataclass(frozen=True)
class Ids:
    """Of one notebook and where it lies: what stands in requests."""

    notebook: str
    fid: str
    first: str
    newest: str
    trashed: str
    place: str
    place_perm_id: str
    project: str
    project_perm_id: str
    space: str
    author: str
    cursor: str

    def hide(self, text: str) -> str:
        """*text* with a word in place of each of them, however it is written."""
        found = {value for value in vars(self).values() if len(value) > 5}
        found |= {value.strip("/") for value in found}
        found |= {value.replace(":", "%3A") for value in found} | {
            value.replace("/", "%2F") for value in found
        }
        for value in sorted(found, key=len, reverse=True):
            text = text.replace(value, "ID")
        return re.sub(r'"request_id": *"[^"]*"', "", text)


GHOST = Ids(
    notebook="0f5e4d3c2b1a49788796a5b4c3d2e1f0",
    fid="alice:2020010100000000099",
    first="20200101000000000-99",
    newest="20200101000000000-98",
    trashed="20200101000000000-97",
    place="/BIOLAB/GROWTH/NEVER_THERE",
    place_perm_id="20200101000000000-96",
    project="/BIOLAB/NEVER_THERE",
    project_perm_id="20200101000000000-95",
    space="NEVER_THERE",
    author="alice",
    cursor="",
)


@dataclass
class Stage:
    """A service in which alice and an admin have looked at everything, and what others may not see of it."""

    site: Site
    hidden: Ids
    alice: Client
    etag: str

    def person(self, user: str) -> Client:
        found = self.site.service.person(user, session=self.site.openbis.token(user))
        found.headers["Plotly-Client-Platform"] = "python"
        return found


@pytest.fixture(scope="module")
def stage(
    api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    with running_site(tmp_path_factory.mktemp("two"), api_openbis, api_hub, confirmed_for="300") as site:
        alice, admin = site.who("alice"), site.who("admin")
        made = alice.store(notebook(MARK), key=KEY, name=MARK, description=MARK)
        notebook_id, first = made["notebook"]["id"], made["versions"][0]["id"]
        newest = alice.add(notebook_id, notebook(MARK, "2"), name=MARK)["id"]
        gone = alice.store(notebook("gone"), name=f"{MARK} gone")["notebook"]["lastCheckpointId"]
        alice.made("DELETE", f"notebooks/{gone}", 200)
        entity = next(row["storedIn"] for row in alice.get("notebooks", id=notebook_id)["entries"])
        row = alice.get("notebooks", id=notebook_id)["entries"][0]
        alice.store(notebook("another"), name=f"{MARK} another")
        cursor = admin.get("notebooks", limit=1)["cursor"]
        hidden = Ids(
            notebook_id, row["fid"], first, newest, gone, PLACE, entity["permId"], "/BIOLAB/GROWTH",
            row["projectId"], "BIOLAB", "alice", cursor,
        )  # fmt: skip
        for path in (f"versions/{first}/html", f"compare?base={first}&with={newest}", "storage"):
            assert alice.ask("GET", path).status_code == 200
        set_roles(api_openbis, "ursula", ("POWER_USER", "/BIOLAB/SCREENING"))
        yield Stage(site, hidden, site.service.person("alice"), made["etag"])
        api_openbis.reset()


def test_no_route_tells_what_is_hidden_from_what_is_not_there(stage: Stage) -> None:
    """bob shares no space with alice; ursula has a role in another project of the same space."""
    for user in ("bob", "ursula"):
        who = stage.person(user)
        for known in _requests(stage, GHOST, user):
            _send(who, *known)  # so that what is remembered of bob himself is remembered for both
        pairs = zip(_requests(stage, stage.hidden, user), _requests(stage, GHOST, user), strict=True)
        for (method, path, body), (_, absent, nothing) in pairs:
            told = _told(stage, who, stage.hidden, method, path, body)
            assert told == _told(stage, who, GHOST, method, absent, nothing), (user, method, path)
            assert MARK not in str(told)


def test_who_sees_it_gets_it_on_the_same_routes(stage: Stage) -> None:
    """Else the answers above would mean nothing."""
    stage.alice.headers["Plotly-Client-Platform"] = "python"
    found = [
        (path, _send(stage.alice, method, path, body).status_code)
        for method, path, body in _requests(stage, stage.hidden, "alice")
        if method == "GET" and "/owners" not in path  # of a project or space only
    ]
    assert {status for _, status in found} == {200}, [one for one in found if one[1] != 200]
    assert len(found) > 30


def test_pages_and_frames_tell_nothing_either(stage: Stage) -> None:
    """A page that names nothing is the same for everybody; the rest is 404 as for what is not there."""
    hub = stage.site.service.hub
    token = hub.person("bob-in-a-browser", session=stage.site.openbis.token("bob"), user_id="bob")
    browser = stage.site.service.browser()
    browser.log_in(token, f"{PREFIX}launch/none")
    reader = Reader(browser)

    def told(ids: Ids) -> list[tuple[int, str]]:
        author, number = ids.fid.split(":")
        frames = (
            f"frame/version/{ids.first}",
            f"frame/version/{ids.first}?code=hidden",
            f"frame/compare?base={ids.first}&with={ids.newest}",
        )
        pages = (
            f"library/n/x-{ids.notebook}",
            f"library/n/x-{ids.notebook}/{ids.first}",
            f"library/compare?base={ids.first}&with={ids.newest}",
            f"library/data-set/{ids.first}",
            f"library/file/{ids.first}",
            f"library?project={ids.project_perm_id}",
            f"~{author}/{number}/",
            f"~{author}/{number}/hidden-4f1d/",
            f"~{author}/{number}.embed",
        )
        answers = [reader.frame(path) for path in frames]
        answers += [browser.go(PREFIX + path) for path in pages]
        return [(answer.status_code, ids.hide(answer.text)) for answer in answers]

    assert told(stage.hidden) == told(GHOST)
    assert MARK not in str(told(stage.hidden))


def test_somebody_elses_key_cursor_and_etag_open_nothing(stage: Stage) -> None:
    """An ``Idempotency-Key`` is its sender's own; a cursor and an ETag grant nothing."""
    bob, ids = stage.person("bob"), stage.hidden
    same = {"data": notebook(MARK), "headers": {**keyed(KEY), "Content-Type": "application/x-ipynb+json"}}
    path = f"{PREFIX}api/v1/notebooks"
    answer = bob.post(f"{path}?storedIn={PLACE}&name={MARK}&description={MARK}", **same)
    assert answer.status_code == 404
    assert ids.notebook not in answer.text
    mine = bob.post(f"{path}?storedIn={TITRATION}&name=mine", **same)
    assert mine.status_code == 201, mine.text
    assert mine.json()["notebook"]["id"] != ids.notebook
    for path in (f"notebooks/{ids.notebook}", f"versions/{ids.first}", f"versions/{ids.first}/content"):
        for etag in ("*", stage.etag, stage.alice.get(path).headers["ETag"]):
            answer = bob.get(path, headers={"If-None-Match": etag})
            assert (answer.status_code, "ETag" in answer.headers) == (404, False), path
    page = bob.get(f"notebooks?cursor={ids.cursor}")
    assert page.status_code == 200
    assert [row["name"] for row in page.json()["entries"]] in ([], ["mine"])


def test_what_is_one_s_own_says_nothing_of_hidden_relatives(stage: Stage) -> None:
    """An input from a hidden place, and a fork there of what one sees: no id, no name, no number of it."""
    openbis, ids = stage.site.openbis, stage.hidden
    admin = stage.site.who("admin")
    ours = stored(openbis, admin, place=TITRATION, parents=(ids.newest,), name="Seen by bob")
    child = stored(openbis, admin, parents=(ours,), name=f"{MARK} child")
    later = stored(openbis, admin, place=TITRATION, parents=(ours,), name="Seen by bob, too")
    bob = stage.person("bob")
    for path in (
        "notebooks", "notebooks?newerData=true", "storage", "superseded", "trash", f"notebooks/{ours}",
        f"versions/{ours}", f"versions?id={ours}&id={ids.first}", f"lineage?of={ours}&of={ids.newest}",
        f"lineage?of={later}&up=5&down=5", f"impact?dataSet={ours}", f"compare?base={ours}&with={later}",
        "search?q=Hidden", f"data-sets?perm_id={ours}",
    ):  # fmt: skip
        answer = bob.get(path)
        assert answer.status_code == 200, (path, answer.text)
        for secret in (MARK, ids.notebook, ids.newest, ids.first, ids.trashed, child):
            assert secret not in answer.text, (path, secret)
    listed = bob.get("notebooks").json()
    assert listed["totalItemCount"] in (None, len(listed["entries"]))
    assert {one["value"] for one in listed["authors"]} == {row["owner"] for row in listed["entries"]}
    assert {row["organizationId"] for row in listed["entries"]} == {"CHEMLAB"}
    assert {one["space"] for one in bob.get("storage").json()["spaces"]} <= {"CHEMLAB"}


def _told(stage: Stage, who: Client, ids: Ids, method: str, path: str, body: Any) -> tuple[Any, ...]:
    """All that an answer says to who must not know, and what openBIS was asked for it."""
    faults = stage.site.openbis.faults
    faults.clear()
    for call in CALLS:
        faults.add("latency", call, seconds=0, count=0)
    answer = _send(who, method, path, body)
    asked = sorted(fault.target for fault in faults.struck())
    faults.clear()
    own = {"x-request-id", "date", "content-length"}
    headers = sorted((name.lower(), ids.hide(value)) for name, value in answer.headers.items())
    is_list = answer.status_code == 200  # its index is brought up to date in between, by what others saved
    return (
        answer.status_code,
        [one for one in headers if one[0] not in own],
        ids.hide(answer.text),
        [] if is_list else asked,
    )


def _send(who: Client, method: str, path: str, body: Any) -> requests.Response:
    headers = {"Idempotency-Key": KEY} if method != "GET" else {}
    content = {"data": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
    return who._send(method, path, headers=headers, allow_redirects=False, **content)


def _requests(stage: Stage, ids: Ids, user: str) -> Iterator[tuple[str, str, Any]]:
    """Method, path and body: every route of the document and of v2, with each id that it takes."""
    document = stage.alice.get("openapi.json").json()
    assert "paths" in document, document
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if method in ("get", "post", "put", "patch", "delete") and "/api/v1/" in path:
                yield from _of_operation(ids, user, method.upper(), path, said)
    for path, methods_of in METHODS.items():
        for method in methods_of:
            if "{fid}" in path and method not in ("OPTIONS", "HEAD"):
                address = f"{PREFIX}{BASE}{path.replace('{fid}', ids.fid)}"
                content = notebook().decode()
                body = {"filename": "a.ipynb"} | (
                    {"world_readable": False, "content": content, "parent": -1} if method == "PUT" else {}
                )
                yield method, address, None if method in ("GET", "DELETE") else body
    number = ids.place_perm_id.replace("-", "")
    for query in (
        f"parent={number}", f"parent_path={ids.place}", f"user={ids.author}&parent_path={ids.place}",
    ):  # fmt: skip
        yield "GET", f"{PREFIX}{BASE}?{query}", None
    if user != "alice":
        yield "GET", f"{PREFIX}{BASE}/lookup?path={MARK}.ipynb&parent={number}", None
    for exists in ("true", "false")[: 2 if user != "alice" else 1]:
        yield "GET", f"{PREFIX}{BASE}/lookup?path={ids.place}/{MARK}.ipynb&exists={exists}", None


#: What routes beside the library take: launches and previews are found by their own people only; published
#: pages, their links and dashboards have tests of who sees them (tests/integration/service_publishing).
_NOT_OURS = {"launch_id", "preview_id", "page", "link", "dashboard", "tile"}
_BODIES: dict[str, Any] = {
    "/fork": {"name": "x"},
    "/restore": {},
    "/launches": {"mode": "template"},
    "/take-over": None,
    "/revert": None,
}


def _of_operation(
    ids: Ids, user: str, method: str, path: str, said: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    named = {one["name"] for one in said.get("parameters", []) if one["in"] == "path"}
    if named & _NOT_OURS:
        return
    refs = {
        "notebook": [ids.notebook, ids.fid, ids.newest],
        "version": [ids.first],
        "perm_id": [ids.place_perm_id],
    }
    assert named <= set(refs), f"say what a hidden {named - set(refs)} of {path} is"
    if path.endswith(("/permanent", "/revert")) and method != "GET":
        refs["notebook"] = [ids.trashed, ids.notebook]
    queries = list(_queries(ids, user, path, said))
    for ref in next(refs[name] for name in named) if named else [""]:
        for query in queries if named or any(queries) else []:
            filled = re.sub(r"\{[^}]*\}", requests.utils.quote(ref, safe=":"), path)  # type: ignore[attr-defined]
            yield method, f"{filled}?{query}" if query else filled, _body(ids, method, path, said)
    if path.endswith("/superseded/trash"):
        yield method, path, {"ids": [ids.first]}


def _body(ids: Ids, method: str, path: str, said: Mapping[str, Any]) -> Any:
    kinds = said.get("requestBody", {}).get("content", {})
    if "application/x-ipynb+json" in kinds:
        return notebook()
    if path.endswith("/move"):
        return {"storedIn": ids.place}
    if method == "PATCH":
        return {"name": "x"}
    return next((body for end, body in _BODIES.items() if path.endswith(end)), None)


#: Names of values in queries → what a hidden one is.
_VALUES = {
    "storedIn": "place",
    "projectIdentifier": "project",
    "project": "project_perm_id",
    "experiment": "place_perm_id",
    "space": "space",
    "dataSet": "first",
    "notebookId": "notebook",
    "base": "first",
    "with": "newest",
    "of": "first",
    "place": "place",
    "perm_id": "first",
    "version": "first",
    "notebook": "notebook",
    "stored_in": "place",
}
#: Neither an id, nor of any weight here: pages, orders, words.
_PLAIN = {
    "cursor", "limit", "offset", "sortBy", "sortDirection", "minCreationTime", "maxCreationTime", "text",
    "template", "owner", "newerData", "reason", "name", "description", "confirmInputs", "searchTerm", "code",
    "up", "down", "after", "q", "object", "directory", "file", "kind",
    "url", "editable", "mine", "state", "all", "live",
}  # fmt: skip


def _queries(ids: Ids, user: str, path: str, said: Mapping[str, Any]) -> Iterator[str]:
    """Each value that names something, with what must stand beside it."""
    taken = {
        one["name"]: one.get("required", False) for one in said.get("parameters", []) if one["in"] == "query"
    }
    values = _VALUES | {"id": "first" if path.endswith("/versions") else "notebook"}
    if path.endswith("/tree"):
        values["of"] = "place_perm_id"
    unknown = set(taken) - set(values) - _PLAIN
    assert not unknown, f"say what a hidden {unknown} of {path} is"
    kind = {"kind": "experiment"} if "kind" in taken else {}
    needed = {name: getattr(ids, values[name]) for name, must in taken.items() if must and name in values}
    optional = [name for name, must in taken.items() if not must and name in values]
    if user == "ursula":  # she sees the space itself, by her role in a project of it
        optional = [name for name in optional if name != "space"]
    if taken.get("q"):
        return
    if needed or "{" in path:
        yield _query(needed | kind)
    for name in optional:
        yield _query(needed | kind | {name: getattr(ids, values[name])})


def _query(values: Mapping[str, str]) -> str:
    return requests.models.RequestEncodingMixin._encode_params(dict(values))  # type: ignore[attr-defined]
