"""The small parts of a REST API: ETags, cursors, buckets of requests, addresses of the library."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.errors import ChangedMeanwhile, InvalidInput, StorageLimit, TooFast
from openbis_nb.models import Checkpoint
from openbis_nb.service.cursors import decode, encode
from openbis_nb.service.etags import check_unchanged, etag_of, is_known, state_of
from openbis_nb.service.library.links import Links, notebook_of, slug_of
from openbis_nb.service.library.notebook_limit import check_room
from openbis_nb.service.rate_buckets import RateLimits
from openbis_nb.workflows.library.model import Notebook

LINKS = Links("/services/openbis/")
UUID = "2b7e1516-28ae-4d2a-abf7-158809cf4f3c"


def test_a_write_asks_for_the_state_and_a_read_for_all_that_is_shown() -> None:
    state, other = state_of(["a", 1]), state_of(["a", 2])
    shown, shown_otherwise = etag_of(state, {"newer": False}), etag_of(state, {"newer": True})
    assert shown != shown_otherwise
    for fits in (shown, shown_otherwise, f'"x-y", {shown}', "*"):
        check_unchanged({"If-Match": fits}, state)
    check_unchanged({}, state)
    for stale in (etag_of(other, {"newer": False}), '"x-y"', "", state[:5], f"W/{shown}x"):
        with pytest.raises(ChangedMeanwhile):
            check_unchanged({"If-Match": stale}, state)
    assert is_known({"If-None-Match": f'"a", W/{shown}'}, shown)
    assert not is_known({"If-None-Match": shown_otherwise}, shown)
    assert not is_known({}, shown)


@given(st.lists(st.one_of(st.text(max_size=20), st.integers(), st.booleans(), st.none()), max_size=4))
def test_a_cursor_comes_back(values: list[str | int | bool | None]) -> None:
    assert decode(encode(values), *(type(value) for value in values)) == values


@pytest.mark.parametrize("cursor", ["", "x", "💥", "WzFd", "W10", "bnVsbA", encode(["a"]), encode([1, "a"])])
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        decode(cursor, str, str)


def test_a_bucket_fills_again() -> None:
    """P-40: people apart, reads and writes apart, and how long to wait."""
    now = 0.0
    limits = RateLimits(reads=60, writes=6, clock=lambda: now)
    for _ in range(60):
        limits.take("alice", writes=False)
    with pytest.raises(TooFast) as caught:
        limits.take("alice", writes=False)
    assert caught.value.extra == {"retry_after": 1}
    limits.take("bob", writes=False)
    for _ in range(6):
        limits.take("alice", writes=True)
    with pytest.raises(TooFast) as caught:
        limits.take("alice", writes=True)
    assert caught.value.extra == {"retry_after": 10}
    now = 10.0
    limits.take("alice", writes=True)
    with pytest.raises(TooFast):
        limits.take("alice", writes=True)
    now = 1000.0
    for _ in range(60):
        limits.take("alice", writes=False)
    with pytest.raises(TooFast):
        limits.take("alice", writes=False)


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_the_id_is_found_in_the_address_again(notebook_id: str, name: str) -> None:
    """N-12: whatever it is and is called."""
    path = urlsplit(LINKS.notebook_page(notebook_id, name)).path
    assert path.isascii()
    part = path.removeprefix("/services/openbis/library/n/")
    assert "/" not in unquote(part)
    assert notebook_of(unquote(part)) == notebook_id


def test_addresses_hold_the_name_and_the_id() -> None:
    """N-12."""
    page = LINKS.notebook_page(UUID, "Caffè  & Gewicht/2", "20261121093000123-40")
    assert page == f"/services/openbis/library/n/caffe-gewicht-2-{UUID}/20261121093000123-40"
    assert notebook_of(f"renamed-since-{UUID}") == notebook_of(UUID) == UUID
    plain = UUID.replace("-", "")
    assert notebook_of(f"a-b-{plain}") == plain
    assert slug_of("💥 ~ --") == "notebook"
    assert LINKS.compare_page("1", ["2", "3"]).endswith("library/compare?base=1&with=2&with=3")


def test_room_for_a_notebook_and_for_a_version() -> None:
    """N-44: a sentence for each."""
    check_room(None, 10**12)
    check_room(100, 100)
    with pytest.raises(StorageLimit, match="one may take"):
        check_room(100, 101)
    version = Checkpoint("20261121093000123-40", "x", name="Growth", size=60, registrator="alice")
    notebook = Notebook("x", (version,))
    check_room(100, 40, notebook)
    with pytest.raises(StorageLimit, match="versions of Growth"):
        check_room(100, 41, notebook)


def test_the_openapi_document_names_each_operation_once() -> None:
    """Clients are generated from it."""
    path = Path(__file__).parents[3] / "docs" / "reference" / "openapi.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) > 40
    for operation in operations:
        assert operation["summary"]
        assert any(status.startswith("2") for status in operation["responses"])
