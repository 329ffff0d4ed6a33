"""A person's own Jupyter server: whatever is sent to its routes, and whatever notebooks lie there.

The routes come from the server itself, and so do the names in their bodies: a new one is tried as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests

from openbis_nb.models import Identity
from openbis_nb.sandbox import DEMO_EXPERIMENT, running_sandbox
from openbis_nb.sandbox.faults import FaultKind

from .own_server import OwnServer, listener, stored_versions
from .path_tricks import tree
from .token_search import search_bytes, search_tree

#: What a kernel may ask by the key of its server.
OF_KERNELS = {("GET", "state"), ("GET", "save-answers")}
MARK = "precious-9f4c1e77"

OUT = (
    "../outside/precious.ipynb",
    "a/../../outside/precious.ipynb",
    "{outside}/precious.ipynb",
    "/etc/passwd",
    "link/precious.ipynb",
    "link.ipynb",
    "up/outside/precious.ipynb",
    "a\0b.ipynb",
    "n" * 5000,
    "loop/a.ipynb",
)
#: In the folder, and no notebook.
ODD = (
    *("pipe.ipynb", "folder.ipynb", "deep.ipynb", "text.ipynb", "lines.ipynb", "gone.ipynb"),
    *("~/a.ipynb", "%2e%2e/a", "\ufffd"),
)
WRONG: tuple[Any, ...] = (
    *(5, 1.5, True, [], {}, [5], [[]], {"a": {}}, 10**400),
    *("", "\0", "\ud800", "../../x", "x" * 5000, "<script>alert(1)</script>"),
    *(["x" * 5000], ["../../../etc/passwd"], ["\ud800"]),
)
RUBBISH = (
    *(b"", b"[]", b"nonsense", b"\xff", b"NaN", b"[" * 100_000, b'{"a":' * 50_000),
    b"x" * (2**20 + 1),
)
QUERIES: tuple[dict[str, str], ...] = (
    {},
    {"path": "plain.ipynb"},
    {"wait": "x"},
    {"offset": "-1", "after": "x:y"},
    {"kind": "x"},
    {"kind": "object", "after": "object:99999999999"},
    {"kind": "object", "after": "data-set:x"},
    {"q": "*" * 199},
    {"q": "\0", "id": "' OR 1=1", "code": "%", "notebook": "../x", "owner": "\0"},
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    with running_sandbox() as sandbox:
        own = OwnServer(tmp_path_factory.mktemp("own"), sandbox)
        try:
            yield own.begin()
        finally:
            own.server.stop()


def check(answer: requests.Response, *, statuses: tuple[int, ...] = ()) -> None:
    """No accident: JSON, or a problem with a sentence and a next step; nothing of the machine in it."""
    where = (answer.request.method, answer.request.url, str(answer.request.body)[:200], answer.text[:500])
    assert "Traceback" not in answer.text, where
    assert "nobody foresaw" not in answer.text, where
    assert MARK not in answer.text, where
    if statuses:
        assert answer.status_code in statuses, where
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", where
        problem = answer.json()
        assert problem["detail"], where
        assert problem["next_step"], where
        assert len(answer.content) < 20_000, where


def test_a_kernels_key_opens_what_a_saving_cell_asks(own: OwnServer) -> None:
    """Decision 0033."""
    headers = {"Authorization": own.kernels_key}
    opened = set()
    for method, path in own.routes:
        answer = requests.request(
            method,
            own.server.origin + path,
            headers=headers,
            params={"wait": "0"},
            json={},
            allow_redirects=False,
            timeout=60,
        )
        if answer.status_code not in (302, 403):
            opened.add((method, path.split("/api/v1/")[-1].split("/")[0]))
    assert opened == OF_KERNELS
    for wrong in ("openbis-nb-kernel ", own.kernels_key[:-1], own.kernels_key.replace("kernel", "Kernel")):
        answer = requests.get(
            f"{own.server.url}openbis/api/v1/state", headers={"Authorization": wrong}, timeout=30
        )
        assert answer.status_code == 403


def test_no_other_page_acts_for_a_person(own: OwnServer) -> None:
    """With the person's cookies, and without what only our page knows."""
    browser = own.server.browser()
    for method, path in own.routes:
        if method == "GET":
            continue
        for headers in ({}, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}):
            address = own.server.origin + path
            answer = browser.request(
                method, address, headers=headers, data="{}", allow_redirects=False, timeout=30
            )
            assert answer.status_code in (403, 404), (method, path, answer.status_code)
    for method, path in own.api:
        if method == "GET":
            answer = browser.get(
                own.server.origin + path, headers={"Origin": "https://evil.example"}, timeout=30
            )
            assert answer.status_code in (403, 404), path
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_whatever_is_sent_gets_a_sentence(own: OwnServer) -> None:
    own.notebook("plain.ipynb")
    tried: list[tuple[str, str, dict[str, Any]]] = []
    for method, path in own.api:
        tried += [(method, path, {"params": query}) for query in QUERIES]
        if method == "POST":
            tried += [(method, path, {"data": body}) for body in RUBBISH]
            names = own.names(method, path)
            usual = {"path": "plain.ipynb"} if "path" in names else {}
            tried += [(method, path, {"json": usual | {name: value}}) for name in names for value in WRONG]
    with ThreadPoolExecutor(4) as clients:
        for answer in clients.map(lambda one: own.call(one[0], one[1], **one[2]), tried):
            check(answer)
    assert len(tried) > 1000
    # Nothing of it was taken: all is as it was.
    assert list(own.connections()) == ["lab"]
    assert own.get("session")["state"] == "live"
    assert "Traceback" not in own.server.log


