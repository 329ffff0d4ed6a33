"""The things we speak of, as frozen dataclasses without behaviour of their own.

Names are openBIS' (design section 2). Times are aware ``datetime`` in UTC; sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

__all__ = [
    "Checkpoint",
    "DataFile",
    "DataSet",
    "DataSetType",
    "Entity",
    "EntityKind",
    "Identity",
    "LaunchRequest",
    "NotebookRef",
    "Person",
    "PropertyDefinition",
    "ServerInformation",
    "Vocabulary",
    "WebOrigin",
]

EntityKind = Literal["space", "project", "experiment", "object"]
DataSetKind = Literal["PHYSICAL", "CONTAINER", "LINK"]

_NO_PROPERTIES: Mapping[str, Any] = MappingProxyType({})


def _no_properties() -> Mapping[str, Any]:  # Python 3.11 takes no mappingproxy as a plain default
    return _NO_PROPERTIES


@dataclass(frozen=True, slots=True)
class Person:
    """A person in openBIS. ``user_id`` is openBIS' spelling, never lower-cased."""

    user_id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""

    @property
    def display_name(self) -> str:
        """First and last name where known, else the user id."""
        return f"{self.first_name} {self.last_name}".strip() or self.user_id


@dataclass(frozen=True, slots=True)
class ServerInformation:
    """What ``getServerInformation`` says (contract 2.7)."""

    api_version: str
    openbis_version: str = ""
    personal_access_tokens: bool = False
    archiving: bool = False
    raw: Mapping[str, str] = field(default_factory=_no_properties, repr=False)


@dataclass(frozen=True, slots=True)
class Entity:
    """A space, project, experiment (= collection) or object (= sample).

    A space's identifier is ``/CODE``. ``parents`` and ``children`` of an object are identifiers.
    """

    kind: EntityKind
    perm_id: str
    identifier: str
    code: str
    type_code: str = ""
    name: str = ""
    properties: Mapping[str, Any] = field(default_factory=_no_properties, repr=False)
    frozen: bool = False
    frozen_for_data_sets: bool = False
    experiment_identifier: str | None = None
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    registrator: str | None = None
    registered_at: datetime | None = None

    @property
    def label(self) -> str:
        """The name people gave it, else its code."""
        return self.name or self.code

    @property
    def can_own_data_sets(self) -> bool:
        """A space or project can be the place of launch, never an owner (O-09)."""
        return self.kind in ("experiment", "object")


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a data set, as ``searchFiles`` lists it (contract 4.2).

    ``path`` is relative to the data set (``original/default/a.csv``); ``crc32`` is unsigned, or
    ``None`` where the server gives none.
    """

    data_set: str
    path: str
    size: int
    crc32: int | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set. ``owner`` is its object, else its experiment."""

    perm_id: str
    type_code: str
    kind: DataSetKind = "PHYSICAL"
    name: str = ""
    properties: Mapping[str, Any] = field(default_factory=_no_properties, repr=False)
    experiment: Entity | None = None
    sample: Entity | None = None
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    size: int | None = None
    status: str = "AVAILABLE"
    share_id: str | None = None
    location: str | None = None
    download_url: str | None = None
    frozen: bool = False
    frozen_for_children: bool = False
    registrator: Person | None = None
    registered_at: datetime | None = None

    @property
    def owner(self) -> Entity | None:
        """The object it belongs to, else the experiment (contract 5.7)."""
        return self.sample or self.experiment

    @property
    def readable(self) -> bool:
        """Whether its bytes can be read now: physical and in the data store (contract 3.3)."""
        in_store = ("AVAILABLE", "LOCKED", "ARCHIVE_PENDING", "BACKUP_PENDING")
        return self.kind == "PHYSICAL" and self.status in in_store


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A controlled vocabulary: term code → label."""

    code: str
    terms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PropertyDefinition:
    """A property as a type assigns it. ``data_type`` is openBIS' (``VARCHAR``, ``INTEGER`` …)."""

    code: str
    label: str = ""
    data_type: str = "VARCHAR"
    mandatory: bool = False
    vocabulary: Vocabulary | None = None
    show_in_edit_view: bool = True
    ordinal: int = 0
    description: str = ""
    multi_value: bool = False


@dataclass(frozen=True, slots=True)
class DataSetType:
    """A data-set type with its property definitions, keyed by code."""

    code: str
    description: str = ""
    properties: Mapping[str, PropertyDefinition] = field(default_factory=_no_properties)


@dataclass(frozen=True, slots=True)
class WebOrigin:
    """Where a notebook was imported from (table row 80). A stranger's input, not authority.

    Args:
        url: For people; nothing secret stands in it.
        sha256: Of the bytes as they came: 64 hexadecimal digits.
        fetched_at: ISO 8601, UTC.
        commit: The commit that the file is of, where its host told.
    """

    url: str
    sha256: str
    fetched_at: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity block of a notebook (design section 2). A stranger's input, not authority."""

    server: str
    notebook_id: str
    name: str
    owner_kind: EntityKind
    owner_perm_id: str
    owner_identifier: str
    inputs: tuple[str, ...] = ()
    template_slug: str | None = None
    template_version: str | None = None
    checkpoint_id: str | None = None
    saved_at: str | None = None
    saved_by: str | None = None
    digest: str | None = None
    origin_notebook: str | None = None
    origin_id: str | None = None
    """PermId of the version that a notebook was made from, until its first save."""
    imported_from: WebOrigin | None = None
    """Where on the web it came from; kept by every save and copy."""


@dataclass(frozen=True, slots=True)
class LaunchRequest:
    """What a person asks for when a notebook is to be made."""

    place: str
    """Identifier or permId of the entity that the launch begins at; the owner, unless one is named."""
    kind: EntityKind | None = None
    """What *place* is, where that is known: it saves a question, since an experiment and an object of
    one project can have the same identifier."""
    owner: str | None = None
    """The owner, when it is another entity; needed when *place* is a space or project."""
    inputs: tuple[str, ...] = ()
    only_inputs: bool = False
    """Take just *inputs*, also when there are none; else the data sets of *place* are taken up then, or of
    the owner."""
    all_inputs: bool = False
    with_parents: bool = False
    with_children: bool = False
    template: str = "analysis"
    parameters: Mapping[str, Any] = field(default_factory=_no_properties)
    name: str | None = None
    notebook_id: str | None = None
    """Whose versions it will be one of (the ELN's history id); ``None``: a new one."""


@dataclass(frozen=True, slots=True)
class NotebookRef:
    """All versions that share one notebook id (= the value of the history-id property)."""

    notebook_id: str
    name: str
    author: str
    owner: Entity | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One saved version: one data set."""

    perm_id: str
    notebook_id: str
    name: str = ""
    notes: str = ""
    registrator: str = ""
    registered_at: datetime | None = None
    owner: Entity | None = None
    parents: Sequence[str] = ()
    size: int | None = None
    save_id: str | None = None
    counts: bool = True
    """False: a version that somebody wrote without the right to; shown as a fork (design section 2)."""
    type_code: str = ""
    frozen: bool = False
