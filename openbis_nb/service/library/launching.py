"""A stored version opened in JupyterLab, by a launch like any other (design D3): nothing is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from ...identifiers import safe_file_name
from ...notebook_paths import launch_folder, notebook_file
from ...openbis.checkpoints import notebook_id_of
from ...openbis.client import OpenBIS
from ...workflows.library.reading import read_notebook
from ...workflows.library.reopening import Mode, Reopening, find_version, reopen
from ...workflows.workplace import Workplace
from ..launches.asking import MOST_INPUTS, EntityText, PlainJson
from ..launches.kinds import PREPARERS, Made
from ..launches.model import Launch, NewLaunch, of_hub_user

if TYPE_CHECKING:
    from ..service import Service
    from ..visitors import Visitor

__all__ = ["VERSION", "VersionLaunchBody", "launch_version"]

#: Kind of the launches of stored versions: the body is an ``_Asked`` as JSON.
VERSION = "version"
_SUFFIX = ".ipynb"


class VersionLaunchBody(BaseModel):
    """How a version is to be opened."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"mode": "continue", "directory": "growth/november"}]},
    )

    mode: Mode = Field(
        "continue",
        description="`continue`: the same notebook, whose next save is a further version, or a fork of "
        "somebody else's notebook. `template`: a new notebook with its cells, without outputs.",
    )
    owner: EntityText | None = Field(
        None, description="For `template`: experiment or object that it is stored in; null: where it is now."
    )
    inputs: Annotated[list[EntityText], Field(max_length=MOST_INPUTS)] | None = Field(
        None, description="For `template`: permIds of data sets; null: those of the version."
    )
    directory: str = Field(
        "", max_length=4096, description="Folder below the root of one's server; made if it is not there."
    )
    name: str | None = Field(
        None, min_length=1, max_length=255, description="Of the file; null: as the notebook is called."
    )
    profile: PlainJson = Field(
        {}, description="`user_options` for the spawner, if the server has to be started."
    )


class _Asked(BaseModel):
    """What is kept of it until it is prepared."""

    version: str
    mode: Mode
    name: str | None
    owner: str | None
    inputs: list[str] | None


async def launch_version(service: Service, visitor: Visitor, perm_id: str, body: VersionLaunchBody) -> Launch:
    """Accept the launch of a version, and prepare it in the background with the visitor's own session.

    Raises:
        NotFound: there is no such version that the visitor sees.
        DataNotAvailable: its files are in the archive.
        UnsafePath: folder or name.
        TooMany, TooLarge: the person has too much waiting already.
    """
    folder = "/".join(launch_folder(body.directory))
    name = body.name.removesuffix(_SUFFIX) if body.name else None
    chosen = notebook_file(f"{name}{_SUFFIX}") if name else None
    async with visitor.openbis() as client:
        called = await _name_of(client, perm_id)
    asked = _Asked(version=perm_id, mode=body.mode, name=name, owner=body.owner, inputs=body.inputs)
    launch = await service.launches.accept(
        NewLaunch(
            owner=of_hub_user(visitor.hub_name),
            kind=VERSION,
            directory=folder,
            file_name=chosen or safe_file_name(called, suffix=_SUFFIX),
            body=asked.model_dump_json().encode(),
            options=body.profile,
        )
    )
    service.launches.prepare(launch, visitor)
    return launch


async def _name_of(client: OpenBIS, perm_id: str) -> str:
    """The name of the notebook whose version it is; asked first, so that what cannot be opened is said at
    once."""
    version = await find_version(client, perm_id)
    notebook_id = notebook_id_of(version)
    notebook = await read_notebook(client, notebook_id, co_authors=False) if notebook_id else None
    return (notebook.name if notebook else version.name) or perm_id


async def _prepare_version(workplace: Workplace, body: bytes, _: str) -> Made:
    asked = _Asked.model_validate_json(body)
    reopened = await reopen(
        workplace,
        Reopening(
            version=asked.version,
            mode=asked.mode,
            name=asked.name,
            owner=asked.owner,
            inputs=None if asked.inputs is None else tuple(dict.fromkeys(asked.inputs)),
        ),
    )
    # Which kernels there were, when and where it was stored, binds nobody who looks at it now.
    return Made(reopened.notebook, reopened.remember, any_kernel=True)


PREPARERS[VERSION] = _prepare_version
