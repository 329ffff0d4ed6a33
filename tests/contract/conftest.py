"""pybis as the witness: unmodified, over HTTPS, with the server's certificate verified.

``bench`` is a place to work on: an experiment of its own in a sandbox of each API version that pybis treats
differently (contract 2.8), and in a real openBIS where one is named by ``OPENBIS_NB_TEST_URL``, ``…_USER``,
``…_PASSWORD``, ``…_PROJECT`` (and ``…_CA_BUNDLE``, where its certificate needs one).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pybis
import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox

VERSIONS = ("3.5", "3.6", "3.7")
REAL = "real"
_SETTINGS = "OPENBIS_NB_TEST_"


@pytest.fixture(scope="session")
def sandbox_of() -> Iterator[Callable[[str], Sandbox]]:
    """One sandbox of each API version, started when it is first asked for."""
    with ExitStack() as stack:
        yield cache(lambda version: stack.enter_context(running_sandbox(api_version=version)))


@pytest.fixture(params=VERSIONS)
def versioned_sandbox(request: pytest.FixtureRequest, sandbox_of: Callable[[str], Sandbox]) -> Sandbox:
    """A fresh sandbox of each API version."""
    sandbox = sandbox_of(request.param)
    sandbox.reset()
    return sandbox


def connect(sandbox: Sandbox, user: str = "alice") -> pybis.Openbis:
    """Log in as the person would."""
    openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
    openbis.login(user, sandbox.users[user])
    return openbis


@pytest.fixture
def alice(versioned_sandbox: Sandbox) -> pybis.Openbis:
    """A power user, logged in to each version."""
    return connect(versioned_sandbox)


@dataclass
class Bench:
    """A logged-in pybis and an experiment that belongs to the test alone."""

    openbis: pybis.Openbis
    experiment: str

    @cached_property
    def api(self) -> str:
        """The version that the server reports, e.g. ``3.6``."""
        return str(self.openbis.get_server_information().api_version)

    @cached_property
    def internal(self) -> str:
        """How the server spells internal properties: ``$`` before the name, or nothing."""
        assignments = self.openbis.get_dataset_type("ANALYSIS_NOTEBOOK").get_property_assignments()
        return "$" if "$NAME" in set(assignments.df["code"]) else ""

    def new(self, **settings: Any) -> pybis.dataset.DataSet:
        """A data set of the experiment, read back after it was saved."""
        given = {"type": "ANALYSIS_NOTEBOOK", "props": {f"{self.internal}name": "N1"}}
        if "sample" not in settings:
            given["experiment"] = self.experiment
        made = self.openbis.new_dataset(**given | settings)
        made.save()
        return self.openbis.get_dataset(made.permId)


@pytest.fixture(params=[*VERSIONS, pytest.param(REAL, marks=pytest.mark.real_openbis)])
def bench(request: pytest.FixtureRequest, sandbox_of: Callable[[str], Sandbox]) -> Iterator[Bench]:
    """A place to work on; what was made there is in the trash afterwards."""
    if request.param == REAL:
        openbis, project = _real_openbis(), os.environ[_SETTINGS + "PROJECT"]
    else:
        openbis, project = connect(sandbox_of(request.param)), "/BIOLAB/GROWTH"
    code = f"CONTRACT_{uuid.uuid4().hex[:12].upper()}"
    experiment = openbis.new_experiment(code=code, type="COLLECTION", project=project)
    experiment.save()
    yield Bench(openbis, f"{project}/{code}")
    experiment.delete("contract test")


def _real_openbis() -> pybis.Openbis:
    ca_bundle = os.environ.get(_SETTINGS + "CA_BUNDLE")
    openbis = pybis.Openbis(os.environ[_SETTINGS + "URL"], verify_certificates=ca_bundle or True)
    openbis.login(os.environ[_SETTINGS + "USER"], os.environ[_SETTINGS + "PASSWORD"])
    return openbis
