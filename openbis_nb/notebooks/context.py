"""What a notebook is made for: the facts that a template may show, and links into the ELN."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from ..identifiers import eln_experiment_view
from ..models import DataFile, DataSet, Entity, Person

__all__ = ["InputSummary", "NotebookContext", "eln_link", "eln_link_to_data_set", "summarise"]


@dataclass(frozen=True, slots=True)
class InputSummary:
    """A data set as the notebook shows it. ``size`` in bytes; ``None`` where it is not known."""

    data_set: DataSet
    file_count: int | None = None
    size: int | None = None
    file_names: tuple[str, ...] = ()
    """A few of its file names, in the order of the listing."""

    @property
    def perm_id(self) -> str:
        """The data set's permId."""
        return self.data_set.perm_id

    @property
    def label(self) -> str:
        """The data set's name, else its permId."""
        return self.data_set.name or self.data_set.perm_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookContext:
    """Everything that :func:`~openbis_nb.notebooks.render.render` may put into a notebook.

    ``server`` is the address that goes into the identity block; ``link_url`` the one that people
    click (default: the same). ``place`` is the entity of launch, which may be a space or project.
    """

    server: str
    notebook_id: str
    name: str
    owner: Entity
    person: Person
    created_at: datetime
    inputs: tuple[InputSummary, ...] = ()
    place: Entity | None = None
    link_url: str = ""

    @property
    def owner_link(self) -> str:
        """The owner's page in the ELN."""
        return eln_link(self.link_url or self.server, self.owner)

    def input_link(self, summary: InputSummary) -> str:
        """An input's page in the ELN."""
        return eln_link_to_data_set(self.link_url or self.server, summary.perm_id)


def summarise(data_set: DataSet, files: Iterable[DataFile] | None, *, names: int = 5) -> InputSummary:
    """A data set with the count, the total size and the first *names* of its files.

    Pass ``None`` for *files* where they could not be listed.
    """
    if files is None:
        return InputSummary(data_set, None, data_set.size)
    listed = list(files)
    return InputSummary(
        data_set, len(listed), sum(file.size for file in listed), tuple(file.name for file in listed[:names])
    )


def eln_link(server: str, entity: Entity) -> str:
    """The entity's page in the ELN (contract 8.10)."""
    view, data = {
        "space": ("showSpacePage", entity.code),
        "project": ("showProjectPageFromPermId", entity.perm_id),
        "experiment": ("showExperimentPageFromIdentifier", eln_experiment_view(entity.identifier)),
        "object": ("showViewSamplePageFromPermId", entity.perm_id),
    }[entity.kind]
    return _link(server, view, data)


def eln_link_to_data_set(server: str, perm_id: str) -> str:
    """A data set's page in the ELN (contract 8.10)."""
    return _link(server, "showViewDataSetPageFromPermId", perm_id)


def _link(server: str, view: str, data: str) -> str:
    query = urlencode({"menuUniqueId": "null", "viewName": view, "viewData": data}, quote_via=quote, safe="")
    return f"{server.rstrip('/')}/openbis/webapp/eln-lims/?{query}"
