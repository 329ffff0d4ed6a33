"""Limits of the service, rights that change, and a service that dies in the middle."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import RunningService, running
from tests.waiting import until

from .client import PlotlyClient, errors_of, message_of, notebook
from .conftest import PLACE, at_openbis, base, versions_of


@pytest.fixture(scope="module")
def narrow(
    openbis: Sandbox, hub: FakeHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """A service that allows little, and has no default owner."""
    folder = tmp_path_factory.mktemp("narrow_v2")
    with running(folder, hub, openbis, reads_per_minute="5", notebook_limit="10K") as service:
        yield service


def test_who_asks_too_often_is_told_how_long_to_wait(narrow: RunningService, openbis: Sandbox) -> None:
    """P-40: 429 in the shape of all errors (P-39); one person's limit is not another's."""
    olga = PlotlyClient(base(narrow), "olga", openbis.token("olga"))
    answers = [olga.ask("OPTIONS") for _ in range(7)]
    assert [answer.status_code for answer in answers].count(204) == 5
    errors_of(answers[-1], 429)
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert PlotlyClient(base(narrow), "bob", openbis.token("bob")).ask("OPTIONS").status_code == 204


def test_a_notebook_that_takes_too_much_is_refused(
    narrow: RunningService, openbis: Sandbox, name: str
) -> None:
    """N-44: 422, for the first version and for later ones."""
    alice = PlotlyClient(base(narrow), "alice", openbis.token("alice"))
    large = notebook("x" * 11_000)
    assert "one may take" in message_of(alice.upload(large, name, Plotly_Parent_Path=PLACE), 422)
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    assert "a notebook may take here" in message_of(alice.patch(made["fid"], content=large.decode()), 422)
    assert len(versions_of(openbis, name.removesuffix(".ipynb"))) == 1


def test_without_a_default_owner_a_parent_must_be_named(
    narrow: RunningService, openbis: Sandbox, name: str
) -> None:
    """P-11."""
    ursula = PlotlyClient(base(narrow), "ursula", openbis.token("ursula"))
    assert "no default is set" in message_of(ursula.upload(notebook(), name), 422)


def test_an_upload_that_a_dying_service_has_begun_is_one_notebook(
    narrow: RunningService, openbis: Sandbox, name: str
) -> None:
    """P-40: the client meets a closed connection, then a new service, and repeats."""
    alice = PlotlyClient(base(narrow), "alice", openbis.token("alice"))
    headers = {"X-File-Name": name, "Plotly-Parent-Path": PLACE}
    openbis.faults.add("latency", "createUploadedDataSet", seconds=1.0)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(alice.ask, "POST", "/upload", data=notebook("1"), headers=headers)
        until(openbis.faults.struck, "the data set is being registered")
        narrow.stop(signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            first.result()
    until(lambda: versions_of(openbis, name.removesuffix(".ipynb")), "openBIS has stored it")
    narrow.start()
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    [perm_id] = versions_of(openbis, name.removesuffix(".ipynb"))
    assert made["fid"] == f"alice:{perm_id.replace('-', '')}"


def test_a_right_that_is_taken_away_holds_at_once(
    service: RunningService, openbis: Sandbox, alice: PlotlyClient, bob: PlotlyClient, name: str
) -> None:
    """P-02: also for what was rendered before; design D13."""
    fid = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)["fid"]
    paths = [f"/{fid}", f"/{fid}/html", f"/{fid}/content", f"/{fid}/path", f"/lookup?path={PLACE}/{name}"]
    admin = at_openbis(openbis, "admin")
    assert {bob.get(path).status_code for path in paths} == {404}
    admin.assign_role(role="OBSERVER", person="bob", space="BIOLAB")
    try:
        assert {bob.get(path).status_code for path in paths} == {200}
    finally:
        roles = admin.get_role_assignments(person="bob", space="BIOLAB")
        for number in roles.df["techId"]:
            admin.get_role_assignment(number).delete("test")
    assert {bob.get(path).status_code for path in paths} == {404}
