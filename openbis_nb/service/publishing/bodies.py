"""What callers send about published pages. All of it is a stranger's input."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from .model import Code, Follow

__all__ = ["MOST_TITLE", "ChangeBody", "PublishBody", "SnapshotBody"]

#: Characters of a title.
MOST_TITLE = 512
Title = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MOST_TITLE,
        pattern=r"^[^\x00]*\S[^\x00]*$",
        description="Plain text, for people.",
    ),
]
BoardTitle = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]
PermId = Annotated[
    str, Field(max_length=64, pattern=r"^[0-9]{8,}-[0-9]+$", examples=["20261121093000123-40"])
]
Ref = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
PageId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PublishBody(_Body):
    """What is to be published, how, and where it is to be put at once (D-07)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "notebook": "2b7e1516-28ae-4d2a-abf7-158809cf4f3c",
                    "follow": "latest",
                    "code": "hidden",
                    "dashboard": None,
                    "ends_at": None,
                }
            ]
        }
    )

    notebook: Ref | None = Field(None, description="Notebook id or fid: its newest version.")
    version: PermId | None = Field(None, description="PermId of a version, instead.")
    title: Title | None = Field(None, description="Default: the name of the version.")
    follow: Follow = Field("latest", description="`pinned`: shows this version for good.")
    code: Code = Field("hidden", description="`hidden`: the code is not in the stored bytes at all.")
    dashboard: PageId | None = Field(None, description="Id of a dashboard that gets it as a tile.")
    new_dashboard: BoardTitle | None = Field(
        None, description="Title of one that is made for it, in the notebook's project or space; instead."
    )
    ends_at: AwareDatetime | None = Field(None, description="From then on nobody sees it; with a time zone.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.notebook is None) == (self.version is None):
            raise ValueError("name a notebook or a version")
        if self.dashboard is not None and self.new_dashboard is not None:
            raise ValueError("name a dashboard or a new one, not both")
        return self


class ChangeBody(_Body):
    """What is to change; what is not named stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Growth, for the group meeting"}]})

    title: Title | None = None
    follow: Follow | None = Field(None, description="`latest` shows the newest version at once.")
    code: Code | None = Field(None, description="Takes another snapshot where there is none like that.")
    snapshot_id: PageId | None = Field(
        None, description="Shows this snapshot of the notebook, and pins the page unless `follow` says else."
    )
    ends_at: AwareDatetime | None = Field(None, description="null: it does not end.")
    state: Literal["live"] | None = Field(None, description="Publishes a page again that is not live.")


class SnapshotBody(_Body):
    """Of which version a snapshot is taken."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"show": True}]})

    version: PermId | None = Field(None, description="Default: the newest version.")
    code: Code | None = Field(None, description="Default: as the page.")
    show: bool = Field(False, description="Whether the page shows it at once.")
