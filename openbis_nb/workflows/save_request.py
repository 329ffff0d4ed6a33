"""What a person asks for when a notebook is to be saved."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InvalidInput
from ..notebooks.environment import Environment
from .evidence import Evidence
from .fields import of_field

__all__ = ["MAX_NAME", "MAX_NOTES", "SaveRequest", "check_texts"]

#: Longest name and notes of a version, in characters (N-41).
MAX_NAME, MAX_NOTES = 512, 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRequest:
    """What a person asks for.

    Args:
        path: The notebook file, saved by its front end.
        name: Name of the version; default: the notebook's.
        notes: Plain text; stored as HTML, as the ELN keeps notes.
        files: Result files or folders, relative to the notebook.
        unused: permIds of attached inputs that were not used after all: no parents.
        owner: Identifier or permId; default: the notebook's.
        as_new: ``True``: a notebook of its own; ``False``: the same notebook, although this file is a
            copy; ``None``: ask if that is not clear.
        data_set_type: Default: the setting.
        properties: Further properties of the data set, code → value.
        confirm: The person trusts what the notebook says of itself.
        evidence: What was handed out and read; default: the newest session of the notebook.
        environment: Of the kernel, where it is known.
        co_authors: User ids whose versions shall count too.
        takeover: Carry on somebody else's notebook; takes an admin of its space.
        started_at: When the run began, ISO 8601 in UTC.
        write_back: Write the identity block into the file afterwards; not while a front end has it open.
        sha256: Of the file that is to be saved, hexadecimal, where a front end has just written it: another
            file is refused.
        version_of: Notebook id of which the file becomes a version, although it says another or none.
    """

    path: Path
    name: str | None = None
    notes: str = ""
    files: Sequence[str | os.PathLike[str]] = ()
    unused: Sequence[str] = ()
    owner: str | None = None
    as_new: bool | None = None
    data_set_type: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    confirm: bool = False
    evidence: Evidence | None = None
    environment: Environment | None = None
    co_authors: Sequence[str] = ()
    takeover: bool = False
    started_at: str | None = None
    write_back: bool = True
    sha256: str | None = None
    version_of: str | None = None

    @property
    def names_nothing(self) -> bool:
        """Whether only the notebook itself is to be saved: then notes, results and unticked inputs that the
        last version has, and this request does not speak of, are no change."""
        named = (self.name, self.notes, self.files, self.properties, self.data_set_type, self.unused)
        return not any(named)

    def __post_init__(self) -> None:
        check_texts(self.name, self.notes)
        if self.as_new and self.version_of:
            raise InvalidInput("A notebook of its own is no version of another one.")


def check_texts(name: str | None, notes: str | None) -> None:
    """What is stored of a name and notes (N-41).

    Raises:
        InvalidInput: too long, or a name of nothing but blanks.
    """
    for what, text, limit in (("name", name or "", MAX_NAME), ("notes", notes or "", MAX_NOTES)):
        if len(text) > limit:
            raise of_field(
                InvalidInput(f"The {what} has {len(text)} characters; at most {limit} are stored."), what
            )
    if name is not None and not name.strip():
        raise of_field(InvalidInput("The name is empty."), "name")
