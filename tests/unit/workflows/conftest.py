"""A version as the outbox keeps it, and a workplace that never speaks to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openbis_nb.models import Identity
from openbis_nb.notebooks.library import TemplateLibrary
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.workflows.evidence import EvidenceBook
from openbis_nb.workflows.ledger import Ledger, LedgerEntry
from openbis_nb.workflows.outbox import Outbox
from openbis_nb.workflows.outbox_entry import OutboxEntry
from openbis_nb.workflows.workplace import Workplace

SERVER = "https://openbis.example.org"
OWNER = "20260101000000000-10"


def an_entry(save_id: str = "save-1", **changes: Any) -> OutboxEntry:
    values: dict[str, Any] = {
        "save_id": save_id,
        "server": SERVER,
        "name": "Growth",
        "created_at": "2026-11-21T09:00:00Z",
        "notebook_file": "Growth.ipynb",
        "owner_perm_id": OWNER,
        "owner_identifier": "/LAB/P/EXP",
        "owner_kind": "experiment",
        "data_set_type": "ANALYSIS_NOTEBOOK",
        "digest": "sha256:" + "0" * 64,
        "person": "alice",
    }
    return OutboxEntry(**(values | changes))


def an_identity(**changes: Any) -> Identity:
    values: dict[str, Any] = {
        "server": SERVER,
        "notebook_id": "notebook-1",
        "name": "Growth",
        "owner_kind": "experiment",
        "owner_perm_id": OWNER,
        "owner_identifier": "/LAB/P/EXP",
    }
    return Identity(**(values | changes))


def known(notebook_id: str = "notebook-1", **changes: Any) -> LedgerEntry:
    values: dict[str, Any] = {
        "server": SERVER,
        "notebook_id": notebook_id,
        "name": "Growth",
        "owner": OWNER,
        "owner_kind": "experiment",
        "owner_identifier": "/LAB/P/EXP",
    }
    return LedgerEntry(**(values | changes))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "state" / "state.sqlite3")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "state" / "outbox")


@pytest.fixture
def workplace(tmp_path: Path, ledger: Ledger, outbox: Outbox) -> Workplace:
    return Workplace(
        client=OpenBIS(Server(SERVER)),
        cache=Cache(tmp_path / "cache", server="openbis.example.org", person="alice"),
        outbox=outbox,
        ledger=ledger,
        evidence=EvidenceBook(tmp_path / "state" / "state.sqlite3"),
        templates=TemplateLibrary(()),
    )
