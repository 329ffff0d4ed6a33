"""What an address says by itself: a notebook or a repository. Nobody is asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ...errors import InvalidInput
from ...web.forges import notebook_source, repository_source
from ...web.guarded.addresses import target_of
from ...web.guarded.rules import GuardRules
from ...web.shown import shown_url

__all__ = ["Address", "address_of"]


@dataclass(frozen=True, slots=True)
class Address:
    """An address that a person gave.

    Args:
        kind: ``unknown``: only what comes will say it.
        public: Without what may be a secret in it, for a badge.
    """

    kind: Literal["notebook", "repository", "unknown"]
    public: str


def address_of(url: str, rules: GuardRules) -> Address:
    """What *url* says by itself; nobody is asked.

    Raises:
        InvalidInput: empty, too long, or it can be neither.
        ForbiddenAddress: one that is never fetched from here.
    """
    given = url.strip()
    if not given:
        raise InvalidInput(
            "Give the address of a notebook or repository.",
            next_step="Copy it from your browser, for example from a page of GitHub or GitLab.",
            extra={"field": "url"},
        )
    target_of(given, rules)
    path = urlsplit(given).path.rstrip("/")
    try:
        if path.endswith(".git"):
            return _of_repository(given)
        source = notebook_source(given)
    except InvalidInput:
        return _of_repository(given)
    return Address("notebook" if source.repo or path.endswith(".ipynb") else "unknown", source.page_url)


def _of_repository(url: str) -> Address:
    repository_source(url)
    return Address("repository", shown_url(url))