def test_no_route_reads_or_writes_out_of_the_folder(own: OwnServer) -> None:
    """O-53, design section 6."""
    root, outside = own.server.root, own.outside
    outside.mkdir()
    own.notebook("a.ipynb", f"# {MARK}")
    (root / "a.ipynb").rename(outside / "precious.ipynb")
    (root / "link").symlink_to(outside)
    (root / "link.ipynb").symlink_to(outside / "precious.ipynb")
    (root / "up").symlink_to(root.parent)
    (root / "loop").symlink_to(root / "loop")
    before = tree(outside)
    reading = [path for method, path in own.api if method == "GET"]
    writing = [(path, own.names("POST", path)) for method, path in own.api if method == "POST"]
    takes_path = set()
    for trick in OUT:
        trick = trick.format(outside=outside)
        for path in reading:
            check(answer := own.call("GET", path, params={"path": trick}))
            if answer.status_code == 400 and answer.json().get("code") == "unsafe-path":
                takes_path.add(path)
        for path, names in writing:
            for name in {"path", "folder"} & set(names):
                usual = {"perm_id": "20260101000000000-1", "perm_ids": [], "owner": DEMO_EXPERIMENT}
                body = {key: value for key, value in usual.items() if key in names} | {name: trick}
                check(own.call("POST", path, json=body), statuses=(400, 404))
            if "files" in names:
                own.notebook("plain.ipynb")
                body = {"path": "plain.ipynb", "owner": DEMO_EXPERIMENT, "files": [trick]}
                check(own.call("POST", path, json=body), statuses=(400, 404))
    named = {path.rsplit("/", 1)[-1] for path in takes_path}
    assert named >= {"standing", "session", "data-sets", "versions", "form"}
    assert tree(outside) == before


