"""Looked at, shown, launched: what was shown is what is launched, and for nobody else."""

from __future__ import annotations

import hashlib
import json

import nbformat
import pytest

from tests.foreign_host import ForeignHost, notebook
from tests.integration.service.running import EXPERIMENT, PREFIX, Client, RunningService

from .importing import GROWTH, imported, looked, rows


def test_what_was_shown_is_what_is_launched(alice: Client, host: ForeignHost) -> None:
    """B-01, B-09, B-11, row 80: fetched once, with nothing of the person; kernel, cells and digest are told;
    what its host has by then does not matter; the notebook remembers where it comes from."""
    url = host.put("/models/Growth%20curves.ipynb", GROWTH)
    seen = looked(alice, url)
    facts = seen["notebook"]
    assert (seen["kind"], seen["url"], seen["repository"]) == ("notebook", url, None)
    assert facts["sha256"] == hashlib.sha256(GROWTH).hexdigest()
    assert (facts["name"], facts["kernel"], facts["cells"], facts["outputs"]) == (
        "Growth curves",
        "python3",
        3,
        0,
    )
    assert facts["size"] == len(GROWTH)
    assert facts["http"] is True
    assert seen["contacted"] == [host.url.removeprefix("http://")]
    [(_, _, headers)] = host.asked
    assert {"Authorization", "Cookie", "Referer"} & set(headers) == set()

    host.put("/models/Growth%20curves.ipynb", notebook("# Something else"))
    launch = imported(alice, seen, directory="from elsewhere", owner=EXPERIMENT)
    content = alice.get(f"launches/{launch['id']}/content").json()
    made = nbformat.from_dict(content["notebook"])
    nbformat.validate(made)
    assert [cell.source for cell in made.cells] == ["# Growth", "window = 2", "print(window)"]
    assert (content["directory"], content["file_name"]) == ("from elsewhere", "Growth curves.ipynb")
    block = made.metadata["openbis"]
    assert block["owner"]["identifier"] == EXPERIMENT
    assert (block["name"], block["inputs"]) == ("Growth curves", [])
    assert content["remember"]["notebook_id"] == block["notebook_id"]
    assert facts["sha256"] in json.dumps(block)
    assert url in json.dumps(block)
    assert len(host.asked) == 1
    done = {"state": "ready", "path": "from elsewhere/Growth curves 2.ipynb"}
    alice.post(f"launches/{launch['id']}/outcome", done)
    [row] = rows(alice)
    assert (row["state"], row["path"], row["sha256"]) == ("ready", done["path"], facts["sha256"])
    assert row["open"] == f"{PREFIX}launch/{launch['id']}"


def test_owner_and_inputs_may_be_chosen_later_or_now(alice: Client, host: ForeignHost) -> None:
    """Row 80: without an owner there is no notebook of openBIS yet; inputs need one."""
    seen = looked(alice, host.put("/a.ipynb", GROWTH))
    later = alice.get(f"launches/{imported(alice, seen)['id']}/content").json()
    assert later["remember"] is None
    assert "owner" not in later["notebook"]["metadata"]["openbis"]
    body = {"preview": seen["id"], "name": "a", "inputs": ["20261121093000123-31"]}
    refused = alice.post("imports", body)
    assert (refused.status_code, refused.json()["field"]) == (400, "owner")
    data = alice.get("data-sets", params={"q": "plate 2"}).json()["data_sets"][0]["perm_id"]
    now = imported(alice, seen, owner=EXPERIMENT, inputs=[data])
    block = alice.get(f"launches/{now['id']}/content").json()["notebook"]["metadata"]["openbis"]
    assert block["inputs"] == [data]


def test_a_foreign_identity_is_not_believed(alice: Client, host: ForeignHost) -> None:
    """Design section 2: what a stranger wrote into the file is no claim on an owner or on inputs."""
    block = {
        "schema": 1,
        "server": "https://evil.example",
        "notebook_id": "b" * 32,
        "name": "Mine",
        "owner": {"kind": "experiment", "perm_id": "20261121093000123-1", "identifier": "/X/Y/Z"},
        "inputs": ["20261121093000123-31"],
    }
    seen = looked(alice, host.put("/b.ipynb", notebook("1", openbis=block, signature="x")))
    content = alice.get(f"launches/{imported(alice, seen)['id']}/content").text
    assert "evil.example" not in content
    assert "b" * 32 not in content
    assert "20261121093000123-31" not in content


def test_a_repository_is_handed_over_to_the_persons_own_server(alice: Client, host: ForeignHost) -> None:
    """B-30, B-34, U-17: the default branch is asked of the host; branch, tag or commit is chosen; nothing is
    fetched here."""
    url = host.repository("growth-models", {"fit.ipynb": GROWTH, "README.md": b"Fits"})
    tagged = host.commit("growth-models", {"more.py": b"1"}, branch="feature/two", tag="v1.0")
    seen = looked(alice, url)
    facts = seen["repository"]
    assert (seen["kind"], seen["notebook"], seen["frame"]) == ("repository", None, None)
    assert (facts["default_branch"], facts["ref"]) == ("trunk", "trunk")
    assert (facts["branches"], facts["tags"]) == (["trunk", "feature/two"], ["v1.0"])
    assert facts["commit"] == facts["commits"]["trunk"] != tagged
    assert {path.partition("?")[0] for path in host.paths} == {"/growth-models.git/info/refs"}
    launch = imported(alice, seen, directory="", ref="v1.0")
    assert (launch["kind"], launch["file_name"]) == ("repository", "growth-models")
    content = alice.get(f"launches/{launch['id']}/content").json()
    assert content["notebook"] is None
    assert content["repository"] == {"clone_url": url, "ref": "v1.0", "folder": "growth-models", "open": None}
    for wrong in ({"owner": EXPERIMENT}, {"directory": "a/b"}, {"name": "../x"}):
        body = {"preview": seen["id"], "name": "growth-models", **wrong}
        assert alice.post("imports", body).status_code == 400
    [row] = rows(alice)
    assert (row["kind"], row["name"], row["url"]) == ("repository", "growth-models", url)


