"""The notebook at hand, for the person who writes it: attach, look, analyse, save.

Every call that speaks to openBIS goes through the sync face (design D1): it works in a cell, in a
worker thread and beside a top-level ``await``, and Ctrl-C ends it cleanly.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .. import assemble
from ..at_hub.hub import Hub
from ..errors import InvalidInput, NotFound, OpenBISFailure
from ..models import Entity
from ..notebooks.context import eln_link
from ..notebooks.environment import capture
from ..notebooks.stored_form import SAVE_OUTPUT
from ..settings import Settings
from ..web.publishing import Code, Follow, Wish, end_of
from ..workflows import sending
from ..workflows.attach import Fetch
from ..workflows.claims import check_claims
from ..workflows.save_result import SaveResult
from ..workflows.wish import SaveWish
from ..workflows.workplace import Workplace
from . import card
from .attached import AttachedInputs
from .display import show_html
from .environment_notes import EnvironmentNotes
from .executed import RunLog
from .inputs import InputFile, Inputs
from .live import LiveOpenBIS
from .own_file import OwnFile, current_shell, named_server
from .publishing import Published, publish_version, service_of
from .saving import save_from_cell
from .tables import objects_frame
from .tracebacks import keep_tokens_out_of_tracebacks

if TYPE_CHECKING:
    import pandas
    from pybis import Openbis

__all__ = ["NotebookSession", "notebook"]

_NOWHERE = "The notebook does not say where it is stored."


def notebook(path: str | os.PathLike[str] | None = None) -> NotebookSession:
    """Connect this notebook to openBIS, and show where it is stored and what its inputs are.

    Args:
        path: The notebook file; only where it cannot be found by itself.

    Returns:
        The session: ``nb.attach()``, ``nb.files()``, ``nb.objects()``, ``nb.openbis``, ``nb.save()``,
        ``nb.publish()``.

    Raises:
        NotLoggedIn: no live session: `openbis-nb login`.
        ConfigurationProblem: no address of openBIS is set.
    """
    global _log
    shell = current_shell()
    if shell is not None:
        keep_tokens_out_of_tracebacks(shell)
        _log = _log or RunLog(shell)
    session = NotebookSession(Path(path) if path is not None else None, _log)
    session.show()
    return session


#: One log of executed cells for each kernel.
_log: RunLog | None = None
#: What this kernel has said of its session.
_told: set[str] = set()


class NotebookSession:
    """One notebook in one kernel; made by :func:`notebook`."""

    def __init__(self, path: Path | None, log: RunLog | None) -> None:
        self._live = LiveOpenBIS(_settings(path, log))
        workplace = self._live.workplace
        self._file = OwnFile(workplace, log, path)
        self._evidence = self._file.place.evidence or workplace.evidence.begin(
            workplace.server, self._file.evidence_key()
        )
        self._attached = AttachedInputs(self._live, self._evidence)
        self._environment = EnvironmentNotes(
            workplace.evidence, self._evidence, lambda: self._file.kernel_name(self._live.workplace)
        )
        self._environment.look()
        if log is not None:
            log.after_cells(self._environment.look)
        self._owner: Entity | None = None
        self._read_owner()
        self._pybis: Openbis | None = None
        self._log = log
        self._shown_in: int | None = None
        self._send_what_waits()

    # -- what it is ---------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The notebook's name."""
        return self._file.name

    @property
    def path(self) -> Path | None:
        """The notebook's own file, where it is known (U-07)."""
        return self._file.path

    @property
    def owner(self) -> Entity | None:
        """The experiment or object in which it is stored."""
        return self._owner

    @property
    def link(self) -> str | None:
        """Where it is stored, in the ELN."""
        return eln_link(self._live.workplace.links, self._owner) if self._owner else None

    @property
    def inputs(self) -> Inputs:
        """The inputs that the notebook names or was given, with size and state; nothing is fetched."""
        return self._attached.listed(self._declared)

    def show(self) -> None:
        """Show the card: where it is stored, and its inputs."""
        self._shown_in = self._running_cell()
        show_html(self._repr_html_(), repr(self))
        if self._live.note and self._live.note not in _told:  # once in a kernel
            _told.add(self._live.note)
            show_html(card.note_html(self._live.note), self._live.note)

    def _ipython_display_(self) -> None:
        """Show the card, once in a cell: :func:`notebook` as a cell's last line has shown it already."""
        if self._shown_in is None or self._shown_in != self._running_cell():
            self.show()

    def _running_cell(self) -> int | None:
        current = self._log.current if self._log is not None else None
        return current.count if current is not None else None

    # -- data ---------------------------------------------------------------------------------

    def attach(
        self, *perm_ids: str, only: Sequence[str] = (), fetch: Fetch = "small", confirm: bool = False
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
        identity = self._file.identity
        if identity is not None and not perm_ids:
            check_claims(self._live.workplace, identity, owner_given=True, confirmed=confirm)
        return self._attached.attach(perm_ids or self._declared, fetch, only)

    def files(self, *patterns: str) -> list[InputFile]:
        """Files of the notebook's inputs by pattern, e.g. ``nb.files("*.csv")``; listed, not fetched."""
        return self.inputs.files(*patterns)

    def objects(self) -> pandas.DataFrame:
        """The owner's objects with properties, parents and children as one frame.

        Raises:
            InvalidInput: the notebook does not say where it is stored.
        """
        owner = self._owner
        if owner is None:
            raise InvalidInput(_NOWHERE, next_step="Save it once.")

        async def read(workplace: Workplace) -> list[Entity]:
            return [entity async for entity in workplace.client.objects_of(owner)]

        return objects_frame(self._live.run(read))

    def unarchive(self, *perm_ids: str) -> None:
        """Ask openBIS to bring archived inputs back; each comes with the whole bundle it was archived in.

        openBIS does it later: ``nb.inputs`` or ``nb.attach()`` then shows the state.
        """
        wanted = perm_ids or tuple(item.perm_id for item in self.inputs if item.state == "archived")
        if wanted:
            self._live.run(lambda workplace: workplace.client.unarchive(wanted))
            self._attached.forget()

    @property
    def openbis(self) -> Openbis:
        """A connected :class:`pybis.Openbis`; what it downloads counts as attached."""
        if self._pybis is None:
            from ..openbis.pybis_face import connect_pybis

            self._pybis = connect_pybis(
                self._live.server,
                lambda: self._live.token,
                renew=self._live.renewed,
                handed_out=lambda perm_id: self._attached.hand_out([perm_id]),
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
        takeover: bool = False,
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
            takeover: Carry on somebody else's notebook as an admin of its space.
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
            takeover=takeover,
            environment=asdict(capture(kernel=self._file.kernel_name(self._live.workplace))),
        )
        result = save_from_cell(self._live, self._file, self._evidence, wish)
        self._read_owner()
        return self._shown(result)

    def publish(
        self,
        follow: Follow = "latest",
        code: Code = "hidden",
        dashboard: str | None = None,
        ends: str | date | None = None,
        title: str = "",
        *,
        confirm: bool = False,
    ) -> Published:
        """Save this notebook, and make it a page that people read without running anything.

        **Who sees it:** everybody who may read in openBIS where the notebook is stored, usually all members
        of its space; nobody else, until somebody makes a link for others. Without *confirm* a card says what
        would be seen and by whom, and nothing is published. With it the page is made, and the card leads to
        it; there it can be changed and stopped. A cell that runs again brings its page to the new version and
        makes no second one; that takes no *confirm*.

        Args:
            follow: ``latest``: what is saved later is seen, too; ``pinned``: this version for good.
            code: ``hidden``: the code is not in the page at all; ``shown``.
            dashboard: Title or id of one to put the page on; another name makes a new one.
            ends: The last day on which the page is there, as ``2026-12-31``, or a point in time.
            title: Of the page; default: the notebook's name.
            confirm: You know what a new page shows, and to whom.

        Raises:
            ConfigurationProblem: this Jupyter does not belong to a hub with the service that keeps pages.
            Forbidden: you may not publish what is stored there.
            UserMistake: as :meth:`save`.
        """
        wish = Wish(follow=follow, code=code, title=title, ends_at=end_of(ends), dashboard=dashboard or "")
        access = service_of(self._live)
        saved = self.save()
        known = self._file.identity.notebook_id if self._file.identity is not None else ""
        whose = saved.notebook_id or known
        page = publish_version(self._live, access, saved, wish, whose, confirm=confirm)
        show_html(card.published_html(page), card.published_text(page), SAVE_OUTPUT)
        return page

    # -- inside -------------------------------------------------------------------------------

    @property
    def _declared(self) -> tuple[str, ...]:
        return self._file.identity.inputs if self._file.identity is not None else ()

    def _read_owner(self) -> None:
        """Ask openBIS for the entity that the notebook names; what it was called then, if openBIS is away."""
        identity = self._file.identity
        if identity is None or (self._owner is not None and self._owner.perm_id == identity.owner_perm_id):
            return
        try:
            self._owner = self._live.run(
                lambda workplace: workplace.client.entity(identity.owner_perm_id, identity.owner_kind)
            )
        except NotFound:
            self._owner = None  # trashed or not visible; the save says so, with what to do
        except OpenBISFailure:
            self._owner = Entity(
                kind=identity.owner_kind,
                perm_id=identity.owner_perm_id,
                identifier=identity.owner_identifier,
                code=identity.owner_identifier.rsplit("/", 1)[-1],
            )

    def _send_what_waits(self) -> None:
        workplace = self._live.workplace
        if workplace.outbox.entries(server=workplace.server):
            for result in self._live.run(sending.flush):
                self._shown(result)

    def _shown(self, result: SaveResult) -> SaveResult:
        show_html(card.result_html(result), card.result_text(result), SAVE_OUTPUT)
        return result

    def __repr__(self) -> str:
        return card.card_text(self.name, self._owner, self.link, self._inputs_or_reason(), self._page)

    def _repr_html_(self) -> str:
        return card.card_html(self.name, self._owner, self.link, self._inputs_or_reason(), self._page)

    @property
    def _page(self) -> str | None:
        """Its page in the library; none before the first save."""
        identity = self._file.identity
        saved = identity is not None and identity.checkpoint_id
        return self._live.workplace.library_page(identity.notebook_id) if identity and saved else None

    def _inputs_or_reason(self) -> Inputs | str:
        """A card must show itself also while openBIS is away."""
        try:
            return self.inputs
        except OpenBISFailure as error:
            return error.message


def _settings(path: Path | None, log: RunLog | None) -> Settings:
    """The settings of the openBIS that the notebook names, if the person has a connection to it."""
    loaded = assemble.load_settings()
    if Hub.from_environment(os.environ) is not None or len(assemble.connections(loaded).all()) < 2:
        return loaded  # there is nothing to choose
    limit = loaded.max_notebook_size
    return assemble.load_settings(named=named_server(assemble.ledger(loaded), log, path, max_size=limit))