def test_odd_files_hold_up_nobody(own: OwnServer) -> None:
    """Damaged ones, and what a stranger has made so that reading it takes long."""
    root = own.server.root
    os.mkfifo(root / "pipe.ipynb")
    (root / "folder.ipynb").mkdir()
    (root / "deep.ipynb").write_text('{"nbformat": 4, "metadata": {"openbis":' + "[" * 200_000)
    (root / "text.ipynb").write_bytes(b"\xff\xfe\0")
    own.notebook("lines.ipynb", "\n" * 200_000)
    content = json.loads((root / "lines.ipynb").read_text())
    content["cells"][0]["metadata"]["tags"] = ["parameters"]
    block = {"schema": 1, "server": {}, "inputs": [[]] * 10_000}
    kernel = {"name": "<script>", "display_name": "x" * 10_000, "language": [[]]}
    content["metadata"] |= {"openbis": block, "kernelspec": kernel}
    (root / "lines.ipynb").write_text(json.dumps(content))
    tried: list[tuple[str, str, dict[str, Any]]] = []
    for method, path in own.api:
        if method == "GET":
            tried += [(method, path, {"params": {"path": name}}) for name in ODD]
        elif method == "POST" and "path" in own.names(method, path):
            tried += [(method, path, {"json": {"path": name}, "params": {"wait": "10"}}) for name in ODD]
    with ThreadPoolExecutor(4) as clients:
        for answer in clients.map(lambda one: own.call(one[0], one[1], **one[2]), tried):
            check(answer)
            assert answer.elapsed.total_seconds() < 15


def claims(own: OwnServer, server: str) -> Identity:
    """A block that names a place and an input that nobody here has chosen."""
    place = own.get("entity", id=DEMO_EXPERIMENT)
    data = own.get("data-sets", owner=DEMO_EXPERIMENT)["data_sets"]
    return Identity(
        server=server,
        notebook_id="0123456789abcdef0123456789abcdef",
        name="Growth",
        owner_kind="experiment",
        owner_perm_id=place["perm_id"],
        owner_identifier=place["identifier"],
        inputs=(next(one["perm_id"] for one in data if one["type"] == "RAW_DATA"),),
        checkpoint_id="20260101000000000-77",
        saved_at="2026-01-01T00:00:00Z",
        saved_by="alice",
        digest="sha256:" + "0" * 64,
    )


#: What reads a block, without a person's word on what the block claims.
READERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "session", {}),
    ("GET", "standing", {"fresh": "1"}),
    ("GET", "data-sets", {}),
    ("GET", "versions", {}),
    ("GET", "entities", {}),
    ("GET", "search", {"q": "growth"}),
    ("POST", "save-plan", {}),
    ("POST", "compare", {}),
    ("POST", "inputs", {"add": []}),
    ("POST", "place", {"owner": DEMO_EXPERIMENT}),
    ("POST", "attach", {}),
    ("POST", "save", {}),
    ("POST", "save", {"unused": []}),
    ("POST", "runs", {}),
    ("POST", "runs", {"inputs": []}),
    ("POST", "runs", {"inputs": [], "save": True, "name": "x"}),
)


def test_what_a_notebook_says_of_itself_is_no_authority(own: OwnServer) -> None:
    """Its server is never connected to; its place and inputs count once a person has confirmed them."""
    before = stored_versions(own.sandbox)
    with listener() as (elsewhere, came):
        for server in (elsewhere, own.sandbox.url):
            path = own.notebook("claims.ipynb", block=claims(own, server))
            for method, route, body in READERS:
                if method == "GET":
                    check(answer := own.ask(method, route, path=path, **body))
                else:
                    check(answer := own.ask(method, route, {"path": path, **body}))
                if route in ("save", "runs") or (route == "attach" and server == own.sandbox.url):
                    assert answer.status_code in (400, 409), (route, body, answer.text[:300])
                    assert answer.json()["code"] == "needs-confirmation", (route, body, answer.text[:300])
            given = own.get("data-sets", path=path)["data_sets"]
            assert not any(one["attached"] for one in given)
        assert came == []
    assert stored_versions(own.sandbox) == before


