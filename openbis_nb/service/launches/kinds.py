"""How the body of a launch becomes a notebook, or a repository to be fetched: one function for each kind.

Kinds are named in the database. Another part adds its kind when it is imported:
``PREPARERS["eln"] = prepare_eln``. A preparer gets the workplace of the person who opens the launch, never a
stored session.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ...models import LaunchRequest
from ...workflows.launch import prepare
from ...workflows.ledger import LedgerEntry
from ...workflows.workplace import Workplace
from .asking import LaunchBody

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "PREPARERS",
    "REPOSITORY",
    "REQUEST",
    "Made",
    "MadeRepository",
    "Preparer",
    "RepositoryBody",
    "packed",
]

#: Kind of the launches of our own API: the body is a ``LaunchBody`` as JSON.
REQUEST = "request"
#: Kind of the launches of repositories: the body is a :class:`RepositoryBody` as JSON.
REPOSITORY = "repository"
_LEDGER_MEMBERS = ("server", "notebook_id", "name", "owner", "owner_kind", "owner_identifier", "inputs")


@dataclass(frozen=True, slots=True)
class Made:
    """A notebook to be written.

    Args:
        notebook: Of nbformat 4.
        remember: What the person's own server may believe of it without a question at the first save;
            ``None``: its claims are a stranger's.
        any_kernel: Write it also where its kernel is not there: JupyterLab asks for another one.
    """

    notebook: NotebookNode
    remember: LedgerEntry | None = None
    any_kernel: bool = False

    @property
    def kernel(self) -> str:
        """Name of the kernel that it asks for; empty without one."""
        return str(self.notebook.metadata.get("kernelspec", {}).get("name") or "")


@dataclass(frozen=True, slots=True)
class MadeRepository:
    """A repository that the person's own server is to fetch: the service fetches nothing of it (B-30).

    Args:
        clone_url: For git, without user and password.
        ref: Branch, tag or commit; ``None``: the host's default branch.
        folder: Name of the new folder; ``None``: the repository's.
        open: A file or folder in it that is opened at the end; ``None``: the folder itself.
    """

    clone_url: str
    ref: str | None = None
    folder: str | None = None
    open: str | None = None


#: Workplace of the person, body, file name of the launch → what is made.
Preparer = Callable[[Workplace, bytes, str], Awaitable[Made | MadeRepository]]


async def _prepare_request(workplace: Workplace, body: bytes, file_name: str) -> Made:
    return await made_from(workplace, LaunchBody.model_validate_json(body).request())


async def made_from(workplace: Workplace, request: LaunchRequest) -> Made:
    """The notebook that *request* asks for. Raises what ``workflows.launch.prepare`` does."""
    prepared = await prepare(workplace, request)
    return Made(prepared.notebook, prepared.remembered(workplace.server))


async def _prepare_repository(_: Workplace, body: bytes, __: str) -> MadeRepository:
    return RepositoryBody.model_validate_json(body).made()


class RepositoryBody(BaseModel):
    """The body of a launch of kind :data:`REPOSITORY`."""

    model_config = ConfigDict(extra="forbid")

    clone_url: str = Field(min_length=1, max_length=4096)
    ref: str | None = Field(None, max_length=255)
    folder: str | None = Field(None, max_length=255)
    open: str | None = Field(None, max_length=4096)

    def made(self) -> MadeRepository:
        """As it is: the person's own server judges all of it."""
        return MadeRepository(**self.model_dump())


PREPARERS: dict[str, Preparer] = {REQUEST: _prepare_request, REPOSITORY: _prepare_repository}


async def packed(made: Made | MadeRepository) -> bytes:
    """The members ``notebook``, ``kernel``, ``any_kernel`` and ``remember`` of a launch's content, as a JSON
    object; instead of a notebook a ``repository`` where it is one."""
    return await asyncio.to_thread(_pack, made)


def _pack(made: Made | MadeRepository) -> bytes:
    if isinstance(made, MadeRepository):
        none = {"notebook": None, "kernel": "", "any_kernel": True, "remember": None}
        return json.dumps({**none, "repository": asdict(made)}, separators=(",", ":")).encode()
    known = asdict(made.remember) if made.remember else None
    remember = {name: known[name] for name in _LEDGER_MEMBERS} if known else None
    content = {
        "notebook": made.notebook,
        "kernel": made.kernel,
        "any_kernel": made.any_kernel,
        "remember": remember,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
