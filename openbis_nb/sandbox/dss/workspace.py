"""Session workspaces: the folders that uploads go to until a data set is made of them (contract 5.2).

A workspace belongs to a session (all personal access tokens of one name share one) and is deleted with it.
"""

from __future__ import annotations

import os
import shutil
import uuid
import zipfile
from pathlib import Path

from ..failures import UserFailure
from ..sessions import Session

_NAME_MAX = 255  # bytes of one path element, on every file system that matters


class Workspaces:
    """The workspaces of all sessions, below one folder."""

    def __init__(self, folder: Path) -> None:
        # Sessions do not outlive the process, so neither do their files.
        shutil.rmtree(folder, ignore_errors=True)
        self._folder = folder

    def of(self, session: Session) -> Path:
        """The workspace of a session; it may not exist yet."""
        return self._folder / session.key

    def path(self, session: Session, name: str) -> Path:
        """The place of a workspace file. Raises UserFailure for names that lead out of the workspace."""
        parts = [part for part in name.split("/") if part]
        if not parts:
            raise UserFailure("filename parameter cannot be empty")
        if any(part in (".", "..") or "\0" in part for part in parts):
            raise UserFailure(f"Invalid file name '{name}': it must stay inside the session workspace.")
        if any(len(part.encode()) > _NAME_MAX for part in parts):
            raise UserFailure(f"Invalid file name '{name}': a part of it is longer than {_NAME_MAX} bytes.")
        return self.of(session).joinpath(*parts)

    def upload(self, session: Session, upload_id: str) -> Path:
        """The one file or folder that was uploaded under an upload id (contract 5.3, 5.6)."""
        if not upload_id:
            raise UserFailure("Upload id cannot be null or empty")
        if "/" in upload_id:
            raise UserFailure("Upload id must not contain '/'")
        entries = self._entries(self.path(session, upload_id))
        if not entries:
            raise UserFailure(f"No uploaded files found for upload id '{upload_id}'")
        if len(entries) > 1:
            raise UserFailure(
                "Unexpected state, incoming directory should contain just one file or folder but found: "
                f"{len(entries)}"
            )
        return entries[0]

    def remove_upload(self, session: Session, upload_id: str) -> None:
        """Forget what was uploaded: it became a data set, or its registration failed."""
        if upload_id and "/" not in upload_id and upload_id not in (".", ".."):
            shutil.rmtree(self.of(session) / upload_id, ignore_errors=True)

    def gather(self, session: Session, names: list[str], folder: str, *, unzip: bool) -> Path:
        """Put single workspace files together in a folder of that name, unpacked if they are zip files.

        The folder lies alone in a directory that ``remove_upload`` forgets. Raises UserFailure.
        """
        target = self.of(session) / str(uuid.uuid4()) / folder
        target.mkdir(parents=True)
        for name in names:
            source = self.path(session, name)
            if not source.is_file():
                raise UserFailure(f"File '{name}' not found in the session workspace.")
            if unzip:
                with zipfile.ZipFile(source) as archive:
                    archive.extractall(target)
                source.unlink()
            else:
                source.replace(target / source.name)
        return target

    def end(self, session: Session) -> None:
        """Drop everything of a session that is over."""
        shutil.rmtree(self.of(session), ignore_errors=True)

    @staticmethod
    def _entries(folder: Path) -> list[Path]:
        try:
            return [Path(entry.path) for entry in os.scandir(folder)]
        except (FileNotFoundError, NotADirectoryError):
            return []
