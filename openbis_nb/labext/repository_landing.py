"""A launch that is a repository: fetched by this server as a job, once for each launch (B-30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import HubFailure
from .jobs import Job
from .repository_work import RepositoryWork

__all__ = ["RepositoryLanding"]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A launch that this server fetches, and what of it is opened at the end."""

    job: Job
    open: str | None


@dataclass(slots=True)
class RepositoryLanding:
    """The launches of repositories that are under way.

    Args:
        work: Fetches them.
        root: The folder that this server shows.
    """

    work: RepositoryWork
    root: Path
    _begun: dict[str, _Begun] = field(default_factory=dict)

    def begin(self, launch: str, asked: Mapping[str, Any]) -> Job:
        """Begin to fetch what a launch asks for.

        Raises:
            HubFailure: the launch does not say what is to be fetched.
            Forbidden, TooMany: as ``RepositoryWork.get``.
        """
        url = asked.get("clone_url")
        ref, folder = (_text(asked.get(name)) for name in ("ref", "folder"))
        if not isinstance(url, str) or not url:
            raise HubFailure("The launch does not say which repository is to be fetched.")
        job = self.work.get(url, ref=ref, folder=folder)
        self._begun[launch] = _Begun(job, _text(asked.get("open")))
        return job

    def known(self, launch: str) -> Job | PurePosixPath | None:
        """The job of a launch while it is under way; then what is opened, below the root.

        Returns:
            ``None``: this server has not begun it.

        Raises:
            OpenbisNbError: why it failed. This is told once; the next visit begins anew.
        """
        begun = self._begun.get(launch)
        if begun is None:
            return None
        if begun.job.error is not None:
            del self._begun[launch]
            raise begun.job.error
        return begun.job if begun.job.state == "running" else self._opened(begun)

    def _opened(self, begun: _Begun) -> PurePosixPath:
        """The file or folder that was asked for if it is there, else the whole."""
        folder, inside = PurePosixPath(begun.job.result["path"]), begun.open
        if inside is not None and "\0" not in inside:
            full, above = (self.root / folder / inside).resolve(), (self.root / folder).resolve()
            if full.is_relative_to(above) and full.exists():
                return folder / full.relative_to(above)
        return folder


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
