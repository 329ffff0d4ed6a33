"""Which notebook a file is: what its block says, corrected by what this machine remembers of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import UserMistake
from ..models import Identity
from ..notebooks import document, web_origin
from ..notebooks import identity as identity_block
from .ledger import FileRecord, Ledger
from .workplace import Workplace

__all__ = ["identity_of_file", "is_still", "server_of_file"]


def identity_of_file(workplace: Workplace, notebook: Mapping[str, Any], path: Path) -> Identity | None:
    """The identity of a file, or ``None`` for one from nowhere.

    Under a front end we must not write into the file (design D12). So a first save of a file without
    a block, or a fork, lives in the ledger until the file can be written; and so does the version that
    the file was last saved as.
    """
    block = identity_block.read(notebook)
    record = workplace.ledger.at(path, block.notebook_id if block else "")
    if record is None or record.entry.server != workplace.server:
        return block
    if block is not None and block.notebook_id == record.entry.notebook_id:
        return replace(
            block,
            checkpoint_id=record.checkpoint_id or block.checkpoint_id,
            digest=record.entry.digest or block.digest,
        )
    return replace(_from_record(record, block), imported_from=web_origin.read(notebook))


def server_of_file(ledger: Ledger, block: Identity | None, path: Path) -> str:
    """Which openBIS the file with this block belongs to: where we saved it, else what the block says.

    Empty where nobody knows.
    """
    record = ledger.at(path, block.notebook_id if block else "")
    if record is not None:
        return record.entry.server
    return block.server if block is not None else ""


def is_still(workplace: Workplace, path: Path, notebook_id: str) -> bool:
    """Whether the file at *path* is that notebook now; another one may have taken its name."""
    try:
        content = document.read(path, max_size=workplace.limits.max_notebook)
    except UserMistake:
        return False  # gone, or no notebook any more
    identity = identity_of_file(workplace, content, path)
    return identity is not None and identity.notebook_id == notebook_id


def _from_record(record: FileRecord, block: Identity | None) -> Identity:
    entry = record.entry
    return Identity(
        server=entry.server,
        notebook_id=entry.notebook_id,
        name=entry.name,
        owner_kind=entry.owner_kind,
        owner_perm_id=entry.owner,
        owner_identifier=entry.owner_identifier,
        inputs=entry.inputs,
        template_slug=block.template_slug if block else None,
        template_version=block.template_version if block else None,
        checkpoint_id=record.checkpoint_id,
        digest=entry.digest,
    )
