"""One service for this folder, with links switched on; tests with other settings make their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from openbis_nb.sandbox import Sandbox
from tests.integration.service_library.api import api_openbis

from .site import LinkSite, link_site

__all__ = ["api_openbis"]


@pytest.fixture(scope="session")
def linked(api_openbis: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinkSite]:
    """Nobody here asks too often: addresses are told by a header, as a proxy does."""
    with link_site(
        tmp_path_factory.mktemp("links"),
        api_openbis,
        public_links="on",
        link_views="100000",
        link_misses="100000",
        lab_name="The Growth Lab",
    ) as site:
        yield site
