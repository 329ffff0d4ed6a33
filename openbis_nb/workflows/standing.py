"""Under whose notebook a save belongs: a first version, a further one, or a fork (N-22 to N-31).

Anybody may write a history id into a file, so the file decides nothing by itself: openBIS' order of
registration does (design section 2). Nothing is ever refused to a person who may write to the owner
entity, and nothing is mixed in silence.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import Conflict
from ..identifiers import safe_file_name
from ..models import Checkpoint, Identity

__all__ = ["Standing", "check_not_a_copy", "decide", "renamed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer.

    ``notebook_id``: the id to save under. ``newest``: the newest version that counts, if this is a
    further version. ``fork_of``: permId of the version this one comes from, if it becomes a notebook
    of its own. ``takeover``: it counts only because an admin of the space declares to carry the notebook on.
    ``told``: sentences for the person.
    """

    notebook_id: str
    newest: Checkpoint | None = None
    fork_of: str | None = None
    takeover: bool = False
    told: tuple[str, ...] = ()


def decide(
    identity: Identity | None,
    versions: Sequence[Checkpoint],
    person: str,
    owner_perm_id: str,
    *,
    co_authors: Sequence[str] = (),
    as_new: bool = False,
    takeover: bool = False,
    new_id: str | None = None,
) -> Standing:
    """Decide under which notebook a save belongs.

    Args:
        identity: The file's identity block, already confirmed; ``None`` for a file from nowhere.
        versions: All visible data sets with its notebook id, oldest first, judged (``counts``).
        person: The user id of who saves.
        owner_perm_id: Where it is going to be stored.
        co_authors: User ids that a version which counts names as co-authors.
        as_new: The person wants a notebook of its own.
        takeover: The person carries on somebody else's notebook, and openBIS has said that they are an admin
            of the space.
        new_id: Notebook id for a notebook of its own; default: made here.
    """
    fresh = new_id or uuid.uuid4().hex
    if identity is None:
        return Standing(fresh)
    counting = [version for version in versions if version.counts]
    if not counting:
        return Standing(fresh if as_new else identity.notebook_id)
    author, newest = counting[0].registrator, counting[-1]
    # An earlier version may have been opened; one that is gone is no origin that anybody could look up.
    origin = next((version for version in versions if version.perm_id == identity.checkpoint_id), newest)
    if as_new:
        return _fork(
            fresh, origin, f"Saved as a new notebook; it remembers that it comes from {origin.perm_id}."
        )
    is_writer = person == author or person in co_authors
    if not is_writer and not takeover:
        return _fork(
            fresh,
            origin,
            f"{author} is the author of this notebook, so your version is a notebook of your own, "
            f"linked to {origin.perm_id}.",
        )
    home = counting[0].owner
    if home is not None and home.perm_id != owner_perm_id:
        return _fork(
            fresh,
            origin,
            f"The notebook is stored in {home.identifier}; stored elsewhere it is a new notebook, "
            f"linked to {origin.perm_id}.",
        )
    told: tuple[str, ...] = ()
    if identity.checkpoint_id and identity.checkpoint_id != newest.perm_id:
        told = (
            f"A newer version than the one you began with exists ({newest.perm_id}, "
            f"saved by {newest.registrator}); both are kept.",
        )
    if not is_writer:
        told += (f"You have taken over the notebook of {author}, who stays its author.",)
    return Standing(identity.notebook_id, newest=newest, takeover=not is_writer, told=told)


def check_not_a_copy(identity: Identity, path: Path, known: Sequence[Path]) -> tuple[str, ...]:
    """Tell a copied file from a renamed one (N-22, N-23).

    Args:
        identity: The identity block of the file.
        path: The file that is being saved.
        known: Where files of this notebook were seen before.

    Returns:
        Sentences for the person: a renamed file is only told.

    Raises:
        Conflict: Another file of this notebook still exists, so this one is a copy, and the person has
            not said what it shall be.
    """
    here = path.resolve()
    others = [other for other in known if other != here and other.exists()]
    if others and here not in known:
        raise Conflict(
            f"{path.name} is a copy of {others[-1].name}, which is the notebook {identity.name!r}.",
            next_step=(
                "Save it as a notebook of its own with as_new=True (CLI: --as-new), "
                "or as the next version of that notebook with as_new=False (CLI: --same-notebook)."
            ),
        )
    if known and here not in known and path.name != safe_file_name(identity.name, suffix=".ipynb"):
        return (f"The file is now called {path.name}; the notebook keeps the name {identity.name!r}.",)
    return ()


def renamed(identity: Identity, name: str | None) -> tuple[str, ...]:
    """What to tell about another name than the notebook had (N-23): sentences, none if it keeps it.

    Args:
        identity: The identity block of the file.
        name: The name that is asked for; ``None`` keeps the notebook's.
    """
    if name is None or name == identity.name:
        return ()
    return (f"The notebook was called {identity.name!r}; from this version on it is {name!r}.",)


def _fork(notebook_id: str, origin: Checkpoint, sentence: str) -> Standing:
    return Standing(notebook_id, fork_of=origin.perm_id, told=(sentence,))
