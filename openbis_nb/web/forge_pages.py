"""What an address at a host of git repositories shows: repository, branch, file (pure).

Each form is what the host's own buttons and address bar give: GitHub and its Enterprise server, GitLab on any
host, Bitbucket, Gitea and Forgejo (Codeberg), and the viewers nbviewer and Colab in front of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote

__all__ = ["Page", "behind_viewer", "gist_file", "page_of"]

_REPO = r"(?P<repo>[^/]+/[^/]+?)(?:\.git)?"
_REST = r"/(?P<ref>[^/]+)(?:/(?P<path>.+?))?/?"
_GITHUB = re.compile(rf"/{_REPO}(?:/(?P<verb>blob|raw|blame|edit|tree|commits?){_REST})?/?")
_GITHUB_RAW = re.compile(rf"/{_REPO}/(?:refs/(?:heads|tags)/)?(?P<ref>[^/]+)/(?P<path>.+)")
_GITLAB = re.compile(rf"/(?P<repo>.+?)(?:\.git)?/-/(?P<verb>blob|raw|blame|edit|tree|commits?){_REST}")
_OLD_GITLAB = re.compile(rf"/(?P<repo>[^/]+(?:/[^/]+)+?)/(?P<verb>blob|raw|tree){_REST}")
_BITBUCKET = re.compile(rf"/{_REPO}(?:/(?P<verb>src|raw){_REST})?/?")
_GITEA = re.compile(rf"/{_REPO}/(?P<verb>src|raw)/(?P<kind>branch|tag|commit){_REST}")
_GIST = re.compile(r"/(?P<owner>[^/]+)/(?P<id>[0-9a-f]{5,64})(?:/(?:raw/?)?(?P<revision>[0-9a-f]{40})?)?/?")
_VIEWERS = ("nbviewer.org", "nbviewer.jupyter.org", "www.nbviewer.org", "colab.research.google.com")
_BEHIND = (
    ("/github/", "https://github.com/"),
    ("/gist/", "https://gist.github.com/"),
    ("/urls/", "https://"),
    ("/url/", "http://"),
)
_FOLDERS = ("tree", "commit", "commits")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address shows.

    Args:
        clone_url: Of the repository, for git.
        repo: Its path at the host.
        ref: Branch, tag or commit; only its first part where it has slashes. ``None``: none is shown.
        path: File or folder, decoded; empty for the repository itself.
        raw_of_commit: What the raw address of a file begins with, before ``<commit>/<path>``.
        raw_of_ref: The same before ``<ref>/<path>``.
        is_file: Whether the address can be one of a file.
        is_raw: Whether it is the file's own address already.
    """

    clone_url: str
    repo: str
    ref: str | None
    path: str
    raw_of_commit: str
    raw_of_ref: str
    is_file: bool
    is_raw: bool


def page_of(parts: SplitResult) -> Page | None:
    """The page that an address of a host with repositories shows; ``None`` for any other address."""
    for is_meant, read in _FORGES:
        if is_meant(parts) and (page := read(parts)) is not None:
            return page
    return None


def gist_file(parts: SplitResult) -> str | None:
    """The raw address of a gist's only file; ``None``: it is no gist's page."""
    found = _GIST.fullmatch(parts.path) if parts.netloc.lower() == "gist.github.com" else None
    if found is None:
        return None
    revision = f"/{found['revision']}" if found["revision"] else ""
    return f"https://gist.githubusercontent.com/{found['owner']}/{found['id']}/raw{revision}"


def behind_viewer(parts: SplitResult) -> str | None:
    """The address that a page of nbviewer or Colab shows; ``None``: it is no such page."""
    if parts.netloc.lower() not in _VIEWERS:
        return None
    for begins, real in _BEHIND:
        if parts.path.startswith(begins):
            return real + parts.path.removeprefix(begins)
    return None


def _github(parts: SplitResult) -> Page | None:
    host, found = parts.netloc.lower(), _GITHUB.fullmatch(parts.path)
    if found is None:
        return None
    origin, repo = f"{parts.scheme}://{parts.netloc}", found["repo"]
    if host in ("github.com", "www.github.com"):
        origin, raw = "https://github.com", f"https://raw.githubusercontent.com/{repo}/"
    else:
        raw = f"{origin}/{repo}/raw/"
    return _page(f"{origin}/{repo}.git", found, raw, is_raw=False)


def _github_raw(parts: SplitResult) -> Page | None:
    found = _GITHUB_RAW.fullmatch(parts.path)
    if found is None:
        return None
    raw = f"https://raw.githubusercontent.com/{found['repo']}/"
    return _page(f"https://github.com/{found['repo']}.git", found, raw, is_raw=True)


def _gitlab(parts: SplitResult) -> Page | None:
    found = _GITLAB.fullmatch(parts.path) or (_is_gitlab(parts) and _OLD_GITLAB.fullmatch(parts.path))
    if not found:
        return None
    origin, repo = f"{parts.scheme}://{parts.netloc}", found["repo"]
    return _page(f"{origin}/{repo}.git", found, f"{origin}/{repo}/-/raw/")


def _bitbucket(parts: SplitResult) -> Page | None:
    found = _BITBUCKET.fullmatch(parts.path)
    if found is None:
        return None
    origin, repo = "https://bitbucket.org", found["repo"]
    return _page(f"{origin}/{repo}.git", found, f"{origin}/{repo}/raw/")


def _gitea(parts: SplitResult) -> Page | None:
    found = _GITEA.fullmatch(parts.path)
    if found is None:
        return None
    origin, repo = f"{parts.scheme}://{parts.netloc}", found["repo"]
    of_ref = f"{origin}/{repo}/raw/{found['kind']}/"
    return _page(f"{origin}/{repo}.git", found, f"{origin}/{repo}/raw/commit/", of_ref)


def _page(
    clone_url: str, found: re.Match[str], raw: str, raw_of_ref: str = "", is_raw: bool | None = None
) -> Page:
    named = found.groupdict()
    verb, ref, path = named.get("verb") or "", named["ref"], unquote(named["path"] or "")
    return Page(
        clone_url=clone_url,
        repo=named["repo"],
        ref=unquote(ref) if ref else None,
        path=path,
        raw_of_commit=raw,
        raw_of_ref=raw_of_ref or raw,
        is_file=bool(path) and (verb not in _FOLDERS or path.endswith(".ipynb")),
        is_raw=verb == "raw" if is_raw is None else is_raw,
    )


def _is_gitlab(parts: SplitResult) -> bool:
    return parts.netloc.lower().startswith("gitlab.")


#: Which hosts a form is of, and how it is read; the first that fits counts.
_FORGES: tuple[tuple[Callable[[SplitResult], bool], Callable[[SplitResult], Page | None]], ...] = (
    (lambda parts: parts.netloc.lower() == "raw.githubusercontent.com", _github_raw),
    (lambda parts: parts.netloc.lower() == "bitbucket.org", _bitbucket),
    (lambda parts: parts.netloc.lower().removeprefix("www.").startswith("github."), _github),
    (lambda parts: True, _gitlab),
    (lambda parts: True, _gitea),
)
