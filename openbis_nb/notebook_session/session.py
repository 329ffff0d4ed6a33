"""The notebook at hand, for the person who writes it: attach, look, analyse, save.

Every call that speaks to openBIS goes through the sync face (design D1): it works in a cell, in a
worker thread and beside a top-level ``await``, and Ctrl-C ends it cleanly.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import assemble, credentials, settings
from ..errors import InvalidInput, NotFound, NotSavedYet
from ..models import DataFile, DataSet, Entity, Identity
from ..notebooks import document
from ..notebooks.context import eln_link
from ..notebooks.environment import capture
from ..openbis.blocking import BlockingOpenBIS, Relay
from ..workflows import attach as attaching
from ..workflows import sending
from ..workflows.claims import check_claims
from ..workflows.file_identity import identity_of_file
from ..workflows.save import SaveRequest, SaveResult, save
from ..workflows.wish import SaveWish, write_wish
from ..workflows.workplace import Workplace
from . import card, locate
from .display import Display, show_html
from .executed import RunLog, runs_not_in_file
from .inputs import Input, InputFile, Inputs
from .tables import objects_frame

if TYPE_CHECKING:
    import pandas
    from pybis import Openbis

__all__ = ["NotebookSession", "notebook"]


def notebook(path: str | os.PathLike[str] | None = None) -> NotebookSession:
    """Connect this notebook to openBIS, and show where it is stored and what its inputs are.

    Args:
        path: The notebook file; only where it cannot be found by itself.

    Returns:
        The session: ``nb.attach()``, ``nb.files()``, ``nb.objects()``, ``nb.openbis``, ``nb.save()``.

    Raises:
        NotLoggedIn: no live session: `openbis-nb login`.
        OpenBISFailure: openBIS could not be reached.
    """
    global _log
    shell = _shell()
    if shell is not None and _log is None:
        _log = RunLog(shell)
    return NotebookSession(Path(path) if path is not None else None, _log)


#: One log of executed cells for each kernel.
_log: RunLog | None = None


class NotebookSession:
    """One notebook in one kernel; made by :func:`notebook`."""

    def __init__(self, path: Path | None, log: RunLog | None) -> None:
        self._settings = settings.load()
        server = assemble.server(self._settings)
        token = credentials.require_token(server.url, self._settings.state_dir)
        self._openbis = BlockingOpenBIS(server, token)
        self._workplace: Workplace = self._openbis.run(
            assemble.workplace(self._settings, self._openbis.client)
        )
        self._log = log
        self._place = self._find(path)
        self._identity = self._read_identity()
        notebook_id = self._identity.notebook_id if self._identity else uuid.uuid4().hex
        self._evidence = self._workplace.evidence.begin(self._workplace.server, notebook_id)
        self._owner: Entity | None = self._openbis.run(self._owner_entity()) if self._identity else None
        self._pybis: Openbis | None = None
        self._listed: Inputs | None = None
        self._send_what_waits()

    # -- what it is ---------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The notebook's name."""
        if self._identity is not None:
            return self._identity.name
        return self._place.path.stem if self._place.path else "notebook"

    @property
    def path(self) -> Path | None:
        """The notebook's own file, where it is known (U-07)."""
        return self._place.path

    @property
    def owner(self) -> Entity | None:
        """The experiment or object in which it is stored."""
        return self._owner

    @property
    def link(self) -> str | None:
        """Where it is stored, in the ELN."""
        return eln_link(self._workplace.links, self._owner) if self._owner else None

    @property
    def inputs(self) -> Inputs:
        """The inputs that the notebook names, with size and state; nothing is fetched."""
        if self._listed is None:
            self._listed = self._attach(self._declared, "none", (), confirm=False)
        return self._listed

    # -- data ---------------------------------------------------------------------------------

    def attach(
        self, *perm_ids: str, only: Sequence[str] = (), fetch: str = "small", confirm: bool = False
    ) -> Inputs:
        """Attach inputs: list their files, and fetch what is small; the rest comes at first use.

        What is attached becomes a parent of the saved notebook (design D10).

        Args:
            perm_ids: Data sets; default: the notebook's own inputs.
            only: Patterns as in a shell; other files are left alone.
            fetch: ``small``, ``all`` (now, or refused if it does not fit) or ``none``.
            confirm: You trust a notebook that came from somewhere else.

        Raises:
            NeedsConfirmation: the notebook names inputs that neither you nor this computer wrote.
            NoSpace: it does not fit.
        """
        if fetch not in ("small", "all", "none"):
            raise InvalidInput(f"fetch is {fetch!r}; it must be 'small', 'all' or 'none'.")
        wanted = perm_ids or self._declared
        inputs = self._attach(wanted, fetch, only, confirm=confirm or bool(perm_ids))
        handed_out = [item.perm_id for item in inputs if item.files]
        self._workplace.evidence.hand_out(self._evidence, handed_out)
        self._listed = inputs if not perm_ids else self._listed
        return inputs

    def files(self, *patterns: str) -> list[InputFile]:
        """Files of the notebook's inputs by pattern, e.g. ``nb.files("*.csv")``; listed, not fetched."""
        return self.inputs.files(*patterns)

    def objects(self) -> pandas.DataFrame:
        """The owner's objects with properties, parents and children as one frame.

        Raises:
            InvalidInput: the notebook does not say where it is stored.
        """
        if self._owner is None:
            raise InvalidInput("The notebook does not say where it is stored.", next_step="Save it once.")
        return objects_frame(self._openbis.run(self._objects(self._owner)))

    def unarchive(self, *perm_ids: str) -> None:
        """Ask openBIS to bring archived inputs back; each comes with the whole bundle it was archived in.

        openBIS does it later: ``nb.attach()`` again shows the state.
        """
        wanted = perm_ids or tuple(item.perm_id for item in self.inputs if item.state == "archived")
        if wanted:
            self._openbis.run(self._workplace.client.unarchive(wanted))
            self._listed = None

    @property
    def openbis(self) -> Openbis:
        """A connected :class:`pybis.Openbis`; what it downloads counts as attached."""
        if self._pybis is None:
            from ..openbis.pybis_face import connect_pybis

            self._pybis = connect_pybis(
                self._openbis.client.server,
                self._openbis.client.token,
                handed_out=lambda perm_id: self._workplace.evidence.hand_out(self._evidence, [perm_id]),
            )
        return self._pybis

    # -- saving -------------------------------------------------------------------------------

    def save(
        self,
        name: str | None = None,
        notes: str = "",
        files: Sequence[str | os.PathLike[str]] = (),
        unused: Sequence[str] = (),
        *,
        owner: str | None = None,
        as_new: bool | None = None,
        type: str | None = None,
        properties: Mapping[str, str] | None = None,
        co_authors: Sequence[str] = (),
        confirm: bool = False,
    ) -> SaveResult:
        """Save this notebook to openBIS as a version, with its inputs as parents.

        Args:
            name: Of the version; default: the notebook's.
            notes: Plain text.
            files: Result files or folders to save with it.
            unused: permIds of attached inputs that were not used after all.
            owner: Experiment or object to store it in; default: where it belongs.
            as_new: ``True`` makes it a notebook of its own; ``False`` keeps a copied file with its original.
            type: Data-set type; default ``ANALYSIS_NOTEBOOK``.
            properties: Further properties of the data set.
            co_authors: User ids whose versions shall count, too.
            confirm: You trust a notebook that came from somewhere else.

        Raises:
            NotSavedYet: the file on disk does not show what was run: save it (Ctrl+S), run this again.
            UserMistake: and what to do about it.
        """
        wish = SaveWish(
            name=name,
            notes=notes,
            files=[str(Path(file).absolute()) for file in files],
            unused=list(unused),
            owner=owner,
            as_new=as_new,
            data_set_type=type,
            properties=dict(properties or {}),
            confirm=confirm,
            co_authors=list(co_authors),
            environment=asdict(capture(kernel=self._kernel_name())),
        )
        if self._place.mode == "our runner" and self._place.wish is not None:
            write_wish(self._place.wish, wish)
            return self._shown(SaveResult(state="recorded", name=name or self.name))
        path = self._path_to_save()
        self._check_file_shows_what_ran(path)
        return self._shown(self._save_file(path, wish))

    def _save_file(self, path: Path, wish: SaveWish) -> SaveResult:
        request = SaveRequest(
            path=path,
            name=wish.name,
            notes=wish.notes,
            files=wish.files,
            unused=wish.unused,
            owner=wish.owner,
            as_new=wish.as_new,
            data_set_type=wish.data_set_type,
            properties=wish.properties,
            confirm=wish.confirm,
            co_authors=wish.co_authors,
            evidence=self._workplace.evidence.of(self._evidence),
            environment=wish.environment_object(),
            write_back=self._place.mode != "front end",
        )
        with Display() as display:
            relay = Relay(display.text)
            result = self._openbis.run(save(self._workplace, request, say=relay), relay=relay)
        self._identity = self._read_identity()
        return result

    def _path_to_save(self) -> Path:
        if self._place.mode == "foreign runner":
            named = self._place.path.name if self._place.path else "NOTEBOOK.ipynb"
            raise NotSavedYet(
                "This notebook is run by a program that writes it only when all cells are done.",
                next_step=f"When it is done, run: openbis-nb save {named}",
            )
        if self._place.path is None:
            raise NotSavedYet(
                "This notebook's file could not be found.",
                next_step=(
                    "Save it (Ctrl+S) and run this cell again, or use openbis_nb.notebook('FILE.ipynb')."
                ),
            )
        return self._place.path

    def _check_file_shows_what_ran(self, path: Path) -> None:
        if self._log is None:
            return
        cells = document.read(path, max_size=self._workplace.limits.max_notebook).cells
        current = self._log.current
        runs = [run for run in self._log.runs if current is None or run.cell_id != current.cell_id]
        missing = runs_not_in_file(runs, cells, path.stat().st_mtime)
        if missing:
            counts = ", ".join(f"[{run.count}]" for run in missing[:10])
            raise NotSavedYet(f"{path.name} on disk does not show what was run yet: {counts}.")

    # -- inside -------------------------------------------------------------------------------

    def _find(self, path: Path | None) -> locate.Place:
        shell = _shell()
        place = locate.find(
            os.environ,
            shell.user_ns if shell is not None else None,
            self._log.sources if self._log is not None else (),
            [*self._workplace.ledger.places(), *Path.cwd().glob("*.ipynb")],
        )
        return place if path is None else replace(place, path=path)

    def _read_identity(self) -> Identity | None:
        path = self._place.path
        if path is None or not path.is_file():
            return None
        content = document.read(path, max_size=self._workplace.limits.max_notebook)
        return identity_of_file(self._workplace, content, path)

    @property
    def _declared(self) -> tuple[str, ...]:
        return self._identity.inputs if self._identity is not None else ()

    async def _owner_entity(self) -> Entity | None:
        assert self._identity is not None
        try:
            return await self._workplace.client.entity(
                self._identity.owner_perm_id, self._identity.owner_kind
            )
        except NotFound:
            return None  # trashed or not visible; the save says so, with what to do

    async def _objects(self, owner: Entity) -> list[Entity]:
        return [entity async for entity in self._workplace.client.objects_of(owner)]

    def _attach(self, perm_ids: Sequence[str], fetch: Any, only: Sequence[str], *, confirm: bool) -> Inputs:
        if self._identity is not None and fetch != "none":
            check_claims(self._workplace, self._identity, owner_given=True, confirmed=confirm)
        with Display() as display:
            relay = Relay(display.progress)
            found = self._openbis.run(
                attaching.attach(self._workplace, perm_ids, only=only, fetch_what=fetch, progress=relay),
                relay=relay,
            )
        return Inputs([self._input(item) for item in found])

    def _input(self, item: attaching.AttachedDataSet) -> Input:
        data_set = item.data_set
        return Input(
            perm_id=item.perm_id,
            name=data_set.name if data_set else "",
            type=data_set.type_code if data_set else "",
            state=item.state,
            reason=item.reason,
            files=tuple(InputFile(file, partial(self._fetch, data_set)) for file in item.files),
        )

    def _fetch(self, data_set: DataSet | None, file: DataFile, how: str) -> Path:
        with Display() as display:
            relay = Relay(display.progress)
            path = self._openbis.run(
                attaching.fetch(self._workplace, data_set, file, progress=relay), relay=relay
            )
        self._workplace.evidence.observe(self._evidence, file, how)
        return path

    def _send_what_waits(self) -> None:
        if self._workplace.outbox.entries(server=self._workplace.server):
            for result in self._openbis.run(sending.flush(self._workplace)):
                self._shown(result)

    def _kernel_name(self) -> str:
        path = self._place.path
        if path is None or not path.is_file():
            return ""
        content = document.read(path, max_size=self._workplace.limits.max_notebook)
        return str(content.metadata.get("kernelspec", {}).get("name", ""))

    def _shown(self, result: SaveResult) -> SaveResult:
        show_html(card.result_html(result), card.result_text(result))
        return result

    def __repr__(self) -> str:
        return card.card_text(self.name, self._owner, self.link, self.inputs)

    def _repr_html_(self) -> str:
        return card.card_html(self.name, self._owner, self.link, self.inputs)


def _shell() -> Any:
    """The IPython shell of this process, or ``None``; never imports IPython by itself."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
