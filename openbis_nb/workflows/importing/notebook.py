"""One notebook from a URL: fetched with suspicion, looked at, and made a notebook of the person's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ...models import Identity, WebOrigin
from ...web.forges import Source
from ...web.guarded.fetching import Progress, Resolver
from ...web.guarded.rules import GuardRules
from ..ledger import LedgerEntry
from ..workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["ForeignNotebook", "Imported", "imported", "look_at"]


@dataclass(frozen=True, slots=True)
class ForeignNotebook:
    """A notebook that was fetched and looked at; nothing of it is believed, nothing was written.

    Args:
        source: What the address means. Its ``raw_url`` may hold a secret.
        url: The address for people and for the notebook's origin, secrets in it removed.
        commit: The commit that the file is of, where the host told.
        sha256: Of the bytes as they came: 64 hexadecimal digits.
        size: Of the bytes as they came.
        fetched_at: When.
        name: What it can be called: of the file, without ``.ipynb``.
        notebook: JSON of nbformat 4.5 with no foreign openBIS block and no trust in it.
        kernel: Name of the kernel that it asks for; empty without one.
        language: Of its code; empty where it says none.
        cells: How many.
        outputs: How many code cells came with outputs.
        warnings: Sentences for the person.
        http: It came unencrypted: somebody on the way may have changed it.
    """

    source: Source = field(repr=False)
    url: str
    commit: str | None
    sha256: str
    size: int
    fetched_at: datetime
    name: str
    notebook: bytes = field(repr=False)
    kernel: str
    language: str
    cells: int
    outputs: int
    warnings: tuple[str, ...]
    http: bool

    @property
    def origin(self) -> WebOrigin:
        """What the notebook remembers of where it comes from (table row 80)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Imported:
    """A notebook that is ready to be written, as ``service.launches.kinds.Made`` wants it.

    Args:
        notebook: With its identity block; without an owner with its origin only.
        identity: What that says; ``None`` without an owner.
        remember: What the person's own machine may believe of it without a question at the first save.
    """

    notebook: NotebookNode
    identity: Identity | None
    remember: LedgerEntry | None


async def look_at(
    url: str,
    rules: GuardRules,
    *,
    ref: str | None = None,
    progress: Progress | None = None,
    resolver: Resolver | None = None,
) -> ForeignNotebook:
    """Fetch the notebook at *url* and look at it (B-09); no token goes there, nothing is written.

    Args:
        url: Of the file, or of its page at GitHub, GitLab and the like.
        rules: What may be fetched.
        ref: Another branch, tag or commit than the one in the address.
        progress: Is told how far the fetch is.
        resolver: Another way to ask for the addresses of a name.

    Raises:
        InvalidInput: the address is of a repository or folder.
        InvalidNotebook: what came is no notebook; the message says why.
        ForbiddenAddress, NothingSuitable, TooLarge, CertificateProblem, UpstreamFailure: as
            ``web.guarded.fetching.fetch``.
    """
    raise NotImplementedError


async def imported(
    workplace: Workplace,
    notebook: bytes,
    origin: WebOrigin,
    *,
    name: str,
    owner: str | None = None,
    inputs: Sequence[str] = (),
) -> Imported:
    """Make what was looked at a notebook of the person's own; nothing is written.

    Args:
        workplace: Of the person.
        notebook: ``ForeignNotebook.notebook``, also from a store: what was shown is what is made.
        origin: ``ForeignNotebook.origin``.
        name: Of the notebook.
        owner: Identifier or permId of an experiment or object; ``None``: chosen at the first save.
        inputs: PermIds of data sets; only with an owner.

    Raises:
        NotFound: the owner or an input is not there or not visible.
        InvalidInput: the owner is a space or project, or there are inputs without one.
        EntityFrozen, Forbidden: nothing could be saved in the owner.
    """
    raise NotImplementedError
