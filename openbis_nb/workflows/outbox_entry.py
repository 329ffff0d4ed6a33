"""One complete version on its way to openBIS: what the outbox keeps of it beside the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

__all__ = ["OutboxEntry", "StagedFile", "State"]

State = Literal["waiting", "undecided", "refused"]


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file of a version: path relative to the version, size in bytes, SHA-256, unsigned CRC32."""

    path: str
    size: int
    sha256: str
    crc32: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """Everything that a save needs, so that it can be sent later without the notebook or the kernel.

    ``state``: ``waiting`` (not sent, or certainly not taken), ``undecided`` (the answer was lost: look
    before sending), ``refused`` (openBIS or our checks said no; ``reason`` says why).

    ``notebook_id`` is the id in the notebook's block; whose notebook it becomes is decided when it is
    sent. ``last_try_at``: when a try began that may have reached openBIS, ISO 8601. ``person`` is empty
    when the version was made without reaching openBIS. ``facts`` are those of ``provenance.json`` that
    are known without openBIS. ``block`` is the identity of the file as this machine knew it, ``source`` the
    file, and ``source_block`` the notebook id that its own block says. ``digest`` is that of the version,
    ``content`` that of notebook and results alone, ``core`` that of notebook and inputs alone.
    """

    save_id: str
    server: str
    name: str
    created_at: str
    notebook_file: str
    owner_perm_id: str
    owner_identifier: str
    owner_kind: str
    data_set_type: str
    digest: str
    core: str = ""
    content: str = ""
    person: str = ""
    block: Mapping[str, Any] | None = None
    notes: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    as_new: bool = False
    confirmed: bool = False
    takeover: bool = False
    declared: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    redactions: tuple[str, ...] = ()
    source: str | None = None
    source_block: str = ""
    files: tuple[StagedFile, ...] = ()
    state: State = "waiting"
    reason: str = ""
    last_try_at: str | None = None
    notebook_id: str = ""
    fork_of: str | None = None
    told: tuple[str, ...] = ()
    folder: Path = field(default=Path(), compare=False)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def parents(self) -> tuple[str, ...]:
        """Attached, minus unused (design D10)."""
        return tuple(perm_id for perm_id in self.attached if perm_id not in self.unused)

    def path_of(self, name: str) -> Path:
        """Where a file of this version lies."""
        return self.folder / "files" / name

    def file(self, name: str) -> StagedFile | None:
        """The file with this relative path, if there is one."""
        return next((file for file in self.files if file.path == name), None)
