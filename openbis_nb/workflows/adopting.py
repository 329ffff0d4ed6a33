"""A file from nowhere becomes a version of a notebook that its person chooses (N-31).

A file that was copied by hand, uploaded, or made anew says no notebook, or another one. By the rule "add a
version" only the author and co-authors may choose theirs; the version lies where the notebook lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import Forbidden, NotFound
from ..models import Checkpoint, Entity, Identity
from ..notebooks import identity as identity_block
from ..openbis import checkpoints
from ..openbis.checkpoints import notebook_id_of
from ..openbis.data_sets import registration_order
from ..openbis.protocol import criteria
from .fields import of_field
from .ledger import LedgerEntry
from .library.reading import read_notebook
from .library.rules import RULES
from .workplace import Workplace

__all__ = ["OwnNotebook", "adopted", "own_notebooks"]

#: Notebooks that are offered, newest first.
_MOST = 100


@dataclass(frozen=True, slots=True)
class OwnNotebook:
    """A notebook that the person may go on with, and the newest version of theirs."""

    notebook_id: str
    newest: Checkpoint


async def own_notebooks(workplace: Workplace, owner: Entity) -> list[OwnNotebook]:
    """The notebooks stored in *owner* that this person began, newest first; one round trip.

    A notebook that names the person as a co-author is left out: who opens it from the library saves its next
    version without choosing.
    """
    client = workplace.client
    me = (await client.whoami()).user_id
    history = await client.history_code(workplace.data_set_type)
    search = criteria.all_of(criteria.of_owner(owner), criteria.has_property(history))
    found = [one async for one in client.all_data_sets(search)]
    of_id: dict[str, list[Checkpoint]] = {}
    for data_set in sorted(found, key=registration_order):
        stored_here = data_set.owner is not None and data_set.owner.perm_id == owner.perm_id
        if stored_here and (notebook_id := notebook_id_of(data_set)):
            of_id.setdefault(notebook_id, []).append(checkpoints.checkpoint_of(data_set))
    mine = [versions for versions in of_id.values() if versions[0].registrator == me]
    newest = [OwnNotebook(versions[0].notebook_id, _last_of(me, versions)) for versions in mine]
    return sorted(newest, key=lambda one: one.newest.perm_id, reverse=True)[:_MOST]


async def adopted(workplace: Workplace, notebook_id: str, said: Identity | None) -> Identity:
    """The identity of a file that is to become a version of the notebook *notebook_id*.

    This machine remembers it as the person's own choice: it needs no confirmation.

    Args:
        workplace: Who asks.
        notebook_id: Which notebook the person chose.
        said: What the file says it is; its inputs stay, as far as this machine knows them.

    Raises:
        NotFound: no version of it is visible.
        Forbidden: somebody else is its author.
        OpenBISFailure, NotLoggedIn: openBIS could not be asked.
    """
    try:
        notebook = await read_notebook(workplace.client, notebook_id)
    except NotFound as error:
        raise of_field(error, "version_of") from None
    me = (await workplace.client.whoami()).user_id
    home = notebook.owner
    if me not in (notebook.author, *notebook.co_authors) or home is None:
        refused = Forbidden(
            f"You may not {RULES['add-version'].does} to the notebook of {notebook.author}.",
            next_step="Save it as a new notebook, or ask the author to name you as a co-author.",
        )
        raise of_field(refused, "version_of")
    known = workplace.ledger.get(workplace.server, notebook_id)
    before = workplace.ledger.get(workplace.server, said.notebook_id) if said is not None else None
    inputs = tuple(dict.fromkeys((*(known.inputs if known else ()), *(before.inputs if before else ()))))
    identity = Identity(
        server=workplace.server,
        notebook_id=notebook_id,
        name=identity_block.clean_name(notebook.name),
        owner_kind=home.kind,
        owner_perm_id=home.perm_id,
        owner_identifier=home.identifier,
        inputs=inputs,
        checkpoint_id=notebook.newest.perm_id,
        imported_from=said.imported_from if said else None,
    )
    entry = replace(known, inputs=inputs) if known is not None else LedgerEntry.of(identity)
    workplace.ledger.remember(entry)
    return identity


def _last_of(person: str, versions: Sequence[Checkpoint]) -> Checkpoint:
    """The author's own versions count in any case."""
    return [version for version in versions if version.registrator == person][-1]
