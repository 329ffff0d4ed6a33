"""What is at an address: a notebook, which is fetched, or a repository, whose branches its host names.

Nothing goes along with the request: no cookie, no token, no name of the person (``web.guarded``). A page with
an address in it, as a badge opens it, asks nobody: only a person who says so on a page of ours makes the
service look, so no stranger's link makes it fetch anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from ...errors import InvalidNotebook, NothingSuitable, OpenbisNbError
from ...identifiers import safe_file_name
from ...models import WebOrigin
from ...web import git_refs
from ...web.forges import RepositorySource, repository_source
from ...web.git_refs import Refs
from ...web.guarded.rules import GuardRules
from ...workflows.importing.address import address_of
from ...workflows.importing.notebook import ForeignNotebook, look_at
from .keeper import Found

__all__ = ["look", "origin_of"]

#: Branches, and tags, that are listed; another one can be typed.
_MOST_NAMES = 500
_PRIVATE = (
    "Its host shows no repository here to somebody without a log-in. If it is a private one, your own server "
    "fetches it with the credential that you keep there."
)


async def look(url: str, ref: str | None, rules: GuardRules) -> Found:
    """What is at *url*.

    Args:
        url: As a person gave it.
        ref: Another branch, tag or commit than the one in the address.
        rules: What may be fetched.

    Raises:
        InvalidInput: empty, or no address.
        OpenbisNbError: what ``look_at`` raises; of what may be both, that of the notebook.
    """
    kind = address_of(url, rules).kind
    if kind == "repository":
        return await _repository(url, ref, rules)
    try:
        return _notebook(await look_at(url, rules, ref=ref))
    except (InvalidNotebook, NothingSuitable) as error:
        if kind == "notebook":
            raise
        try:
            return await _repository(url, ref, rules, public_only=True)
        except OpenbisNbError:
            raise error from None


def origin_of(facts: Mapping[str, Any]) -> WebOrigin:
    """What a notebook remembers of where it comes from (row 80), from what was kept of it."""
    return WebOrigin(**facts["notebook"]["origin"])


def _notebook(foreign: ForeignNotebook) -> Found:
    source = foreign.source
    facts = {
        "url": foreign.url,
        "source": _source(source.host, source.repo, source.ref, source.path),
        "contacted": _hosts(source.raw_url, source.clone_url if foreign.commit else None),
        "warnings": list(foreign.warnings),
        "notebook": {
            "commit": foreign.commit or "",
            "sha256": foreign.sha256,
            "size": foreign.size,
            "name": foreign.name,
            "kernel": foreign.kernel,
            "language": foreign.language,
            "cells": foreign.cells,
            "outputs": foreign.outputs,
            "http": foreign.http,
            "origin": asdict(foreign.origin),
        },
        "repository": None,
    }
    return Found("notebook", facts, foreign.notebook)


async def _repository(url: str, ref: str | None, rules: GuardRules, *, public_only: bool = False) -> Found:
    source = repository_source(url, ref=ref)
    warnings: list[str] = []
    try:
        known = await git_refs.refs(source.clone_url, rules)
    except NothingSuitable:
        if public_only:
            raise
        known, warnings = Refs("", "", {}, {}), [_PRIVATE]
    chosen, path = _chosen(source, known, is_fixed=ref is not None)
    commit = known.resolve(chosen)
    if chosen and known.branches and commit is None:
        warnings.append(f"The repository names no branch or tag {chosen!r}; it may be a commit.")
    facts = {
        "url": source.clone_url,
        "source": _source(urlsplit(source.clone_url).netloc, _repo(source), chosen, path),
        "contacted": _hosts(source.clone_url),
        "warnings": warnings,
        "notebook": None,
        "repository": {
            "clone_url": source.clone_url,
            "name": safe_file_name(source.name, fallback="repository"),
            "default_branch": known.default_branch,
            "branches": _names(known.branches, known.default_branch),
            "tags": _names(known.tags),
            "more": max(len(known.branches), len(known.tags)) > _MOST_NAMES,
            "commits": {**_few(known.tags), **_few(known.branches, known.default_branch)},
            "ref": chosen or known.default_branch,
            "commit": commit or "",
            "path": path,
        },
    }
    return Found("repository", facts)


def _chosen(source: RepositorySource, known: Refs, *, is_fixed: bool) -> tuple[str | None, str]:
    """Ref and path of the address. A branch may hold slashes: only the host knows where the path begins."""
    path = source.path or ""
    if source.ref is None or is_fixed:
        return source.ref, path
    return known.split(f"{source.ref}/{path}".rstrip("/")) or (source.ref, path)


def _names(names: Iterable[str], first: str = "") -> list[str]:
    """At most so many, with *first* before all others."""
    ordered = sorted(names, key=lambda name: (name != first, name))
    return ordered[:_MOST_NAMES]


def _few(commits: Mapping[str, str], first: str = "") -> dict[str, str]:
    return {name: commits[name] for name in _names(commits, first)}


def _repo(source: RepositorySource) -> str:
    return urlsplit(source.clone_url).path.strip("/").removesuffix(".git")


def _source(host: str, repo: str, ref: str | None, path: str) -> dict[str, str]:
    return {"host": host, "repository": repo, "ref": ref or "", "path": path}


def _hosts(*urls: str | None) -> list[str]:
    """Whom looking has asked, each once."""
    return list(dict.fromkeys(urlsplit(url).netloc for url in urls if url))
