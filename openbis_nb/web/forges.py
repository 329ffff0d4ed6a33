"""Pages at GitHub, GitLab and the like: the files and repositories that they show (B-03, B-34, B-35)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import SplitResult, quote, unquote, urlsplit

from ..errors import ForbiddenAddress, InvalidInput
from .forge_pages import Page, behind_viewer, gist_file, page_of
from .shown import shown_url

__all__ = ["RepositorySource", "Source", "notebook_source", "repository_source"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a notebook is.

    Args:
        page_url: What a person sees in the browser: what was given, with secrets removed.
        raw_url: Where the file itself is. It may hold a secret (``?token=…``): never shown, never stored.
        host: Of the raw address, with its port where one is said.
        clone_url: Of the repository, for ``git_refs``; ``None`` where the address is of no known form.
        repo: ``owner/name`` at the host; empty where it is not known.
        ref: Branch, tag or commit in the address: its first part where it has slashes. ``None``: none.
        path: In the repository, decoded; empty where it is not known.
        raw_before: What stands before ``<commit>/<path>`` in the raw address of a commit; empty where no such
            form is known.
        ref_is_chosen: The person chose the ref apart from the address.
    """

    page_url: str
    raw_url: str
    host: str
    clone_url: str | None = None
    repo: str = ""
    ref: str | None = None
    path: str = ""
    raw_before: str = ""
    ref_is_chosen: bool = False

    @property
    def name(self) -> str:
        """Of the file, decoded, without ``.ipynb``; ``Notebook`` where the address tells none."""
        last = (self.path or unquote(urlsplit(self.raw_url).path)).rstrip("/").rsplit("/", 1)[-1]
        stem = last.removesuffix(".ipynb")
        return (stem.strip() if stem != last else "") or "Notebook"

    @property
    def ref_and_path(self) -> str:
        """Both together, as they stand in the address: a ref may have slashes; only its host can tell."""
        return f"{self.ref}/{self.path}"

    def at(self, ref: str, path: str, commit: str) -> Source:
        """The same file at a commit: whatever happens to the branch meanwhile.

        Args:
            ref: The branch or tag, as its host knows it.
            path: What is left of :attr:`ref_and_path` behind it.
            commit: Its commit.
        """
        raw = f"{self.raw_before}{commit}/{quote(path)}" if self.raw_before else self.raw_url
        return replace(self, raw_url=raw, ref=ref, path=path)


@dataclass(frozen=True, slots=True)
class RepositorySource:
    """Where a repository is.

    Args:
        clone_url: For git, without user and password.
        ref: Branch, tag or commit in the address: its first part where it has slashes. ``None``: the host's
            default branch.
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
        url: Of a page at GitHub, GitLab (any host), Bitbucket, Gitea or Codeberg, of a gist, of nbviewer or
            Colab for one of these, or of the file itself.
        ref: Another branch, tag or commit than the one in the address.

    Raises:
        InvalidInput: it is the page of a repository or folder; or *ref* is given for no page of a repository.
        ForbiddenAddress: it cannot be read.
    """
    given = url.strip()
    parts = _split(given)
    if behind := behind_viewer(parts):
        given, parts = behind, _split(behind)
    if gist := gist_file(parts):
        return Source(shown_url(given), gist, _split(gist).netloc)
    page = page_of(parts)
    if page is None:
        if ref:
            raise InvalidInput(
                "Only for a page of a repository another branch can be chosen.",
                next_step="Give the address of the file at GitHub, GitLab or the like.",
            )
        return Source(shown_url(given), given, parts.netloc)
    if not page.is_file:
        raise InvalidInput(
            "This is the page of a repository or folder, not of a notebook.",
            next_step="Open the notebook's own page there, or import the whole repository.",
        )
    return _of_page(page, given, ref)


def repository_source(url: str, *, ref: str | None = None) -> RepositorySource:
    """What a person's address of a repository means.

    Args:
        url: Of a page of the repository, of a file or folder in it, or its address for git.
        ref: Another branch, tag or commit than the one in the address.

    Raises:
        ForbiddenAddress: it is no http(s) address ("wrong URL type", B-35), or holds a user or password.
        InvalidInput: it names no repository.
    """
    given = url.strip()
    parts = _split(given)
    if parts.scheme not in ("http", "https"):
        raise ForbiddenAddress(
            "Only addresses that begin with https:// or http:// are taken (wrong URL type).",
            next_step="At the repository's page choose Clone, then HTTPS, and give that address.",
        )
    if "@" in parts.netloc:
        raise ForbiddenAddress(
            "The address holds a user name or password.",
            next_step="Give it without what stands before the @, and keep the access token apart.",
        )
    page = page_of(parts)
    if page is not None:
        name = page.repo.rsplit("/", 1)[-1]
        return RepositorySource(page.clone_url, ref or page.ref, unquote(name), page.path or None)
    path = parts.path.rstrip("/")
    name = unquote(path.rsplit("/", 1)[-1]).removesuffix(".git")
    if not name:
        raise InvalidInput(
            "The address names no repository.", next_step="Give the address of the repository's own page."
        )
    return RepositorySource(f"{parts.scheme}://{parts.netloc}{path}", ref, name)


def _of_page(page: Page, given: str, ref: str | None) -> Source:
    shown = ref or page.ref or "HEAD"
    raw = given if page.is_raw and not ref else f"{page.raw_of_ref}{quote(shown)}/{quote(page.path)}"
    return Source(
        page_url=shown_url(given),
        raw_url=raw,
        host=_split(raw).netloc,
        clone_url=page.clone_url,
        repo=page.repo,
        ref=shown,
        path=page.path,
        raw_before=page.raw_of_commit,
        ref_is_chosen=bool(ref),
    )


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise ForbiddenAddress("The address has no host that can be read.") from error