def test_a_run_at_a_place_of_ones_own_does_not_vouch_for_the_notebooks(own: OwnServer) -> None:
    path = own.notebook("claims.ipynb", block=replace(claims(own, own.sandbox.url), inputs=()))
    run = own.ask("POST", "runs", {"path": path, "inputs": [], "owner": DEMO_EXPERIMENT, "save": False})
    assert run.status_code == 201, run.text
    refused = own.ask("POST", "save", {"path": path, "as_new": False})
    assert (refused.status_code, refused.json()["code"]) == (409, "needs-confirmation"), refused.text
    own.ask("POST", f"runs/{run.json()['id']}/stop")


def test_as_many_clicks_as_there_are_tabs_make_one_version(own: OwnServer) -> None:
    path = own.notebook("tabs.ipynb", "'two tabs'")
    before = stored_versions(own.sandbox)

    def click(_: int) -> requests.Response:
        return own.ask("POST", "save", {"path": path, "owner": DEMO_EXPERIMENT}, wait="30")

    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(click, range(4)))
    for answer in answers:
        check(answer)
    states = sorted(answer.json().get("result", answer.json()).get("state", "") for answer in answers)
    assert len(stored_versions(own.sandbox) - before) == 1, states
    assert states.count("saved") == 1, states


@pytest.mark.parametrize("kind", [FaultKind.STATUS, FaultKind.HTML, FaultKind.EXPIRED_SESSION])
def test_openbis_in_trouble_is_said(own: OwnServer, kind: FaultKind) -> None:
    """Every route, with what it takes: a sentence with a next step, never an accident."""
    path = own.notebook("trouble.ipynb", f"'{kind}'")
    usual: dict[str, Any] = {
        "path": path,
        "owner": DEMO_EXPERIMENT,
        "perm_id": "20260101000000000-1",
        "perm_ids": ["20260101000000000-1"],
        "add": ["20260101000000000-1"],
        "base": "20260101000000000-1",
        "other": "20260101000000000-2",
        "folder": "",
    }
    query = {"path": path, "q": "growth", "id": DEMO_EXPERIMENT, "fresh": "1"}
    tried: list[tuple[str, str, dict[str, Any]]] = []
    for method, where in own.api:
        where = where.replace("A" * 43, "20260101000000000-1")
        if method == "GET":
            tried.append((method, where, {"params": query}))
        elif method == "POST":
            names = own.names(method, where)
            body = {name: value for name, value in usual.items() if name in names}
            tried.append((method, where, {"json": body, "params": {"wait": "20"}}))
    own.sandbox.faults.add(kind, "*", count=0)
    try:
        with ThreadPoolExecutor(8) as clients:
            for answer in clients.map(lambda one: own.call(one[0], one[1], **one[2]), tried):
                check(answer)
                assert answer.status_code != 500, (answer.request.url, answer.text[:300])
    finally:
        own.sandbox.faults.clear()
        own.log_in("lab", own.sandbox)
    outbox = own.get("outbox")["entries"]
    for entry in outbox:
        check(own.ask("POST", f"outbox/{entry['save_id']}/send"))
    assert "Traceback" not in own.server.log


def test_no_secret_is_anywhere_else(own: OwnServer) -> None:
    """After everything above: in no answer, no log, no file but the home of sessions (section 6)."""
    [home] = own.session_files
    [server_file] = (own.server.home / "JUPYTER_RUNTIME_DIR").glob("openbis-nb-*.json")
    secrets = {
        "session": home.read_text().strip(),
        "key of kernels": own.kernels_key.split()[1],
    }
    skip = frozenset({home, server_file})
    found = search_tree(own.server.home, secrets, skip) | search_tree(own.server.root, secrets)
    found |= search_bytes("log", own.server.log_file.read_bytes(), secrets)
    for number, answer in enumerate(own.answers):
        found |= search_bytes(f"answer {number}", answer, secrets) if len(answer) < 10**6 else set()
    assert found == set()
