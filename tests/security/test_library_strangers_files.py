"""What anybody may put into a data set, read by the library: it stays up, answers, and believes nothing."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests

from openbis_nb import foreign
from openbis_nb.errors import InvalidInput
from openbis_nb.notebooks import manifest
from openbis_nb.notebooks import provenance as provenance_file
from openbis_nb.openbis import authorship
from openbis_nb.service.plotly import titles
from tests.integration.service_library.api import ApiClient, Site, alice, api_hub, api_openbis, site

from .library_site import provenance, stored

__all__ = ["alice", "api_hub", "api_openbis", "site"]


def nested(depth: int) -> Any:
    found: Any = "x"
    for _ in range(depth):
        found = [found]
    return found


HALF = "\ud800"
ODD_IDS = ["", "\0", HALF, "x" * 10_000, "../../a", "javascript:alert(1)", "*", "20200101000000000-1"]
HOSTILE = {
    "no numbers": provenance(parameters={"a": float("nan"), "b": float("inf"), "c": [float("-inf")]}),
    "half characters": provenance(
        parameters={f"a{HALF}": HALF}, environment={HALF: HALF}, template={"slug": HALF, "version": "\0"}
    ),
    "zero bytes": provenance(parameters={"a": "\0"}, template={"slug": "a\0b", "version": "\0"}),
    "deep": provenance(parameters={"a": nested(190)}, environment={"a": nested(190)}),
    "deeper": provenance(parameters={"a": nested(900)}),
    "without end": b"[" * 200_000,
    "a long number": provenance(parameters={"a": 0}).replace(b'"a": 0', b'"a": ' + b"9" * 4_000),
    "a number that is none": provenance(parameters={"a": 0}).replace(b'"a": 0', b'"a": ' + b"9" * 5_000),
    "other types": provenance(template={"slug": ["x"], "version": {"a": 1}}, environment={"packages": [1]}),
    "many inputs": provenance(declared=[f"20200101000000000-{number}" for number in range(200_000)]),
    "odd inputs": provenance(declared=ODD_IDS, attached=ODD_IDS, unticked=ODD_IDS[:3], missing=ODD_IDS),
    "many co-authors": provenance(co_authors=[f"user{number}" for number in range(100_000)]),
    "odd co-authors": provenance(co_authors=["", HALF, "x" * 100_000, "<b>bob</b>", "bob"]),
    "a fork of itself": provenance(forked_from={"notebook_id": HALF, "checkpoint_id": HALF, "author": "\0"}),
    "a list": b"[]",
    "nothing": b"",
    "no UTF-8": b'{"schema": 1, "name": "\xff"}',
}


def test_no_provenance_makes_a_notebook_unreadable(site: Site, alice: ApiClient) -> None:
    """All that the library shows of it answers, soon, and with an answer of sensible size."""
    for case, content in HOSTILE.items():
        perm_id = stored(site.openbis, alice, {"provenance.json": content})
        for path in (f"notebooks/{perm_id}", f"versions/{perm_id}", f"lineage?of={perm_id}"):
            begun = time.monotonic()
            answer = alice.ask("GET", path)
            assert answer.status_code == 200, (case, path, answer.text[:300])
            assert len(answer.content) < 200_000, (case, path)
            assert time.monotonic() - begun < 30, (case, path)
        answer = alice.ask("GET", f"versions/{perm_id}/provenance")
        assert answer.status_code in (200, 404), (case, answer.text[:300])
        json.loads(answer.content, parse_constant=pytest.fail)
        v2 = f"{site.service.url}v2/jupyter-notebooks/alice:{perm_id.replace('-', '')}"
        answer = requests.get(v2, auth=alice.auth, headers={"Plotly-Client-Platform": "python"}, timeout=60)
        assert answer.status_code == 200, (case, answer.text[:300])
        assert len(answer.content) < 200_000, case
    for path in ("notebooks?limit=200", "superseded", "storage"):
        assert alice.ask("GET", path).status_code == 200, path
    assert "not expected" not in site.service.log
    assert "Traceback" not in site.service.log


def test_the_right_part_of_it_is_still_shown(site: Site, alice: ApiClient) -> None:
    one = stored(site.openbis, alice, {"provenance.json": HOSTILE["no numbers"]})
    other = stored(site.openbis, alice, {"provenance.json": HOSTILE["half characters"]})
    detail = alice.get(f"notebooks/{one}")
    assert detail["parameters"] == {"a": "nan", "b": "inf", "c": ["-inf"]}
    [compared] = alice.get("compare", base=one, **{"with": other})
    assert {change["name"] for change in compared["changes"]["parameters"]} == {"a", "b", "c", "a?"}


def test_a_list_of_co_authors_without_end_is_not_remembered() -> None:
    claim = authorship._claim(HOSTILE["many co-authors"])
    assert len(claim.co_authors) == authorship.MOST_CO_AUTHORS
    assert authorship._claim(HOSTILE["odd co-authors"]).co_authors == {"", HALF, "<b>bob</b>", "bob"}


def test_lists_in_lists_are_read_to_where_all_can_write_them() -> None:
    assert provenance_file.loads(HOSTILE["deep"]).parameters["a"] == nested(190)
    with pytest.raises(InvalidInput, match="without end"):
        provenance_file.loads(HOSTILE["deeper"])
    lock = json.dumps({"packages": {"numpy": "2.0", "deep": nested(500)}}).encode()
    assert manifest.packages_of(lock) == {"numpy": "2.0"}


def test_what_no_page_shows_is_cut() -> None:
    shown = foreign.plain({"text": "a" * 10_000, "list": list(range(5_000)), HALF: [HALF, None, True, 1.5]})
    assert len(shown["text"]) < 6_000
    assert len(shown["list"]) == 1_000
    assert shown["?"] == ["?", None, True, 1.5]


#: Lines that took a parser that tries everything hours: the whole service would have stood still.
ENDLESS = {
    "brackets": "[" * 200_000,
    "links": "![a](" * 50_000,
    "tags": "<a" * 100_000,
    "spaces in a heading": "# " + " " * 100_000 + "x",
    "marks in a heading": "# " + "#" * 100_000 + "x",
    "marks and spaces": "# " + "# " * 50_000 + "x",
    "stars": "*_`" * 70_000,
    "underscores": "a" + "_" * 200_000 + "a",
    "underlines": "x\n" + "=" * 200_000 + "x",
}


@pytest.mark.parametrize("case", ENDLESS)
def test_titles_are_found_in_time(case: str) -> None:
    """P-18. Of the content of a notebook, which anybody may have written."""
    begun = time.process_time()
    cell = {"cell_type": "markdown", "source": "\n".join([ENDLESS[case]] * 3)}
    titles.seen_in({"cells": [cell] * 20})
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# Growth", "Growth"),
        ("#\tGrowth ##  ", "Growth"),
        ("### C#", "C#"),
        ("# [Growth](http://a) of *yeast*", "Growth of yeast"),
        ("# <b>Growth</b>", "Growth"),
        ("####### none", ""),
    ],
)
def test_headings_are_read_as_before(line: str, title: str) -> None:
    assert titles.seen_in({"cells": [{"cell_type": "markdown", "source": line}]}).heading == title
