"""The origin in an identity block: read with suspicion, kept beside that of a fork."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from openbis_nb.models import Identity, WebOrigin
from openbis_nb.notebooks import identity, provenance, web_origin

ORIGIN = WebOrigin("https://example.org/a.ipynb?v=1", "0" * 64, "2026-11-21T09:00:00Z", "1" * 40)
IDENTITY = Identity(
    server="https://openbis.example.org",
    notebook_id="0123456789abcdef",
    name="Growth",
    owner_kind="experiment",
    owner_perm_id="20261121093000123-1",
    owner_identifier="/LAB/GROWTH/E1",
    imported_from=ORIGIN,
)


def block_of(one: Identity) -> dict[str, Any]:
    return {"metadata": {"openbis": identity.to_block(one)}}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"imported_from": replace(ORIGIN, commit=None)},
        {"origin_notebook": "fedcba9876543210", "origin_id": "20261121093000123-7"},
        {"origin_notebook": "fedcba9876543210", "origin_id": "20261121093000123-7", "imported_from": None},
    ],
)
def test_what_is_written_is_read(changes: dict[str, Any]) -> None:
    """Table row 80: also beside the version that a fork was made from."""
    one = replace(IDENTITY, **changes)
    assert identity.read(block_of(one)) == one
    assert web_origin.read(block_of(one)) == one.imported_from


def test_a_notebook_without_an_owner_has_an_origin_only() -> None:
    written = web_origin.write_only({"metadata": {"title": "x"}, "cells": []}, ORIGIN)
    assert web_origin.read(written) == ORIGIN
    assert identity.read(written) is None
    assert identity.problem(written) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "javascript:alert(1)"},
        {"url": "https://me:secret@example.org/"},
        {"url": "https:///a"},
        {"url": "https://example.org/\u202egnp.exe"},
        {"url": "https://example.org/" + "a" * 3000},
        {"url": 7},
        {"sha256": "0" * 63},
        {"sha256": None},
        {"fetched_at": "yesterday"},
        {"commit": "main"},
        {"commit": 7},
    ],
)
def test_what_cannot_be_right_is_none(changes: dict[str, Any]) -> None:
    """It is a stranger's input: nothing raises, and a block with it is told to be unusable."""
    notebook = block_of(IDENTITY)
    notebook["metadata"]["openbis"]["origin"].update(changes)
    assert web_origin.read(notebook) is None
    assert identity.read(notebook) is None
    assert "origin" in (identity.problem(notebook) or "")


def test_provenance_says_it_and_older_files_do_not() -> None:
    facts = provenance.Provenance(
        save_id="s", notebook_id="n", name="x", saved_at="t", saved_by="alice", owner={}, imported_from=ORIGIN
    )
    assert provenance.loads(facts.to_json()).imported_from == ORIGIN
    without = replace(facts, imported_from=None)
    assert b"imported_from" not in without.to_json()
    assert provenance.loads(without.to_json()).imported_from is None
