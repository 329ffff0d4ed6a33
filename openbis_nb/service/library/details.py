"""One notebook in full: what its page and ``GET notebooks/{id}`` show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from ...errors import NotFound
from ...foreign import as_text, plain
from ...identifiers import is_perm_id
from ...models import DataSet, Entity
from ...notebooks import web_origin
from ...notebooks.provenance import Provenance
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ...workflows.library.model import Notebook
from ...workflows.library.newer import newer_versions
from ...workflows.library.reading import notebook_of, read_provenance
from ...workflows.library.rights import Action, Permission, permissions
from .links import Links
from .rows import Rows, allowed, project_of
from .shapes import Fork, ImportedFrom, InputState, NotebookDetail

__all__ = ["Details", "read_details", "removable_versions", "shape_of"]

#: Data sets of each kind that a provenance names beside the parents, and that are looked for.
_MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Details:
    """What was asked of openBIS for one notebook and one person.

    Args:
        notebook: Its versions, judged.
        may: What the person may do.
        provenance: Of the newest version that counts; ``None`` where it has none.
        seen: Inputs of all versions and the origin of a fork, as far as they are visible.
        newer: Input of the newest version → its newest version, ``None`` where it is that itself.
        project: That it is stored in.
    """

    notebook: Notebook
    may: Mapping[Action, Permission]
    provenance: Provenance | None
    seen: Mapping[str, DataSet]
    newer: Mapping[str, DataSet | None]
    project: Entity | None


async def read_details(client: OpenBIS, ref: str) -> Details:
    """Ask for one notebook: four waves of calls, however many versions and inputs there are.

    Args:
        client: With a session.
        ref: Notebook id, fid, or the permId of a version.

    Raises:
        NotFound: none is visible.
        Conflict: a version went away meanwhile.
    """
    notebook = await notebook_of(client, ref)
    parents = {parent for version in notebook.versions for parent in version.parents}
    async with together() as group:
        may = group.create_task(permissions(client, notebook))
        said = group.create_task(read_provenance(client, notebook.newest.perm_id))
        inputs = group.create_task(client.data_sets(sorted(parents)))
        newer = group.create_task(newer_versions(client, notebook.newest.parents))
        project = group.create_task(_project(client, notebook.owner))
    provenance, seen = said.result(), dict(inputs.result())
    others = _named_elsewhere(provenance) - parents
    if others:
        seen |= await client.data_sets(sorted(others))
    return Details(notebook, may.result(), provenance, seen, newer.result(), project.result())


def shape_of(details: Details, links: Links) -> NotebookDetail:
    """What the API answers."""
    rows, notebook, said = Rows(links), details.notebook, details.provenance
    removable = removable_versions(notebook, details.may)
    return NotebookDetail(
        notebook=rows.notebook(
            notebook,
            project=details.project,
            removable=details.may["trash"].allowed,
            template=as_text((said.template or {}).get("slug")) or None if said else None,
            newer=any(details.newer.values()),
        ),
        versions=[rows.version(notebook, one, details.seen, removable) for one in notebook.versions],
        coAuthors=plain(notebook.co_authors),
        inputs=list(_inputs(details, rows)),
        parameters=plain(said.parameters) if said else {},
        template=plain(said.template) if said and said.template else None,
        environment=plain(said.environment) if said else {},
        forkedFrom=_fork(details, links),
        importedFrom=_imported_from(said),
        permissions=allowed(details.may),
    )


def removable_versions(notebook: Notebook, may: Mapping[Action, Permission]) -> frozenset[str]:
    """Versions that this person may trash: neither the first, which tells the author, nor the newest."""
    if not may["trash-version"].allowed:
        return frozenset()
    kept = {notebook.first.perm_id, notebook.newest.perm_id}
    return frozenset(one.perm_id for one in notebook.counting) - kept


def _inputs(details: Details, rows: Rows) -> list[InputState]:
    found = []
    for perm_id in details.notebook.newest.parents:
        newer = details.newer.get(perm_id)
        later = rows.data_set(newer.perm_id, {newer.perm_id: newer}) if newer else None
        found.append(InputState(rows.data_set(perm_id, details.seen), "parent", later))
    if details.provenance is not None:
        for perm_id in _perm_ids(details.provenance.never_attached):
            found.append(InputState(rows.data_set(perm_id, details.seen), "never attached"))
        for perm_id in _perm_ids(details.provenance.unticked):
            found.append(InputState(rows.data_set(perm_id, details.seen), "unticked"))
    return found


def _fork(details: Details, links: Links) -> Fork | None:
    origin = details.provenance.forked_from if details.provenance else None
    if origin is None:
        return None
    version = details.seen.get(origin.checkpoint_id or "")
    notebook_id = as_text(origin.notebook_id)
    page = links.notebook_page(notebook_id, version.name, version.perm_id) if version else ""
    return Fork(notebook_id, plain(origin.checkpoint_id), plain(origin.author), page)


def _imported_from(said: Provenance | None) -> ImportedFrom | None:
    """A stranger may have written it: what has not the form of an origin is none."""
    try:
        origin = web_origin.from_origin(asdict(said.imported_from)) if said and said.imported_from else None
    except ValueError:
        return None
    return ImportedFrom(origin.url, origin.sha256, origin.fetched_at, origin.commit) if origin else None


def _named_elsewhere(provenance: Provenance | None) -> set[str]:
    """Data sets that only the provenance names."""
    if provenance is None:
        return set()
    origin = provenance.forked_from.checkpoint_id if provenance.forked_from else None
    named = (provenance.never_attached, provenance.unticked, [origin or ""])
    return {perm_id for some in named for perm_id in _perm_ids(some)}


def _perm_ids(named: Iterable[str]) -> list[str]:
    """Those of what a file names that can be data sets: it is a stranger's, and openBIS is asked for them."""
    return [one for one in named if is_perm_id(one)][:_MOST_NAMED]


async def _project(client: OpenBIS, owner: Entity | None) -> Entity | None:
    identifier = project_of(owner)
    if identifier is None:
        return None
    try:
        return await client.entity(identifier, "project")
    except NotFound:
        return None
