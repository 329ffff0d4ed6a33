"""Drafts: copies of work that openBIS does not have, in the person's own server alone (F-14, U-13).

A draft is never a data set. There is one for each notebook file (U-14): the next one replaces it, and it goes
when its content has been saved to openBIS. What was on screen and never reached the file is not replaced by
what lies in the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import NotFound, TooLarge, UserMistake, disk_problem
from ..models import Identity
from ..notebooks import document
from ..notebooks import identity as identity_block
from ..notebooks.digest import content_digest
from ..openbis.partial import make_private_folder
from ..workflows.file_identity import identity_of_file
from ..workflows.workplace import Workplace
from .run_folder import now

__all__ = ["Draft", "Drafts", "digest_of"]

_RECORD, _NOTEBOOK = "draft.json", "notebook.ipynb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft.

    Args:
        id: For the routes.
        source: The notebook file, absolute; it may be gone by now.
        name: Of the notebook.
        server: Address of the openBIS that the notebook names, ``""`` for one from nowhere.
        notebook_id: In its block; ``""`` without one.
        version: PermId of the version that the file came from when the draft was made.
        made_at: ISO 8601 in UTC.
        reason: ``closed`` (a tab), ``idle``, ``stopped`` (the server), ``asked``.
        on_screen: It holds work that was never written to the file.
        digest: Of the content, without the identity block.
        size: In bytes.
    """

    id: str
    source: str
    name: str
    server: str
    notebook_id: str
    version: str | None
    made_at: str
    reason: str
    on_screen: bool
    digest: str
    size: int


