"""From a page of an unmodified ELN into the open notebook: a real Chromium, a real hub (contract 8.4 ff.)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.hub.running import Hub
from tests.unit.notebooks.eln import GUID, Asked, generated, worked_on
from tests.waiting import until

from .eln_page import Eln
from .lab import SHOWN, at, opened
from .test_hub_log_in import context

pytestmark = pytest.mark.browser
__all__ = ["context"]

FRESH = "9b1dbe0c-6a5f-4f0e-8c39-7a1f00c0ffee"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"), sandbox, "c.JupyterHub.log_level = 10")
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


def eln(context: BrowserContext, hub: Hub, user: str = "alice") -> Eln:
    return Eln(context, hub, user, hub.sandbox.token(user))


def raw_data(hub: Hub) -> list[str]:
    found = at(hub.sandbox).get_datasets(experiment=DEMO_EXPERIMENT, type="RAW_DATA")
    return sorted(map(str, found.df["permId"]))


def home(hub: Hub, hub_name: str) -> Path:
    return hub.folder / "homes" / hub_name


def test_a_new_notebook_with_the_server_down(context: BrowserContext, hub: Hub) -> None:
    """O-31, O-92, O-94, U-01, U-03: from the ELN's button into a notebook of ours that is ready to run."""
    person = eln(context, hub)
    notebook = generated(Asked(owner=DEMO_EXPERIMENT, inputs=raw_data(hub)[:2]))
    visited: list[str] = []
    context.on("request", lambda request: visited.append(request.url))
    tab = person.accept(person.page(notebook, "growth & co/Übung 1", "Growth curves 50%"))
    opened(tab, "growth & co/Übung 1/Growth curves 50%.ipynb")
    expect(tab.locator(f"{SHOWN} h1").first).to_contain_text("Growth curves 50%")
    written = json.loads((home(hub, "alice") / "growth & co/Übung 1/Growth curves 50%.ipynb").read_text())
    assert written["metadata"]["openbis"]["notebook_id"] == GUID
    assert written["metadata"]["openbis"]["inputs"] == raw_data(hub)[:2]
    assert "token" not in tab.url
    # The token travels where the ELN sends it, to the hub and the service, and nowhere else.
    with_token = {urlsplit(url).path for url in visited if person.token in url}
    assert with_token == {"/services/openbis/eln", "/hub/login"}
    assert person.token not in hub.log


def store(hub: Hub, folder: Path, notebook: dict[str, Any], parents: list[str]) -> str:
    """Stored as the last cells of the ELN's notebook do."""
    file = folder / "Growth.ipynb"
    file.write_text(json.dumps(notebook))
    data_set = at(hub.sandbox, "alice").new_dataset(
        type="ANALYSIS_NOTEBOOK", experiment=DEMO_EXPERIMENT, parents=parents, files=[str(file)],
        props={"$name": "Growth", "$history_id": GUID},
    )  # fmt: skip
    data_set.save()
    return str(data_set.permId)


def test_a_copy_of_a_stored_notebook_runs_to_its_end(
    context: BrowserContext, hub: Hub, tmp_path: Path
) -> None:
    """O-27, O-28, O-32, O-92: a file of that name is there already, so the copy is called otherwise, and its
    own cells say so; plain ``Openbis()`` has the session; what they save keeps the inputs."""
    inputs = raw_data(hub)[:1]
    witness = at(hub.sandbox)
    experiment = f"get_experiment('{witness.get_experiment(DEMO_EXPERIMENT).permId}')"
    stored = worked_on(generated(Asked(owner=DEMO_EXPERIMENT, inputs=inputs, data_owner=experiment)))
    # What nobody runs: the cell for a token by hand.
    stored["cells"] = [cell for cell in stored["cells"] if "set_token" not in "".join(cell["source"])]
    version = store(hub, tmp_path, stored, inputs)
    older = home(hub, "alice") / "copies" / "My copy.ipynb"
    older.parent.mkdir(parents=True, exist_ok=True)
    older.write_text("older")
    person = eln(context, hub)
    tab = person.accept(person.page(stored, "copies", "My copy", copied=version, keep=False, guid=FRESH))
    opened(tab, "copies/My copy 2.ipynb")
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_text("Run All Cells", exact=True).click()

    def saved() -> Any:
        found = witness.get_datasets(type="ANALYSIS_NOTEBOOK", where={"$history_id": FRESH}).df
        return list(map(str, found["permId"]))

    try:
        [perm_id] = until(saved, "the cells of the ELN save")
    except AssertionError as error:
        raise AssertionError(
            f"{error}: {tab.locator(f'{SHOWN} .jp-RenderedText').all_inner_texts()}"
        ) from None
    data_set = witness.get_dataset(perm_id)
    assert sorted(data_set.parents) == sorted([*inputs, version])
    assert [name for name in data_set.file_list if name.endswith("/My copy 2.ipynb")]
    assert older.read_text() == "older"


def test_somebody_with_capitals_and_dashes(context: BrowserContext, hub: Hub) -> None:
    """O-61, O-94, U-18, U-19: the ELN writes the id as openBIS does, the hub's name is another."""
    person = eln(context, hub, "Eve.O-Neill")
    tab = person.accept(
        person.page(
            generated(Asked(owner="/BIOLAB/GROWTH/PLATE_1", owner_kind="object", inputs=())),
            "my work",
            "A first look",
        )
    )
    opened(tab, "my work/A first look.ipynb")
    assert "/user/-45ve-2e-4f-2d-4eeill/lab/tree/" in tab.url
    assert (home(hub, "-45ve-2e-4f-2d-4eeill") / "my work/A first look.ipynb").is_file()


@pytest.mark.parametrize(
    ("folder", "token", "said"),
    [
        ("../bob", "", "cannot be a folder"),
        ("a #1", "", "Names with # cannot be sent"),
        ("a", "alice-261121093000123x0123456789ABCDEF0123456789ABCDEF", "session"),
    ],
)
def test_what_the_eln_shows_when_it_fails(
    context: BrowserContext, hub: Hub, folder: str, token: str, said: str
) -> None:
    """O-51: the ELN's alert shows the sentence and what to do, and no token."""
    person = Eln(context, hub, "alice", token or hub.sandbox.token("alice"))
    page = person.page(generated(), folder, "x")
    with page.expect_event("dialog") as shown:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.click("#accept")
    assert said in shown.value.message
    assert person.token not in shown.value.message


def test_a_page_elsewhere_gets_no_answer(context: BrowserContext, hub: Hub) -> None:
    """O-52: even with a session in its hands."""
    page = context.new_page()
    page.route(
        "http://evil.example/", lambda route: route.fulfill(body="<title>x</title>", content_type="text/html")
    )
    page.goto("http://evil.example/")
    address = f"{hub.url}/services/openbis/eln?token={hub.sandbox.token('alice')}"
    address += "&folder=a&filename=b.ipynb&test=True"
    asked = (
        "address => fetch(address, {method: 'POST', body: 'TEST'}).then(a => a.status).catch(e => String(e))"
    )
    assert re.search("TypeError", str(page.evaluate(asked, address)))
