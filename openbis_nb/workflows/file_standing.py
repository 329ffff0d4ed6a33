"""How a notebook file stands towards openBIS: what the button of a front end shows (O-41, row 84).

Two halves. What this machine can say is reckoned exactly as a save reckons it, so that a file with nothing
to save is one whose save would answer ``unchanged``. What openBIS says is which versions count, judged as the
library judges them; that is one search, and two more round trips when others than the author have written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..identifiers import is_perm_id, perm_id_number
from ..models import Checkpoint, Identity
from ..notebooks import digest, document
from ..notebooks import identity as identity_block
from ..notebooks.stored_form import as_stored
from .claims import is_own_version
from .drafting import make_draft
from .file_identity import identity_of_file
from .ledger import Ledger
from .nothing_new import SameAs, same_as_last
from .save_request import SaveRequest
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["FileStanding", "OnDisk", "StandingName", "judge_file", "look_at", "note_written"]

StandingName = Literal["nowhere", "nothing", "changed", "newer", "unknown"]


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What this machine alone can say of a file.

    Args:
        name: Of the notebook; of the file, for one from nowhere.
        identity: Which notebook it is; ``None`` for a file from nowhere.
        digest: Of the version that a save would store now, ``""`` for a file from nowhere.
        same: The last version, if a save now would store nothing beside it.
        untouched: It is as it was written from the version that it comes from, which may be an older one.
    """

    name: str
    identity: Identity | None = None
    digest: str = ""
    same: SameAs | None = None
    untouched: bool = False

    @property
    def changed(self) -> bool:
        """Whether it holds anything that openBIS does not have, as far as this machine knows."""
        return self.same is None and not self.untouched


@dataclass(frozen=True, slots=True)
class FileStanding:
    """The answer.

    ``changed``: whether the file holds anything that openBIS does not have. ``newest``: the newest version
    that counts.
    """

    standing: StandingName
    changed: bool
    newest: Checkpoint | None = None


def look_at(workplace: Workplace, path: Path) -> OnDisk:
    """Read a file and compare it with what was saved last. Blocks; nobody is asked.

    Args:
        workplace: Whose ledger and evidence; it needs no session.
        path: The notebook file.

    Raises:
        InvalidNotebook: it is no notebook.
        TooLarge: over the limit.
    """
    notebook = document.read(path, max_size=workplace.limits.max_notebook)
    identity = identity_of_file(workplace, notebook, path)
    if identity is None or not workplace.is_own_server(identity.server):
        return OnDisk(identity.name if identity else path.stem)
    request = SaveRequest(path=path)
    # No result files are chosen, so no folder is needed for their redacted copies.
    draft = make_draft(workplace, request, notebook, identity, (), path.parent)
    content = digest.content_digest(draft.notebook)
    return OnDisk(
        identity.name,
        identity,
        draft.entry.digest,
        same_as_last(workplace, request, identity, draft.entry),
        workplace.ledger.was_written(path, identity.checkpoint_id, content),
    )


def note_written(ledger: Ledger, notebook: NotebookNode, path: Path) -> None:
    """Note that *notebook*, as it is stored at openBIS, has been written to the file *path*. Blocks."""
    block = identity_block.read(notebook)
    if block is not None and block.checkpoint_id is not None:
        content = digest.content_digest(as_stored(identity_block.without(notebook)))
        ledger.note_written(path, block.checkpoint_id, content)


async def judge_file(workplace: Workplace, seen: OnDisk, versions: Sequence[Checkpoint]) -> FileStanding:
    """How the file stands, by what openBIS has.

    Args:
        workplace: With a session.
        seen: The file.
        versions: All visible versions of its notebook, in order of registration, judged.

    Raises:
        OpenBISFailure, NotLoggedIn: whether a version that only the block names is the person's own could
            not be asked.
    """
    counting = [version for version in versions if version.counts]
    if seen.identity is None or not (counting or seen.identity.checkpoint_id):
        return FileStanding("nowhere", changed=True)
    newest = counting[-1] if counting else None
    changed = not await _is_stored(workplace, seen, versions)
    if newest is not None and _is_newer(newest, seen, changed, versions):
        return FileStanding("newer", changed, newest)
    return FileStanding("changed" if changed else "nothing", changed, newest)


async def _is_stored(workplace: Workplace, seen: OnDisk, versions: Sequence[Checkpoint]) -> bool:
    """Whether openBIS still has just this content."""
    there = [version.perm_id for version in versions]
    if seen.identity is None:
        return False
    if seen.untouched and seen.identity.checkpoint_id in there:
        return True
    if seen.same is None:
        return False
    saved, known = seen.same
    if saved not in there:
        return False  # trashed since, or a stranger's claim
    return known is not None or await is_own_version(workplace, saved, seen.identity.notebook_id, seen.digest)


def _is_newer(newest: Checkpoint, seen: OnDisk, changed: bool, versions: Sequence[Checkpoint]) -> bool:
    """Whether *newest* was registered after the version that the file comes from."""
    if not changed and seen.same is not None and seen.same[0] == newest.perm_id:
        return False
    came_from = seen.identity.checkpoint_id if seen.identity else None
    order = [version.perm_id for version in versions]
    if came_from in order:
        return order.index(newest.perm_id) > order.index(came_from)
    if came_from is None or not (is_perm_id(came_from) and is_perm_id(newest.perm_id)):
        return True
    return perm_id_number(newest.perm_id) > perm_id_number(came_from)  # its own version is gone