def digest_of(notebook: Any) -> str:
    """What tells whether two documents are the same to a reader; where they are stored does not count."""
    return content_digest(identity_block.without(notebook))


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of this account.

    Args:
        folder: Made with mode 0700 when first written to.
        most: How many are kept; the oldest go, those whose content lies in a file first.
        room: How much they may take together, in bytes.
    """

    folder: Path
    most: int
    room: int

    def all(self) -> list[Draft]:
        """Newest first."""
        found = [draft for path in self._folders() if (draft := _read(path)) is not None]
        return sorted(found, key=lambda draft: (draft.made_at, draft.id), reverse=True)

    def get(self, draft_id: str) -> Draft:
        """One draft.

        Raises:
            NotFound: there is none.
        """
        for draft in self.all():
            if draft.id == draft_id:
                return draft
        raise _gone()

    def of(self, source: Path) -> Draft | None:
        """The draft of a notebook file."""
        return _read(self._place(source))

    def content(self, draft: Draft) -> bytes:
        """The document.

        Raises:
            NotFound: it is gone.
        """
        try:
            return (self._place(Path(draft.source)) / _NOTEBOOK).read_bytes()
        except FileNotFoundError:
            raise _gone() from None

    def keep(
        self,
        source: Path,
        data: bytes,
        identity: Identity | None,
        *,
        reason: str,
        on_screen: bool,
    ) -> Draft | None:
        """Keep a document as the draft of its file.

        Args:
            source: The file.
            data: The document.
            identity: As this machine knows the file.
            reason: Why, as in :class:`Draft`.
            on_screen: It was never written to the file.

        Returns:
            The draft; the one that was there if it says the same; ``None`` if what is there must not be
            replaced: it was on screen after the file had been written for the last time.

        Raises:
            InvalidNotebook: *data* is no notebook.
            TooLarge: it alone takes more than all may.
            NoSpace: it does not fit on the disk.
        """
        if len(data) > self.room:
            raise TooLarge(
                "The draft is larger than all drafts may be together.",
                next_step="Clear large outputs, or raise OPENBIS_NB_DRAFTS_SIZE.",
            )
        digest = digest_of(document.loads(data, name=source.name, max_size=self.room))
        before = self.of(source)
        if before is not None:
            if before.digest == digest:
                return before
            if before.on_screen and not on_screen and not _written_since(source, before):
                return None
        draft = Draft(
            id=self._place(source).name,
            source=str(source),
            name=identity.name if identity else source.stem,
            server=identity.server if identity else "",
            notebook_id=identity.notebook_id if identity else "",
            version=identity.checkpoint_id if identity else None,
            made_at=now(),
            reason=reason,
            on_screen=on_screen,
            digest=digest,
            size=len(data),
        )
        self._write(draft, data)
        self._forget_moved(draft)
        self._make_room(draft)
        return draft

    def remove(self, draft: Draft) -> None:
        """Forget it."""
        shutil.rmtree(self._place(Path(draft.source)), ignore_errors=True)

    def drop_saved(self, workplace: Workplace) -> None:
        """Forget those whose content openBIS has by now.

        Args:
            workplace: Of the openBIS of the notebooks; it needs no session.
        """
        for draft in self.all():
            if draft.server and not workplace.is_own_server(draft.server):
                continue
            try:
                notebook = document.read(Path(draft.source), max_size=workplace.limits.max_notebook)
            except UserMistake:
                continue  # the file is gone: the draft is all that there is
            seen = draft
            if draft.on_screen and digest_of(notebook) == draft.digest:
                seen = replace(draft, on_screen=False)
                self._note(seen)  # it has reached the file
            identity = identity_of_file(workplace, notebook, Path(draft.source))
            saved = identity is not None and identity.checkpoint_id not in (None, draft.version)
            if saved and not seen.on_screen:
                self.remove(draft)

    def _write(self, draft: Draft, data: bytes) -> None:
        place = self.folder / draft.id
        building = self.folder / f".{secrets.token_hex(8)}"
        try:
            make_private_folder(building)
            _private(building / _NOTEBOOK, data)
            _private(building / _RECORD, json.dumps(asdict(draft)).encode())
            gone = self.folder / f".{secrets.token_hex(8)}"
            if place.exists():
                os.replace(place, gone)
            os.replace(building, place)
            shutil.rmtree(gone, ignore_errors=True)
        except OSError as error:
            shutil.rmtree(building, ignore_errors=True)
            raise disk_problem(error, "The draft could not be kept") from error

    def _note(self, draft: Draft) -> None:
        """The record alone, anew."""
        beside = self.folder / draft.id / f".{secrets.token_hex(8)}"
        _private(beside, json.dumps(asdict(draft)).encode())
        os.replace(beside, beside.with_name(_RECORD))

    def _forget_moved(self, draft: Draft) -> None:
        """One for each notebook: its file was renamed, and the draft of the former name says less."""
        for other in self.all():
            same = (other.server, other.notebook_id) == (draft.server, draft.notebook_id)
            moved = other.id != draft.id and not Path(other.source).exists()
            if same and moved and other.notebook_id and not other.on_screen:
                self.remove(other)

    def _make_room(self, newest: Draft) -> None:
        others = [draft for draft in self.all() if draft.id != newest.id]
        others.sort(
            key=lambda draft: (draft.on_screen, draft.made_at), reverse=True
        )  # the last ones go first
        left = self.room - newest.size
        for number, draft in enumerate(others, 2):
            left -= draft.size
            if number > self.most or left < 0:
                self.remove(draft)

    def _folders(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (path for path in self.folder.iterdir() if not path.name.startswith("."))

    def _place(self, source: Path) -> Path:
        return self.folder / hashlib.sha256(os.fsencode(source.resolve())).hexdigest()[:32]


def _gone() -> NotFound:
    return NotFound("There is no such draft any more.", next_step="Look at the list of drafts.")


def _read(folder: Path) -> Draft | None:
    known = {spec.name for spec in fields(Draft)}
    try:
        found = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        return Draft(**{name: value for name, value in found.items() if name in known})
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None


def _private(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _written_since(source: Path, draft: Draft) -> bool:
    """Whether the file was written after the draft had been made, to the second."""
    try:
        return source.stat().st_mtime > datetime.fromisoformat(draft.made_at).timestamp() + 1
    except OSError:
        return False
