"""One Chromium, one sandbox and one server of alice's own for a worker's stories."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.browser.lab import at, chromium
from tests.browser.lab_site import LabSite, running_lab
from tests.git_host import GitHost, running_git_host


def report_type(sandbox: Sandbox) -> None:
    """A data-set type with a mandatory term of a vocabulary, a date, a number and more."""
    openbis = at(sandbox)
    terms = [{"code": "LB", "label": "LB broth"}, {"code": "M9", "label": "M9 minimal"}]
    openbis.new_vocabulary(code="MEDIA", description="Media", terms=terms).save()
    medium = {"code": "MEDIUM", "label": "Medium", "description": "What the cells grew in"}
    openbis.new_property_type(**medium, dataType="CONTROLLEDVOCABULARY", vocabulary="MEDIA").save()
    for code, label, kind in (
        ("MEASURED_ON", "Measured on", "DATE"),
        ("PLATES", "Plates", "INTEGER"),
        ("REVIEWED", "Reviewed", "BOOLEAN"),
    ):
        openbis.new_property_type(code=code, label=label, description=label, dataType=kind).save()
    report = openbis.new_dataset_type(code="REPORT", description="Reports of analyses")
    report.save()
    for code in ("$NAME", "$HISTORY_ID", "MEDIUM", "MEASURED_ON", "PLATES", "REVIEWED"):
        report.assign_property(code, mandatory=code == "MEDIUM")


@pytest.fixture(scope="package")
def _sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        report_type(sandbox)  # before the server asks for types the first time, which it remembers
        yield sandbox


@pytest.fixture(scope="package")
def git_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHost]:
    """A host of notebooks and repositories that the server may ask."""
    with running_git_host(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture(scope="package")
def _site(
    _sandbox: Sandbox, git_host: GitHost, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LabSite]:
    assert _sandbox.ca_bundle is not None
    both = git_host.folder / "both.pem"
    both.write_bytes(_sandbox.ca_bundle.read_bytes() + git_host.ca.read_bytes())
    imports = {"OPENBIS_NB_CA_BUNDLE": str(both), "OPENBIS_NB_IMPORT_HOSTS": git_host.name}
    with running_lab(_sandbox, tmp_path_factory.mktemp("lab"), **imports) as site:
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
