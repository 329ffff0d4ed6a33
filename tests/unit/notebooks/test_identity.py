"""The identity block: kept, read with suspicion, never authority."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode

from openbis_nb.models import Identity
from openbis_nb.notebooks import document, identity

BLOCK: dict[str, Any] = {
    "schema": 1,
    "server": "https://openbis.example.org",
    "notebook_id": "2b7e1516-28ae-d2a6-abf7-158809cf4f3c",
    "name": "Growth curves",
    "owner": {"kind": "experiment", "perm_id": "20261101093000123-12", "identifier": "/LAB/GROWTH/EXP1"},
    "inputs": ["20261101093000123-31", "20261101093000123-32"],
    "template": {"slug": "analysis", "version": "1.0.0"},
    "checkpoint": {
        "store": "dataset",
        "id": "20261101093000123-40",
        "saved_at": "2026-11-21T09:30:00Z",
        "saved_by": "alice",
        "digest": "sha256:" + "0" * 64,
    },
}


def read(block: Any) -> Identity | None:
    return identity.read({"metadata": {"openbis": block}})


def known() -> Identity:
    found = read(BLOCK)
    assert found is not None
    return found


def test_the_block_has_the_form_of_the_design(notebook: NotebookNode) -> None:
    assert identity.to_block(known()) == BLOCK
    written = identity.write(notebook, known())
    assert written.metadata.openbis == BLOCK
    assert identity.read(written) == known()


def test_writing_makes_a_copy_and_keeps_other_metadata(notebook: NotebookNode) -> None:
    """N-20, N-24: the association is in the file's metadata, whatever else is there."""
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    written = identity.write(notebook, known())
    assert "openbis" not in notebook.metadata
    assert written.metadata.kernelspec.name == "python3"
    assert identity.without(written) == notebook


def test_copies_of_the_file_keep_the_association(notebook: NotebookNode) -> None:
    """N-22, N-24: download, copy and upload keep the block."""
    written = identity.write(notebook, known())
    assert identity.read(document.loads(document.dumps(written))) == known()


def test_without_a_block_there_is_neither_identity_nor_problem(notebook: NotebookNode) -> None:
    assert identity.read(notebook) is None
    assert identity.problem(notebook) is None


def changed(path: str, value: Any) -> dict[str, Any]:
    block = copy.deepcopy(BLOCK)
    *parents, last = path.split(".")
    target = block
    for parent in parents:
        target = target[parent]
    target[last] = value
    return block


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", 2),
        ("schema", "1"),
        ("schema", True),
        ("server", "ftp://x"),
        ("server", "javascript:alert(1)"),
        ("server", "https://user:password@openbis.example.org"),
        ("server", "https://x:99999"),
        ("server", "https://" + "x" * 1000),
        ("server", None),
        ("notebook_id", ""),
        ("notebook_id", "../../etc"),
        ("notebook_id", "x" * 200),
        ("notebook_id", 5),
        ("name", ""),
        ("name", "a\nb"),
        ("name", "a\u202eb"),
        ("name", "x" * 513),
        ("owner", None),
        ("owner", []),
        ("owner.kind", "sample"),
        ("owner.kind", ["experiment"]),
        ("owner.perm_id", "a b"),
        ("owner.perm_id", None),
        ("owner.identifier", "<script>"),
        ("owner.identifier", "LAB/X"),
        ("owner.identifier", "/A/B/C/D/E"),
        ("inputs", "20261101093000123-31"),
        ("inputs", ["x"]),
        ("inputs", [None]),
        ("inputs", ["20261101093000123-31"] * 10_001),
        ("template", []),
        ("template.slug", "../x"),
        ("checkpoint.store", "afs"),
        ("checkpoint.id", "x"),
        ("checkpoint.digest", "md5:0"),
        ("checkpoint.saved_at", "yesterday"),
        ("checkpoint.saved_by", "a b"),
    ],
)
def test_a_field_that_cannot_be_right_makes_the_block_no_identity(path: str, value: Any) -> None:
    block = changed(path, value)
    said = identity.problem({"metadata": {"openbis": block}})
    assert read(block) is None
    assert said is not None
    assert path.split(".")[0] in said or "form" in said
    assert "password" not in said


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda items: st.lists(items, max_size=4) | st.dictionaries(st.sampled_from([*BLOCK, "x"]), items),
)


@given(JUNK)
def test_junk_is_no_identity_and_no_exception(junk: Any) -> None:
    assert read(junk) is None
    assert identity.read(junk) is None


@given(key=st.sampled_from(list(BLOCK)), junk=JUNK)
def test_a_block_with_one_wild_field_never_raises(key: str, junk: Any) -> None:
    found = read({**BLOCK, key: junk})
    assert found is None or isinstance(found, Identity)


def test_what_may_be_absent_is() -> None:
    few = {key: BLOCK[key] for key in ("schema", "server", "notebook_id", "name", "owner")}
    found = read(few)
    assert found is not None
    assert (found.inputs, found.template_slug, found.checkpoint_id) == ((), None, None)


def test_inputs_named_twice_count_once() -> None:
    found = read(changed("inputs", ["20261101093000123-31"] * 2))
    assert found is not None
    assert found.inputs == ("20261101093000123-31",)


def test_a_written_name_can_always_be_read_back(notebook: NotebookNode) -> None:
    for name in ("a\nb", "\x00", "x" * 2000, "\u202e", "  a  "):
        written = identity.write(notebook, replace(known(), name=name))
        assert identity.read(written) is not None


OWNER, INPUT = "20261101093000123-12", "20261101093000123-31"


@pytest.mark.parametrize(
    ("server", "owners", "inputs", "claims"),
    [
        ("https://openbis.example.org", {OWNER}, set(known().inputs), []),
        ("https://OPENBIS.example.org:443/openbis", {OWNER}, set(known().inputs), []),
        ("https://other.example.org", {OWNER}, set(known().inputs), ["server"]),
        ("http://openbis.example.org", {OWNER}, set(known().inputs), ["server"]),
        ("https://openbis.example.org:8443", {OWNER}, set(known().inputs), ["server"]),
        ("https://openbis.example.org", set(), set(known().inputs), ["owner"]),
        ("https://openbis.example.org", {OWNER}, {INPUT}, ["input"]),
        ("https://openbis.example.org", set(), set(), ["owner", "input", "input"]),
    ],
)
def test_what_neither_server_nor_person_wrote_must_be_confirmed(
    server: str, owners: set[str], inputs: set[str], claims: list[str]
) -> None:
    found = identity.check(known(), servers=[server], known_owners=owners, known_inputs=inputs)
    assert [claim.kind for claim in found] == claims
    assert all(claim.value in claim.message or claim.kind == "owner" for claim in found)
