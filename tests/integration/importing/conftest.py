"""A host of repositories with a certificate of its own, and an account that may fetch from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.web.guarded.rules import GuardRules
from openbis_nb.workflows.importing.git_host import Credential
from openbis_nb.workflows.importing.repositories import Repositories
from openbis_nb.workflows.importing.repository_book import Book
from tests.git_host import GitHost, running_git_host


@pytest.fixture(scope="package")
def _running_git_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHost]:
    with running_git_host(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture
def host(_running_git_host: GitHost) -> GitHost:
    """The host, well behaved at first."""
    _running_git_host.behave()
    return _running_git_host


@pytest.fixture
def credentials() -> dict[str, Credential]:
    """Host → what the account has for it."""
    return {}


@pytest.fixture
def here(host: GitHost, credentials: dict[str, Credential], tmp_path: Path) -> Repositories:
    """The repositories of one account, none at first."""
    root = tmp_path / "home"
    root.mkdir()
    return Repositories(
        root=root,
        book=Book(tmp_path / "state.sqlite3"),
        rules=GuardRules(allowed_hosts=(host.name,), ca_bundle=host.ca, timeout=20.0),
        credential=credentials.get,
        max_size=2**30,
        patience=60.0,
    )
