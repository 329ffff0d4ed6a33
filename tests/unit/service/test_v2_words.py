"""The v2 API: what clients may say, and how a notebook looks in their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from openbis_nb.errors import InvalidInput, OpenbisNbError
from openbis_nb.models import Entity
from openbis_nb.service.plotly import said, times, titles, writable
from openbis_nb.service.plotly.addresses import METHODS, Addresses, standing_headers
from openbis_nb.service.plotly.parents import number_of, path_of
from openbis_nb.service.plotly.resource import Facts, resource

HERE = Addresses("https://hub.example.org", "/services/openbis/", "alice:202611210930001237")
EXPERIMENT = Entity("experiment", "20261121093000123-45", "/LAB/GROWTH/EXP1", "EXP1")


@pytest.mark.parametrize("sent", ["python", "python 3.11", "plotly.py 5.24.1", "r 4", "Octave-kernel 1.0"])
def test_a_client_names_itself_with_or_without_a_version(sent: str) -> None:
    """P-32."""
    said.check_platform({"Plotly-Client-Platform": sent})


@pytest.mark.parametrize(
    "sent", ["", " ", "python 3.x", "python  3", "python 3.", "python 3 11", "a/b", "x" * 65]
)
def test_a_client_that_does_not_name_itself_is_told_how(sent: str) -> None:
    """P-32."""
    with pytest.raises(InvalidInput, match=r"Plotly-Client-Platform: python 3\.11"):
        said.check_platform({"Plotly-Client-Platform": sent})


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Growth.ipynb", "Growth"),
        ("Growth", "Growth"),
        ("Growth.IPYNB", "Growth"),
        ("a.b c.ipynb", "a.b c"),
        ("Zellz\xc3\xa4hlung.ipynb", "Zellzählung"),  # UTF-8, read as Latin-1 by the web server
        ("Zellz\xe4hlung.ipynb", "Zellzählung"),  # Latin-1
        ("UTF-8''%E7%BB%86%E8%83%9E.ipynb", "细胞"),
    ],
)
def test_the_file_name_is_the_notebooks_name(sent: str, name: str) -> None:
    """P-04."""
    found = said.upload_headers({"X-File-Name": sent})
    assert found == said.UploadHeaders(name, said.Where())


@pytest.mark.parametrize(
    ("headers", "where"),
    [
        ({}, said.Where()),
        ({"Plotly-Parent": "-1"}, said.Where(-1)),
        ({"Plotly-Parent": "2026112109300012345"}, said.Where(2026112109300012345)),
        ({"Plotly-Parent-Path": "/LAB/GROWTH/EXP1/"}, said.Where(None, "/LAB/GROWTH/EXP1/")),
    ],
)
def test_the_parent_is_a_number_or_a_path(headers: dict[str, str], where: said.Where) -> None:
    """P-06, P-11."""
    assert said.upload_headers({"X-File-Name": "a", **headers}).where == where


@pytest.mark.parametrize(
    ("where", "home"),
    [
        (said.Where(), True),
        (said.Where(-1), True),
        (said.Where(-1, "/"), True),
        (said.Where(None, ""), True),
        (said.Where(0), False),
        (said.Where(-1, "/LAB/GROWTH/EXP1"), False),
    ],
)
def test_minus_one_and_nothing_and_the_root_are_home(where: said.Where, home: bool) -> None:
    """P-11."""
    assert where.is_home is home


@pytest.mark.parametrize(
    ("headers", "error", "text"),
    [
        ({}, InvalidInput, "X-File-Name is missing"),
        ({"X-File-Name": ".ipynb"}, InvalidInput, "X-File-Name is missing"),
        ({"X-File-Name": "a\tb"}, InvalidInput, "X-File-Name cannot be"),
        ({"X-File-Name": "a" * 513}, InvalidInput, "X-File-Name cannot be"),
        ({"X-File-Name": "a", "Plotly-World-Readable": "True"}, InvalidInput, "lower case"),
        ({"X-File-Name": "a", "Plotly-World-Readable": "1"}, InvalidInput, "lower case"),
        ({"X-File-Name": "a", "Plotly-Parent": "home"}, InvalidInput, "Plotly-Parent is not a number"),
        ({"X-File-Name": "a", "Plotly-Parent": "-2"}, InvalidInput, "Plotly-Parent is not a number"),
        ({"X-File-Name": "a", "Plotly-Parent": "٣"}, InvalidInput, "Plotly-Parent is not a number"),
    ],
)
def test_headers_that_cannot_be_right(
    headers: dict[str, str], error: type[OpenbisNbError], text: str
) -> None:
    """P-04, P-05, P-06, P-43."""
    with pytest.raises(error, match=text):
        said.upload_headers(headers)


WHOLE = {"filename": "a.ipynb", "parent": -1, "world_readable": False, "content": "{}"}


def test_a_put_names_all_writable_fields_and_a_patch_some() -> None:
    """P-09, P-10: ``share_key_enabled`` may be sent as it is: clients send back what they got (P-35)."""
    assert writable.changes_in(WHOLE, whole=True) == writable.Changes("a", said.Where(-1), b"{}", False)
    for name in WHOLE:
        some = {key: value for key, value in WHOLE.items() if key != name}
        with pytest.raises(InvalidInput) as caught:
            writable.changes_in(some, whole=True)
        assert [finding["what"] for finding in caught.value.extra["findings"]] == ["is missing"]
        writable.changes_in(some, whole=False)
    by_path = {**WHOLE, "parent_path": "/A/B/C/", "share_key_enabled": False}
    del by_path["parent"]
    assert writable.changes_in(by_path, whole=True).where == said.Where(None, "/A/B/C/")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "a"}, "title"),
        ({"owner": "bob"}, "owner"),
        ({"fid": "alice:1"}, "fid"),
        ({"is_theme": False}, "is_theme"),
        ({"filename": 1}, "filename"),
        ({"content": {"cells": []}}, "content"),
        ({"parent": "1"}, "parent"),
        ({"parent": True}, "parent"),
        ({"parent": -2}, "parent"),
        ({"parent": 1.5}, "parent"),
        ({"world_readable": "false"}, "world_readable"),
        ({}, "body"),
    ],
)
def test_nothing_else_is_writable(body: dict[str, Any], field: str) -> None:
    """P-10, P-17: ``content`` is a string, not an object."""
    with pytest.raises(InvalidInput) as caught:
        writable.changes_in(body, whole=False)
    assert [finding["where"] for finding in caught.value.extra["findings"]] == [field]


@pytest.mark.parametrize("field", ["world_readable", "share_key_enabled"])
@pytest.mark.parametrize("on", [True, False])
def test_visibility_is_switched_or_left_alone(field: str, on: bool) -> None:
    """P-02, P-05, P-35: whether one may is asked later."""
    assert getattr(writable.changes_in({field: on}, whole=False), field) is on
    assert getattr(writable.changes_in({"filename": "a"}, whole=False), field) is None
    for said_, wanted in (("true", True), ("false", False)):
        headers = {"X-File-Name": "a", "Plotly-World-Readable": said_}
        assert said.upload_headers(headers).world_readable is wanted
    assert not said.upload_headers({"X-File-Name": "a"}).world_readable


@pytest.mark.parametrize("data", [b"[]", b"a=1", b'"x"', b"\xff", b"[" * 100_000])
def test_a_body_is_a_json_object(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        writable.body_of(data)


@pytest.mark.parametrize(
    ("sources", "heading"),
    [
        (["# Growth curves of yeast"], "Growth curves of yeast"),
        (["no heading", "text\n\n## Second *cell* with `code` and [a link](https://x.org) ##"],
         "Second cell with code and a link"),
        (["```\n# not this\n```\n# This"], "This"),
        (["Title\n====="], "Title"),
        ([["# In ", "pieces"]], "In pieces"),
        (["#no blank, no heading", "# snake_case and _stress_"], "snake_case and stress"),
        (["# <b onclick=x>Bold</b>"], "Bold"),
        (["only text"], ""),
        ([7], ""),
    ],
)  # fmt: skip
def test_the_title_is_the_first_headings_text(sources: list[Any], heading: str) -> None:
    """P-18."""
    cells = [{"cell_type": "code", "source": "# a comment"}]
    cells += [{"cell_type": "markdown", "source": source} for source in sources]
    assert titles.seen_in({"cells": cells}).heading == heading


def test_a_title_is_cut_at_forty_characters_also_inside_of_a_word() -> None:
    """P-18: the example of the reference is exactly forty long."""
    heading = "Analysis of the growth of yeast under the influence of salt"
    assert titles.title_of(heading, "name") == "Analysis of the growth of yeast under th"
    assert titles.title_of("", "name") == "name"
    assert HERE.web(titles.title_of(heading, "")).endswith("/analysis-of-the-growth-of-yeast-under-th/")


def test_the_preview_is_the_beginning_of_the_prose() -> None:
    cells = [
        {"cell_type": "markdown", "source": f"# Title\n\nSome *text* {number} " + "x" * 60}
        for number in range(9)
    ]
    preview = titles.seen_in({"cells": cells}).preview
    assert preview.startswith("Some text 0 xxx")
    assert 150 < len(preview) <= 200


@pytest.mark.parametrize("notebook", [{}, {"cells": 1}, {"cells": [1, {"cell_type": "markdown"}]}])
def test_what_is_no_notebook_has_no_title(notebook: dict[str, Any]) -> None:
    assert titles.seen_in(notebook) == titles.Seen()


def test_times_are_utc_with_micro_and_milliseconds() -> None:
    """P-19."""
    moment = datetime(2026, 11, 21, 10, 30, 0, 7000, timezone(timedelta(hours=1)))
    assert times.microseconds(moment) == "2026-11-21T09:30:00.007000Z"
    assert times.milliseconds(moment) == "2026-11-21T09:30:00.007Z"
    assert times.microseconds(None) is times.milliseconds(None) is None


def test_a_parent_is_the_owner_in_openbis() -> None:
    """P-11."""
    assert path_of(EXPERIMENT) == "/LAB/GROWTH/EXP1/"
    assert number_of(EXPERIMENT) == 2026112109300012345


FIELDS = {
    *("creation_time", "comments", "parented", "embed_url", "fid", "filename", "filetype", "img_url"),
    *("image_urls", "api_urls", "owner", "parent", "preview", "referencers", "references", "title", "views"),
    *("web_url", "world_readable", "date_modified", "stars", "collaborators", "subfolder_count"),
    *("refresh_interval", "organize_view_url", "current_user_permission", "is_theme", "is_template"),
    "content",
}
FACTS = Facts(
    fid=HERE.fid,
    author="alice",
    name="Growth",
    owner=EXPERIMENT,
    created=datetime(2026, 11, 21, tzinfo=UTC),
    modified=None,
    permission="read",
    co_authors=("bob",),
)


def test_every_field_is_there() -> None:
    """P-16, P-20, P-21, P-41: nested lists are ``results`` and ``count``."""
    found = resource(FACTS, HERE)
    assert found.keys() >= FIELDS
    assert found.keys() - FIELDS == {"parent_path"}
    assert found["collaborators"] == {"results": [{"username": "bob"}], "count": 1}
    assert found["comments"] == found["stars"] == {"results": [], "count": 0}
    assert found["filetype"] == "jupyter_notebook"
    assert found["embed_url"] == "https://hub.example.org/services/openbis/~alice/202611210930001237.embed"
    assert found["organize_view_url"] == "https://hub.example.org/services/openbis/~alice/202611210930001237/"
    assert found["web_url"] == found["organize_view_url"] + "growth/"


def test_only_who_may_administer_it_sees_trash_and_share_key() -> None:
    """P-35."""
    private = {"deleted", "share_key", "share_key_enabled"}
    for level, shown in (("read", set()), ("edit", set()), ("admin", private)):
        assert resource(replace(FACTS, permission=level), HERE).keys() & private == shown


@pytest.mark.parametrize("path", [*METHODS, "/alice:1", "/alice:1/", "/upload/"])
def test_an_address_says_what_it_allows(path: str) -> None:
    """P-15."""
    headers = standing_headers(path)
    assert headers["Vary"] == "Accept"
    assert "OPTIONS" in headers["Allow"]
    if path.startswith("/alice"):
        assert headers["Allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"


def test_an_unknown_address_allows_nothing() -> None:
    assert "Allow" not in standing_headers("/alice:1/fork")
    assert "Allow" not in standing_headers("/a/b/c")
