"""One Chromium, one sandbox and one server of alice's own for a worker's stories."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.browser.lab import chromium
from tests.browser.lab_site import LabSite, running_lab


@pytest.fixture(scope="package")
def _sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def _site(_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSite]:
    with running_lab(_sandbox, tmp_path_factory.mktemp("lab")) as site:
        yield site


@pytest.fixture
def lab_site(_site: LabSite) -> Iterator[LabSite]:
    """The server, with a live session of alice, and nothing of the story before, even where that failed."""
    _site.log_in()
    shutil.rmtree(_site.workspaces, ignore_errors=True)
    yield _site
    _site.quiet_again()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