def test_an_address_that_may_be_both_is_a_notebook_first(alice: Client, host: ForeignHost) -> None:
    """Of an unknown host nothing in the address says what it is."""
    plain = host.put("/download?id=7", GROWTH, "application/octet-stream")
    assert looked(alice, plain)["kind"] == "notebook"
    answer = alice.post("imports/preview", {"url": host.put("/page", b"<h1>Hello</h1>", "text/html")})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing-suitable")


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("", 400, "invalid-input"),
        ("   ", 400, "invalid-input"),
        ("http://localhost/x.ipynb", 422, "forbidden-address"),
        ("http://127.0.0.1:9/x.ipynb", 422, "forbidden-address"),
        ("https://169.254.169.254/latest/meta-data/x.ipynb", 422, "forbidden-address"),
        ("file:///etc/passwd", 422, "forbidden-address"),
        ("x" * 2049, 400, "invalid-input"),
        ("https://a.example/\x00.ipynb", 400, "invalid-input"),
    ],
)
def test_what_is_no_address_for_us_says_why(alice: Client, url: str, status: int, code: str) -> None:
    """B-02, B-04, B-09, row 75: each with the reason and a next step; nothing is listed of it."""
    answer = alice.post("imports/preview", {"url": url})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert problem["detail"]
    assert problem["next_step"]
    assert rows(alice) == []


def test_what_comes_and_is_no_notebook_is_not_kept(alice: Client, host: ForeignHost) -> None:
    """B-09, B-37: what its host gives instead is said, and what to do."""
    for name, content, status, code in [
        ("text", b"just text", 422, "invalid-notebook"),
        ("json", b'{"a": 1}', 422, "invalid-notebook"),
        ("gone", None, 422, "nothing-suitable"),
    ]:
        path = f"/{name}.ipynb"
        url = host.url + path if content is None else host.put(path, content)
        answer = alice.post("imports/preview", {"url": url})
        assert (answer.status_code, answer.json()["code"]) == (status, code), name
        assert answer.json()["next_step"]
    assert host.put("/broken.ipynb", b"", status=500)
    assert alice.post("imports/preview", {"url": host.url + "/broken.ipynb"}).status_code == 502


def test_what_one_person_looked_at_is_nobody_elses(
    service: RunningService, alice: Client, host: ForeignHost
) -> None:
    """Two people, every route: the other's preview and import cannot be told from ones that never were."""
    bob = service.person("bob")
    seen = looked(alice, host.put("/secret-of-alice.ipynb", GROWTH))
    launch = imported(alice, seen)
    for number in (seen["id"], "0" * 32):
        assert bob.get(f"imports/preview/{number}").status_code == 404
        refused = bob.post("imports", {"preview": number, "name": "x"})
        assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    assert bob.get(f"launches/{launch['id']}").status_code == 404
    assert rows(bob) == []
    browser = service.browser()
    assert browser.log_in(bob.token, f"{PREFIX}import").ok
    frame = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
    shown = browser.go(seen["frame"], **frame)
    assert (shown.status_code, "secret-of-alice" in shown.text) == (404, False)


def test_the_frame_shows_it_and_runs_nothing(
    service: RunningService, alice: Client, host: ForeignHost
) -> None:
    """Design D9: rendered and sanitised, without an origin; only within a page of ours."""
    hostile = notebook("# Seen <script>alert(1)</script><img src=x onerror=alert(2)>", "1 + 1")
    seen = looked(alice, host.put("/hostile.ipynb", hostile))
    browser = service.browser()
    browser.log_in(alice.token, f"{PREFIX}import")
    frame = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
    shown = browser.go(seen["frame"], **frame)
    assert shown.status_code == 200
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "Seen" in shown.text
    assert "<script" not in shown.text
    assert "onerror" not in shown.text
    assert browser.go(seen["frame"]).status_code == 403


def test_an_address_with_a_token_in_it_is_kept_without(
    service: RunningService, alice: Client, host: ForeignHost
) -> None:
    """What is shown, listed, stored in the notebook and put into a badge holds no secret."""
    url = host.put("/a.ipynb?token=s3cr3t-of-alice", GROWTH)
    seen = looked(alice, url)
    launch = imported(alice, seen)
    content = alice.get(f"launches/{launch['id']}/content")
    badge = alice.get("badge", params={"url": url})
    for told in (json.dumps(seen), json.dumps(rows(alice)), content.text, badge.text, service.log):
        assert "s3cr3t-of-alice" not in told
    assert b"s3cr3t-of-alice" not in service.database
