"""``world_readable`` and ``share_key_enabled`` of the v2 API, and reading without a log-in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.integration.service_library.api import PLACE, notebook
from tests.integration.service_library.conftest import set_roles

from .site import DAY, LinkSite, link_site

CLIENT = {"Plotly-Client-Platform": "test 1"}


@dataclass
class V2:
    """The v2 API of a site."""

    site: LinkSite

    def ask(self, who: str, method: str, path: str = "", **more: Any) -> requests.Response:
        headers = CLIENT | more.pop("headers", {})
        auth = self.site.who(who).auth if who else None
        url = f"{self.site.url}v2/jupyter-notebooks{path}"
        return requests.request(method, url, auth=auth, headers=headers, timeout=120, **more)

    def upload(self, who: str = "alice", **headers: str) -> dict[str, Any]:
        sent = {"X-File-Name": f"{uuid.uuid4().hex}.ipynb", "Plotly-Parent-Path": PLACE} | headers
        answer = self.ask(who, "POST", "/upload", data=notebook("1 + 1", "secret_recipe()"), headers=sent)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def patch(self, who: str, fid: str, **fields: Any) -> dict[str, Any]:
        answer = self.ask(who, "PATCH", f"/{fid}", json=fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def stranger(self, path: str, method: str = "GET", **headers: str) -> requests.Response:
        """Without anything that says who asks."""
        return requests.request(
            method, f"{self.site.url}v2/jupyter-notebooks{path}", headers=headers, timeout=60
        )


@pytest.fixture(scope="module")
def v2(linked: LinkSite) -> V2:
    return V2(linked)


@pytest.fixture(scope="module")
def by_fid(api_openbis: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[V2]:
    """A site that also lets a ``fid`` alone read."""
    with link_site(
        tmp_path_factory.mktemp("fids"),
        api_openbis,
        public_links="on",
        public_fids="on",
        link_misses="100000",
    ) as site:
        yield V2(site)


@pytest.fixture(scope="module")
def shut(api_openbis: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[V2]:
    """As shipped."""
    with link_site(tmp_path_factory.mktemp("shut"), api_openbis) as site:
        yield V2(site)


@pytest.mark.parametrize("field", ["world_readable", "share_key_enabled"])
def test_as_shipped_it_is_refused_and_changes_nothing(shut: V2, field: str) -> None:
    """P-02, P-05, P-35: before anything else of the request is done."""
    made = shut.upload()
    answer = shut.ask("alice", "PATCH", f"/{made['fid']}", json={field: True, "filename": "Renamed.ipynb"})
    assert answer.status_code == 403
    assert "Public pages are off" in answer.text
    now = shut.ask("alice", "GET", f"/{made['fid']}").json()
    assert (now["filename"], now[field]) == (made["filename"], False)
    sent = {"X-File-Name": "a", "Plotly-Parent-Path": PLACE, "Plotly-World-Readable": "true"}
    assert shut.ask("alice", "POST", "/upload", data=notebook(), headers=sent).status_code == 403
    for path in (f"/{made['fid']}", f"/{made['fid']}/html?share_key=nbp_{'A' * 43}"):
        assert shut.stranger(path).status_code == 401


def test_world_readable_publishes_and_makes_a_link_that_is_told_once(v2: V2) -> None:
    """P-02, P-05, P-35."""
    fid = v2.upload()["fid"]
    on = v2.patch("alice", fid, world_readable=True)
    key = on["share_key"]
    assert (on["world_readable"], on["share_key_enabled"]) == (True, False)
    [message] = [text for text in on["messages"] if key in text]
    assert "without a log-in" in message
    assert v2.site.visit(message.rpartition(" ")[2]).status_code == 200
    again = v2.patch("alice", fid, world_readable=True)
    assert (again["world_readable"], again["share_key"], "messages" in again) == (True, None, False)
    listed = v2.ask("alice", "GET", params={"filename": on["filename"]}).json()["results"]
    assert [row["world_readable"] for row in listed] == [True]
    off = v2.patch("alice", fid, world_readable=False)
    assert off["world_readable"] is False
    assert v2.site.visit(message.rpartition(" ")[2]).status_code == 404
    # The page stays, and the next link belongs to the same one.
    pages = v2.site.who("alice").get("pages", notebook=fid)["entries"]
    v2.patch("alice", fid, world_readable=True)
    assert [page["id"] for page in v2.site.who("alice").get("pages", notebook=fid)["entries"]] == [
        page["id"] for page in pages
    ]


def test_a_key_reads_the_published_copy_and_nothing_more(v2: V2) -> None:
    """P-20, P-35: no place, people, inputs, and not the file; the same until somebody publishes anew."""
    made = v2.upload()
    fid = made["fid"]
    key = v2.patch("alice", fid, share_key_enabled=True)["share_key"]
    answer = v2.stranger(f"/{fid}?share_key={key}")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["fid"], told["filename"], told["owner"]) == (fid, made["filename"], "alice")
    assert (told["current_user_permission"], told["world_readable"], told["content"]) == ("read", False, None)
    assert told.keys() == made.keys() - {"deleted", "share_key", "share_key_enabled"}
    for hidden in (PLACE, "BIOLAB", key, "secret_recipe"):
        assert hidden not in answer.text
    html = v2.stranger(f"/{fid}/html?share_key={key}")
    assert "secret_recipe()" in html.text
    assert "sandbox" in html.headers["Content-Security-Policy"]
    for one in (answer, html):
        assert one.headers["X-Robots-Tag"].startswith("noindex")
        assert one.headers["Cache-Control"] == "no-store"
        assert "GET" in one.headers["Allow"]
        assert "Set-Cookie" not in one.headers
    assert v2.stranger(f"/{fid}?share_key={key}", "HEAD").status_code == 200


def test_what_a_key_does_not_open(v2: V2) -> None:
    """The same 401 as without one: for other notebooks, other addresses and methods, wrong and old keys."""
    fid, other = v2.upload()["fid"], v2.upload()["fid"]
    key = v2.patch("alice", fid, share_key_enabled=True)["share_key"]
    page_key = v2.site.link(v2.site.publish())["url"].rpartition("/")[2]
    plain = v2.stranger(f"/{other}")
    assert plain.status_code == 401
    for path in (
        f"/{fid}", f"/{fid}/html", f"/{other}?share_key={key}", f"/{other}/html?share_key={key}",
        f"/{fid}?share_key={page_key}", f"/{fid}?share_key=", f"/{fid}?share_key=nbp_{'A' * 43}",
        f"/alice:20991231235959999?share_key={key}", f"/?share_key={key}", f"/lookup?path=/a&share_key={key}",
        f"/{fid}/content?share_key={key}", f"/{fid}/path?share_key={key}",
    ):  # fmt: skip
        answer = v2.stranger(path)
        assert (answer.status_code, answer.json()) == (401, plain.json()), path
    for method in ("PUT", "PATCH", "DELETE", "POST"):
        assert v2.stranger(f"/{fid}?share_key={key}", method).status_code in (401, 405)
    assert v2.ask("bob", "GET", f"/{fid}?share_key={key}").status_code == 404  # by their own rights alone
    assert v2.stranger(f"/{fid}?share_key={key}", Authorization="Basic YTpi").status_code == 401
    v2.patch("alice", fid, share_key_enabled=False)
    assert v2.stranger(f"/{fid}?share_key={key}").status_code == 401


def test_a_key_ends_with_its_life(v2: V2) -> None:
    fid = v2.upload()["fid"]
    key = v2.patch("alice", fid, share_key_enabled=True)["share_key"]
    v2.site.settled()
    before = v2.site.clock.now
    try:
        v2.site.clock.now += 91 * DAY
        assert v2.stranger(f"/{fid}?share_key={key}").status_code == 401
        assert v2.ask("alice", "GET", f"/{fid}").json()["share_key_enabled"] is False
    finally:
        v2.site.clock.now = before


def test_only_who_may_publish_switches_it_and_a_share_key_only_the_author(v2: V2) -> None:
    """P-35: ``share_key_enabled`` is writable by the owner."""
    set_roles(v2.site.openbis, "olga", ("OBSERVER", "BIOLAB"))
    fid = v2.upload()["fid"]
    for who, field, status in (
        ("olga", "world_readable", 403), ("ursula", "share_key_enabled", 403), ("bob", "world_readable", 404),
    ):  # fmt: skip
        assert v2.ask(who, "PATCH", f"/{fid}", json={field: True}).status_code == status
    assert v2.patch("ursula", fid, world_readable=True)["share_key"]  # may write there
    assert v2.ask("olga", "PATCH", f"/{fid}", json={"world_readable": False}).status_code == 403
    assert v2.patch("alice", fid, world_readable=False)["world_readable"] is False


def test_an_upload_may_be_world_readable_at_once(v2: V2) -> None:
    """P-05."""
    made = v2.upload(**{"Plotly-World-Readable": "true"})
    assert made["world_readable"]
    assert v2.stranger(f"/{made['fid']}/html?share_key={made['share_key']}").status_code == 200


def test_by_its_fid_alone_only_what_is_world_readable_and_where_the_admin_wants_it(
    by_fid: V2, v2: V2
) -> None:
    """P-02, P-20: public ones are readable by anyone."""
    world, shared, plain = (by_fid.upload()["fid"] for _ in range(3))
    by_fid.patch("alice", world, world_readable=True)
    by_fid.patch("alice", shared, share_key_enabled=True)
    answer = by_fid.stranger(f"/{world}")
    assert answer.status_code == 200
    assert (answer.json()["world_readable"], answer.json()["current_user_permission"]) == (True, "read")
    assert by_fid.stranger(f"/{world}/html").status_code == 200
    refused = [
        by_fid.stranger(f"/{fid}{path}") for fid in (shared, plain, "alice:1") for path in ("", "/html")
    ]
    assert [(one.status_code, one.json()) for one in refused] == [(401, refused[0].json())] * 6
    by_fid.patch("alice", world, world_readable=False)
    assert by_fid.stranger(f"/{world}").status_code == 401
    without = v2.upload()["fid"]
    v2.patch("alice", without, world_readable=True)
    assert v2.stranger(f"/{without}").status_code == 401


def test_too_many_wrong_keys_are_refused(api_openbis: Sandbox, tmp_path: Any) -> None:
    """P-42."""
    with link_site(tmp_path, api_openbis, public_links="on", link_misses="2") as site:
        v2 = V2(site)
        answers = [v2.stranger(f"/alice:1?share_key={number}") for number in range(3)]
        assert [answer.status_code for answer in answers] == [401, 401, 429]
        assert "errors" in answers[2].json()
        assert answers[2].headers["Retry-After"]
        assert v2.stranger("/alice:1").status_code == 401  # nothing was tried
