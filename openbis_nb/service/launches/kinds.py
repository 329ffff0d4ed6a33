"""How the body of a launch becomes a notebook: one function for each kind, named in the database.

Another part adds its kind when it is imported: ``PREPARERS["eln"] = prepare_eln``. A preparer gets the
workplace of the person who opens the launch, never a stored session.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ...models import LaunchRequest
from ...workflows.launch import prepare
from ...workflows.ledger import LedgerEntry
from ...workflows.workplace import Workplace
from .asking import LaunchBody

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["PREPARERS", "REQUEST", "Made", "Preparer", "packed"]

#: Kind of the launches of our own API: the body is a ``LaunchBody`` as JSON.
REQUEST = "request"
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


#: Workplace of the person, body, file name of the launch → the notebook.
Preparer = Callable[[Workplace, bytes, str], Awaitable[Made]]


async def _prepare_request(workplace: Workplace, body: bytes, file_name: str) -> Made:
    return await made_from(workplace, LaunchBody.model_validate_json(body).request())


async def made_from(workplace: Workplace, request: LaunchRequest) -> Made:
    """The notebook that *request* asks for. Raises what ``workflows.launch.prepare`` does."""
    prepared = await prepare(workplace, request)
    return Made(prepared.notebook, prepared.remembered(workplace.server))


PREPARERS: dict[str, Preparer] = {REQUEST: _prepare_request}


async def packed(made: Made) -> bytes:
    """The members ``notebook``, ``kernel``, ``any_kernel`` and ``remember`` of a launch's content, as a JSON
    object."""
    return await asyncio.to_thread(_pack, made)


def _pack(made: Made) -> bytes:
    known = asdict(made.remember) if made.remember else None
    remember = {name: known[name] for name in _LEDGER_MEMBERS} if known else None
    content = {
        "notebook": made.notebook,
        "kernel": made.kernel,
        "any_kernel": made.any_kernel,
        "remember": remember,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
