"""From notebooks and versions, as the workflows know them, to the shapes that the API answers (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ...identifiers import safe_file_name
from ...models import Checkpoint, DataSet, Entity
from ...plain_text import plain_text
from ...workflows.library.model import Notebook, fid_of
from ...workflows.library.rights import Permission
from ..etags import etag_of, state_of
from .links import Links
from .query import Row
from .shapes import Allowed, DataSetRef, EntityRef, NotebookRow, VersionRow

__all__ = ["Rows", "allowed", "notebook_state", "project_of", "space_of", "version_state"]

#: Data sets by permId, as openBIS shows them to the person who asks.
Seen = Mapping[str, DataSet]


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes shapes.

    Args:
        links: Where things are shown.
    """

    links: Links

    def entity(self, entity: Entity) -> EntityRef:
        """An entity; its page is the table of its own notebooks."""
        return EntityRef(
            kind=entity.kind,
            permId=entity.perm_id,
            identifier=entity.identifier,
            name=entity.name,
            link=self.links.eln_entity(entity),
            page=self.links.place_page(entity.kind, entity.perm_id),
        )

    def data_set(self, perm_id: str, seen: Seen) -> DataSetRef:
        """A data set by its permId; one that is not among *seen* is hidden, or gone."""
        found = seen.get(perm_id)
        if found is None:
            return DataSetRef(perm_id, visible=False)
        return DataSetRef(
            permId=perm_id,
            name=found.name,
            type=found.type_code,
            link=self.links.eln_data_set(perm_id),
            page=self.links.data_set_page(perm_id),
        )

    def version(
        self, notebook: Notebook, version: Checkpoint, seen: Seen, removable: Collection[str]
    ) -> VersionRow:
        """One version.

        Args:
            notebook: That it is a version of.
            version: Which one.
            seen: Its inputs, as far as they are visible.
            removable: PermIds of what this person may trash.
        """
        return VersionRow(
            id=version.perm_id,
            notebookId=notebook.notebook_id,
            number=notebook.number(version.perm_id),
            name=version.name,
            description=_plain(version.notes),
            path=_file_name(version.name or notebook.name),
            owner=version.registrator,
            creationTime=version.registered_at,
            size=version.size or 0,
            removable=version.perm_id in removable,
            counts=version.counts,
            current=version.perm_id == notebook.newest.perm_id,
            page=self.links.notebook_page(notebook.notebook_id, notebook.name, version.perm_id),
            link=self.links.eln_data_set(version.perm_id),
            inputs=[self.data_set(parent, seen) for parent in version.parents],
            etag=etag_of(version_state(version)),
        )

    def listed(self, row: Row, removable: Collection[str], newer: bool | None = None) -> NotebookRow:
        """One line of the table.

        Args:
            row: As the catalogue has it.
            removable: PermIds of newest versions that this person may trash.
            newer: Whether an input has a newer version, where that was asked apart.
        """
        project = row.project
        return NotebookRow(
            id=row.notebook_id,
            fid=fid_of(row.author, row.first_perm_id),
            name=row.name,
            path=_file_name(row.name),
            owner=row.author,
            description=row.description,
            creationTime=row.created,
            lastCheckpointId=row.newest.perm_id,
            lastCheckpointTime=row.newest.registered_at,
            organizationId=row.space,
            organizationName=row.space,
            projectId=project.perm_id if project else "",
            projectName=project.code if project else "",
            removable=row.newest.perm_id in removable,
            size=row.size,
            totalStorageSize=row.total_size,
            versions=row.versions,
            storedIn=self.entity(row.owner) if row.owner else None,
            page=self.links.notebook_page(row.notebook_id, row.name),
            template=row.template,
            newerData=row.newer if newer is None else newer,
        )

    def notebook(
        self,
        notebook: Notebook,
        *,
        project: Entity | None = None,
        removable: bool = False,
        template: str | None = None,
        newer: bool | None = None,
    ) -> NotebookRow:
        """The same line of a notebook that was read whole.

        Args:
            notebook: Which one.
            project: That it is stored in, where that is known.
            removable: Whether this person may trash it.
            template: Slug.
            newer: Whether an input has a newer version.
        """
        newest, space = notebook.newest, space_of(notebook.owner)
        return NotebookRow(
            id=notebook.notebook_id,
            fid=notebook.fid,
            name=notebook.name,
            path=_file_name(notebook.name),
            owner=notebook.author,
            description=_plain(newest.notes),
            creationTime=notebook.first.registered_at,
            lastCheckpointId=newest.perm_id,
            lastCheckpointTime=newest.registered_at,
            organizationId=space,
            organizationName=space,
            projectId=project.perm_id if project else "",
            projectName=project.code if project else "",
            removable=removable,
            size=newest.size or 0,
            totalStorageSize=sum(version.size or 0 for version in notebook.counting),
            versions=len(notebook.counting),
            storedIn=self.entity(notebook.owner) if notebook.owner else None,
            page=self.links.notebook_page(notebook.notebook_id, notebook.name),
            template=template,
            newerData=newer,
        )


def allowed(permissions: Mapping[Any, Permission]) -> dict[str, Allowed]:
    """Permissions as the API writes them."""
    return {
        action: Allowed(permission.allowed, permission.reason, permission.role)
        for action, permission in permissions.items()
    }


def notebook_state(notebook: Notebook) -> str:
    """What an ``If-Match`` on a notebook asks about: its versions with names and notes, where it is stored,
    and who may write it."""
    versions = [[v.perm_id, v.name, v.notes, v.counts] for v in notebook.versions]
    owner = notebook.owner.perm_id if notebook.owner else ""
    return state_of([versions, owner, list(notebook.co_authors)])


def version_state(version: Checkpoint) -> str:
    """What an ``If-Match`` on a version asks about."""
    owner = version.owner.perm_id if version.owner else ""
    return state_of([version.perm_id, version.name, version.notes, owner])


def space_of(owner: Entity | None) -> str:
    """Code of the space of an entity; empty where none is known."""
    return owner.identifier.strip("/").split("/")[0] if owner else ""


def project_of(owner: Entity | None) -> str | None:
    """Identifier of the project that an experiment or object lies in; ``None`` in a space itself."""
    if owner is None:
        return None
    inner = owner.experiment_identifier if owner.kind == "object" else None
    parts = (inner or owner.identifier).strip("/").split("/")
    return "/" + "/".join(parts[:2]) if len(parts) > 2 else None


def _plain(notes: str) -> str:
    return plain_text(notes, "MULTILINE_VARCHAR")


def _file_name(name: str) -> str:
    return safe_file_name(name, suffix=".ipynb")
