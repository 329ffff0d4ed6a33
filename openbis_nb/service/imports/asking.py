"""What a caller sends; all of it is a stranger's input."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ...notebook_paths import launch_folder, notebook_file, single_folder
from ..launches.asking import MOST_INPUTS, NO_NUL, EntityText, PlainJson

__all__ = ["LONGEST_URL", "ImportBody", "LookBody"]

#: Longest address, in characters (B-04).
LONGEST_URL = 2048
_PREVIEW_ID = r"^[0-9a-f]{1,64}$"
_SUFFIX = ".ipynb"


class LookBody(BaseModel):
    """An address that is to be looked at."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://github.com/growth-lab/models/blob/main/fit.ipynb"}]},
    )

    url: str = Field(
        max_length=LONGEST_URL,
        pattern=NO_NUL,
        description="Of a notebook or a repository; a page of GitHub or GitLab as it stands in the browser.",
    )
    ref: str | None = Field(
        None,
        min_length=1,
        max_length=255,
        pattern=NO_NUL,
        description="Another branch, tag or commit than the one in the address.",
    )


class ImportBody(BaseModel):
    """What is to be imported, and how."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "preview": "5d0c8e1f2b3a4c5d8e9f0a1b2c3d4e5f",
                    "owner": "/BIOLAB/GROWTH/GROWTH_CURVES_1",
                    "inputs": ["20261121093000123-31"],
                    "directory": "imported",
                    "name": "fit",
                },
                {"preview": "6e1d8e1f2b3a4c5d8e9f0a1b2c3d4e5f", "name": "models", "ref": "v1.2"},
            ]
        },
    )

    preview: str = Field(pattern=_PREVIEW_ID, description="`id` of what was looked at.")
    owner: EntityText | None = Field(
        None,
        description="For a notebook: experiment or object that it is stored in; null: chosen at the first "
        "save.",
    )
    inputs: Annotated[list[EntityText], Field(max_length=MOST_INPUTS)] = Field(
        [], description="For a notebook: permIds of data sets."
    )
    directory: str = Field(
        "",
        max_length=4096,
        description="For a notebook: folder below the root of one's server; made if it is not there.",
    )
    name: str = Field(
        min_length=1,
        max_length=255,
        description="Of the notebook, without .ipynb, or of the repository's folder. If it is taken, a "
        "number is added.",
    )
    ref: str | None = Field(
        None,
        min_length=1,
        max_length=255,
        pattern=NO_NUL,
        description="For a repository: branch, tag or commit; null: the branch that the host names.",
    )
    profile: PlainJson = Field(
        {}, description="`user_options` for the spawner, if the server has to be started."
    )

    @property
    def file_name(self) -> str:
        """The notebook's file, if it can be one.

        Raises:
            UnsafePath: it cannot.
        """
        return notebook_file(f"{self.name.removesuffix(_SUFFIX)}{_SUFFIX}")

    @property
    def folder_name(self) -> str:
        """The repository's folder, if it can be one.

        Raises:
            UnsafePath: it cannot, or there would be several inside each other.
        """
        return single_folder(self.name)

    @property
    def folder(self) -> str:
        """The folder around it, if it can be one.

        Raises:
            UnsafePath: it cannot.
        """
        return "/".join(launch_folder(self.directory))
