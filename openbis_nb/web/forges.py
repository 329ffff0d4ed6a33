"""Pages at GitHub, GitLab and the like: the files and repositories that they show (B-03, B-34; pure)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RepositorySource", "Source", "notebook_source", "repository_source"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a notebook is.

    Args:
        page_url: What a person sees in the browser; what was given, with secrets removed.
        raw_url: Where the file itself is. It may hold a secret (``?token=…``): never shown, never stored.
        host: Of the raw address, with its port where that is not the usual one.
        clone_url: Of the repository, for ``git_refs``; ``None`` where the address is of no known form.
        repo: ``owner/name`` at the host; empty where it is not known.
        ref: Branch, tag or commit in the address; ``None`` where there is none.
        path: In the repository; empty where it is not known.
    """

    page_url: str
    raw_url: str
    host: str
    clone_url: str | None = None
    repo: str = ""
    ref: str | None = None
    path: str = ""

    @property
    def name(self) -> str:
        """Of the file, decoded, without ``.ipynb``; ``Notebook`` where the address tells none."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class RepositorySource:
    """Where a repository is.

    Args:
        clone_url: For git, without user and password.
        ref: Branch, tag or commit in the address; ``None``: the host's default branch.
        name: Of the folder: the repository's name, without ``.git``.
        path: A file or folder in it that the address shows; ``None``: none.
    """

    clone_url: str
    ref: str | None
    name: str
    path: str | None = None


def notebook_source(url: str, *, ref: str | None = None) -> Source:
    """What a person's address of a notebook means.

    Args:
        url: Of a page at GitHub, GitLab (any host), Bitbucket, Gitea or Codeberg, of a gist, or of the file.
        ref: Another branch, tag or commit than the one in the address.

    Raises:
        ForbiddenAddress: it is no address of the web at all.
        InvalidInput: it is the page of a repository or folder, not of a file.
    """
    raise NotImplementedError


def repository_source(url: str, *, ref: str | None = None) -> RepositorySource:
    """What a person's address of a repository means.

    Args:
        url: Of a page of the repository, of a file or folder in it, or its address for git.
        ref: Another branch, tag or commit than the one in the address.

    Raises:
        ForbiddenAddress: it is no http(s) address ("wrong URL type", B-35).
        InvalidInput: it names no repository.
    """
    raise NotImplementedError
