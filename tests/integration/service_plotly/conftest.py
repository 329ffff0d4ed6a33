"""The v2 API: a service at a real sandbox, with Plotly's clients around it, for all tests of a session."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pybis
import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import RunningService, running

from .client import PlotlyClient

PROJECT = "/BIOLAB/GROWTH"
#: Where the tests upload to, unless they say otherwise.
PLACE = f"{PROJECT}/V2"
#: Only alice has one.
HOMES = f"{PROJECT}/HOME_{{user}}"


@pytest.fixture(scope="session")
def openbis() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        admin = at_openbis(sandbox, "admin")
        for code in ("V2", "V2_OTHER", "HOME_ALICE"):
            admin.new_experiment(code=code, type="DEFAULT_EXPERIMENT", project=PROJECT).save()
        yield sandbox


@pytest.fixture(scope="session")
def hub(openbis: Sandbox) -> Iterator[FakeHub]:
    hub = FakeHub(openbis.url)
    try:
        yield hub
    finally:
        hub.stop()


@pytest.fixture(scope="session")
def service(
    openbis: Sandbox, hub: FakeHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("service_v2")
    limits = {"reads_per_minute": "10000", "writes_per_minute": "10000", "max_body": "400K"}
    with running(folder, hub, openbis, openbis_timeout="10", default_owner=HOMES, **limits) as service:
        yield service


@pytest.fixture(autouse=True)
def no_faults(openbis: Sandbox) -> Iterator[None]:
    yield
    openbis.faults.clear()


Who = Callable[[str], PlotlyClient]


@pytest.fixture
def who(service: RunningService, openbis: Sandbox) -> Who:
    """A client of somebody, who logs in with a session of openBIS as the key."""
    return lambda user: PlotlyClient(base(service), user, openbis.token(user))


@pytest.fixture
def alice(who: Who) -> PlotlyClient:
    """A power user of the space."""
    return who("alice")


@pytest.fixture
def ursula(who: Who) -> PlotlyClient:
    """A user: may add, but neither move nor trash."""
    return who("ursula")


@pytest.fixture
def olga(who: Who) -> PlotlyClient:
    """An observer."""
    return who("olga")


@pytest.fixture
def bob(who: Who) -> PlotlyClient:
    """Of another space: sees nothing of it."""
    return who("bob")


@pytest.fixture
def admin(who: Who) -> PlotlyClient:
    return who("admin")


_number = itertools.count(1)


@pytest.fixture
def name() -> str:
    """A file name that no other test uses."""
    return f"Notebook {next(_number)}.ipynb"


def base(service: RunningService) -> str:
    return f"{service.url}v2/jupyter-notebooks"


def at_openbis(sandbox: Sandbox, user: str) -> pybis.Openbis:
    """Somebody at openBIS itself, with nothing of ours."""
    openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
    openbis.login(user, sandbox.users[user])
    return openbis


def versions_of(sandbox: Sandbox, name: str) -> list[str]:
    """PermIds of the data sets of that name, as pybis finds them."""
    found = at_openbis(sandbox, "admin").get_datasets(type="ANALYSIS_NOTEBOOK", where={"$NAME": name})
    return sorted(str(perm_id) for perm_id in found.df["permId"])
