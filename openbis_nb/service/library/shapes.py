"""What the library's API answers.

Resources of notebooks and versions have the names that Neptune's clients know (N-65 to N-67), in their
spelling; what we add is spelled the same way. ``owner`` is therefore the *author*; where it is stored is
``storedIn``. Times are ISO 8601 in UTC, sizes are bytes, all text is plain text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ...models import EntityKind

__all__ = [
    "Allowed",
    "DataSetRef",
    "EntityRef",
    "Facet",
    "Fork",
    "InputState",
    "NotebookDetail",
    "NotebookList",
    "NotebookRow",
    "Trashed",
    "VersionList",
    "VersionRow",
]


@dataclass(frozen=True, slots=True)
class EntityRef:
    """A space, project, experiment or object. ``link`` leads into the ELN, ``page`` to its notebooks here."""

    kind: EntityKind
    permId: str
    identifier: str
    name: str = ""
    link: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class DataSetRef:
    """A data set. ``visible`` is false for one that openBIS does not show to this person: then nothing else
    is known. ``link`` leads into the ELN, ``page`` to what used it here."""

    permId: str
    visible: bool = True
    name: str = ""
    type: str = ""
    link: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whether a person may do something now; if not, why, and which role it takes."""

    allowed: bool
    reason: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version. ``id`` is its permId, ``number`` its place from 1, ``description`` its notes.

    ``counts`` is false for one that is shown as a fork; ``current`` is true for the newest that counts.
    ``removable``: this person may trash it. After a write: ``told`` are sentences for the person,
    ``forkedFrom`` is the permId of the version that it became a fork of.
    """

    id: str
    notebookId: str
    number: int
    name: str
    description: str
    path: str
    owner: str
    creationTime: datetime | None
    size: int
    removable: bool
    counts: bool
    current: bool
    page: str
    link: str
    inputs: list[DataSetRef] = field(default_factory=list)
    etag: str = ""
    told: list[str] = field(default_factory=list)
    forkedFrom: str | None = None


@dataclass(frozen=True, slots=True)
class NotebookRow:
    """One notebook. ``id`` is its history id; ``organization`` is the space (N-66).

    ``description``: notes of its newest version. ``size``: of that, ``totalStorageSize``: of all versions.
    ``newerData``: whether an input has a newer version; null where that was not asked. ``template``: slug;
    null where there is none or it is not known yet.
    """

    id: str
    fid: str
    name: str
    path: str
    owner: str
    description: str
    creationTime: datetime | None
    lastCheckpointId: str
    lastCheckpointTime: datetime | None
    organizationId: str
    organizationName: str
    projectId: str
    projectName: str
    removable: bool
    size: int
    totalStorageSize: int
    versions: int
    storedIn: EntityRef | None
    page: str
    template: str | None = None
    newerData: bool | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that notebooks can be filtered by."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class NotebookList:
    """One page of notebooks (N-65).

    ``matchingItemCount`` and ``totalItemCount`` are null while openBIS and the index do not agree on the
    number for this person. ``complete`` is false while versions are still being read in; ``note`` says so.
    """

    entries: list[NotebookRow]
    matchingItemCount: int | None
    totalItemCount: int | None
    cursor: str | None = None
    complete: bool = True
    note: str = ""
    authors: list[Facet] = field(default_factory=list)
    templates: list[Facet] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class VersionList:
    """One page of versions (N-65)."""

    entries: list[VersionRow]
    matchingItemCount: int | None
    totalItemCount: int | None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """Where a notebook was copied from; ``page`` is empty where this person does not see it."""

    notebookId: str
    versionId: str | None = None
    owner: str | None = None
    page: str = ""


@dataclass(frozen=True, slots=True)
class ImportedFrom:
    """Where on the web a notebook came from: address, digest of the bytes, time, commit where it is known."""

    url: str
    sha256: str
    fetchedAt: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class InputState:
    """An input of a notebook, and whether there is a newer version of it."""

    dataSet: DataSetRef
    role: Literal["parent", "never attached", "unticked"]
    newer: DataSetRef | None = None


@dataclass(frozen=True, slots=True)
class NotebookDetail:
    """A notebook in full: Details and Versions tab in one answer.

    ``permissions``: action → whether this person may; see the table of rights. ``environment``: what was
    recorded at the newest save (packages, kernel …). ``forkedFrom``: its origin, if it is a fork.
    ``importedFrom``: its origin on the web, as its newest version says it.
    """

    notebook: NotebookRow
    versions: list[VersionRow]
    coAuthors: list[str]
    inputs: list[InputState]
    parameters: dict[str, Any]
    template: dict[str, str] | None
    environment: dict[str, Any]
    forkedFrom: Fork | None
    importedFrom: ImportedFrom | None
    permissions: dict[str, Allowed]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Trashed:
    """A notebook in the trash, or with ``whole`` false single versions of one.

    ``versions``: permIds; ``name`` and ``storedIn`` (an identifier) are as they were. ``intact`` is false
    where the deletion holds other things, too: then it is brought back or deleted in openBIS only.
    ``permissions``: ``revert`` and ``delete``.
    """

    id: str
    fid: str
    name: str
    storedIn: str
    versions: list[str]
    time: datetime | None
    by: str
    whole: bool
    intact: bool
    permissions: dict[str, Allowed]
    state: Literal["trashed"] = "trashed"
