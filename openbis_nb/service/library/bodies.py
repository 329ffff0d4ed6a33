"""What callers of the library send as JSON. All of it is a stranger's input."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Describe", "ForkBody", "MoveBody", "RenameBody", "RestoreBody", "TrashBody"]

Name = Annotated[str, Field(min_length=1, max_length=512, description="Plain text (N-41).")]
Notes = Annotated[str, Field(max_length=1024, description="Plain text (N-41).")]
Owner = Annotated[str, Field(min_length=1, max_length=1000, description="Identifier or permId.")]
PermId = Annotated[str, Field(max_length=64, pattern=r"^[0-9]{8,}-[0-9]+$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RenameBody(_Body):
    """What is to change; name and description together, or the co-authors."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Growth curves", "description": "With the second plate."}]}
    )

    name: Name | None = None
    description: Notes | None = None
    coAuthors: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=100)] | (
        None
    ) = Field(None, description="User ids: all of them. Who was named once stays named.")


class Describe(_Body):
    """Name and notes of a stored version."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"description": "For the group meeting."}]})

    name: Name | None = None
    description: Notes | None = None


class ForkBody(_Body):
    """Where a copy goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"storedIn": "/BIOLAB/GROWTH/MY_COPY"}]})

    version: PermId | None = Field(None, description="PermId of a version; default: the newest.")
    storedIn: Owner | None = Field(None, description="Default: where the notebook is stored.")
    name: Name | None = None
    description: Notes | None = None


class MoveBody(_Body):
    """Where a notebook goes, with all its versions."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"storedIn": "/BIOLAB/GROWTH/ARCHIVE"}]})

    storedIn: Owner


class RestoreBody(_Body):
    """What the restored version is called; by default as the notebook is."""

    name: Name | None = None
    description: Notes | None = None


class TrashBody(_Body):
    """Versions to put into the trash, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ids": ["20261121093000123-40"], "reason": "Superseded."}]}
    )

    ids: Annotated[list[PermId], Field(min_length=1, max_length=1000)]
    reason: str = Field("", max_length=1000)
