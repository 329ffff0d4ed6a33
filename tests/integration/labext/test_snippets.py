"""Inserted code runs in real kernels and gives the data (U-25); what it reads is an input (D10)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pandas
import pytest
from PIL import Image

from openbis_nb.notebooks.snippet_source import Source
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.browser.lab import at
from tests.integration.notebook.front_end import FrontEnd, JupyterServer, opened

from .kernels import BARE, make_bare_python, modules_of, offer_bare_kernel
from .servers import PersonsServer
from .stand_in import StandIn
from .test_api import Api, notebook

TABLE = pandas.DataFrame({"strain": ["a", "b"], "od": [0.5, 1.25]})
VALUES = {"strain": ["a", "b"], "od": [0.5, 1.25]}
HOSTILE = 'it\'s "a" $(b) `c` {d} %e #f [g]*?.csv'


def _workbook() -> bytes:
    made = io.BytesIO()
    TABLE.to_excel(made, index=False)
    return made.getvalue()


def _picture(form: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(made, form)
    return made.getvalue()


FILES = {
    "od.csv": TABLE.to_csv(index=False).encode(),
    "od_de.csv": TABLE.to_csv(index=False, sep=";", decimal=",").encode(),
    "od.tsv": TABLE.to_csv(index=False, sep="\t").encode(),
    "od.txt": TABLE.to_csv(index=False, sep="|").encode(),
    "Größe 1.csv": TABLE.to_csv(index=False).encode(),
    HOSTILE: TABLE.to_csv(index=False).encode(),
    "od.xlsx": _workbook(),
    "run.json": json.dumps({"temperature": 37}).encode(),
    "plate.png": _picture("PNG"),
    "plate.tif": _picture("TIFF"),
    "plate.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>',
    "reads.bin": bytes(range(256)),
}

FRAMES = [name for name in FILES if Source("", name).kind == "text table"]
#: What the cell gives: file → an expression of its variable, and the value.
PYTHON: dict[str, tuple[str, Any]] = {
    **dict.fromkeys([*FRAMES, "od.xlsx"], ("{0}.to_dict('list')", VALUES)),
    "run.json": ("{0}", {"temperature": 37}),
    "plate.png": ("{0}.size", (3, 2)),
    "plate.tif": ("{0}.getpixel((0, 0))", (255, 0, 0)),
    "plate.svg": ("'<svg' in {0}.data", True),
    "reads.bin": ("list({0}) == list(range(256))", True),
}
#: In a Python that has neither our package nor pandas nor Pillow; what it cannot read names what to install.
BARE_PYTHON: dict[str, tuple[str, Any]] = {
    **dict.fromkeys(FRAMES, ("[[float(row['od'].replace(',', '.')) for row in {0}]]", [[0.5, 1.25]])),
    "run.json": ("{0}", {"temperature": 37}),
    "plate.png": ("len({0}.data) > 50", True),
    "plate.svg": ("'<svg' in {0}.data", True),
    "reads.bin": ("list({0}) == list(range(256))", True),
}
R: dict[str, tuple[str, Any]] = {
    **dict.fromkeys(FRAMES, ("c(sum({0}$od), nrow({0}))", "[1] 1.75 2.00")),
    "run.json": ("{0}$temperature", "[1] 37"),
    "plate.png": ("1", "[1] 1"),
    "plate.svg": ("1", "[1] 1"),
    "reads.bin": ("identical(as.integer({0}), 0:255)", "[1] TRUE"),
}
Opened = Callable[[str], AbstractAsyncContextManager[FrontEnd]]


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bare_python(tmp_path_factory.mktemp("bare"))


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


@pytest.fixture
async def data_set(hub: StandIn, openbis_sandbox: Sandbox) -> str:
    """The permId of a data set with :data:`FILES`."""
    async with OpenBIS(Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)) as alice:
        await alice.login("alice", openbis_sandbox.users["alice"])
        owner = await alice.entity(DEMO_EXPERIMENT)
        return await create_data_set(alice, NewDataSet(type_code="RAW_DATA", owner=owner, files=FILES))


@pytest.fixture
def lab(server: PersonsServer, api: Api) -> Opened:
    """A new notebook of the person's own, open with a kernel."""
    jupyter = JupyterServer(server.url.rstrip("/"), server.token, server.root)
    return lambda kernel: opened(jupyter, server.root / notebook(server), kernel_name=kernel)


def snippet(api: Api, kernel: FrontEnd, data_set: str, file: str, **more: Any) -> str:
    """The code for a file of that name."""
    body = {
        "path": kernel.path.name,
        "perm_id": data_set,
        "file": f"original/default/{file}" if file else None,
    }
    said = api.post("snippet", body | more)
    assert said.status_code == 200, said.text
    return str(said.json()["result"]["text"])


async def test_in_a_python_kernel_with_our_package(
    lab: Opened, api: Api, data_set: str, openbis_sandbox: Sandbox
) -> None:
    """D10: nothing is fetched before the cell runs, and what it reads becomes a parent."""
    async with lab("python3") as kernel:
        modules = await modules_of(kernel)
        assert "openbis_nb" in modules
        connected = False
        for file, (expression, value) in PYTHON.items():
            code = snippet(
                api, kernel, data_set, file, language="python", modules=modules, connected=connected
            )
            assert ("notebook()" in code) is not connected
            ran = await kernel.run(code)
            assert ran.status == "ok", f"{file}: {code}\n{ran.text}"
            shown = await kernel.quietly(f"print(repr({expression.format(Source('', file).variable)}))")
            assert shown.text.strip() == repr(value), file
            connected = True
        everything = snippet(api, kernel, data_set, "", language="python", modules=modules, connected=True)
        listed = await kernel.run(everything)
        assert "original/default/od.csv of" in listed.text
        await kernel.save()
        saved = api.post("save", {"path": kernel.path.name, "owner": DEMO_EXPERIMENT})
        assert saved.json()["result"]["parents"] == [data_set], saved.text


@pytest.mark.parametrize(
    ("kernel_name", "language", "expected", "shown"),
    [(BARE, "python", BARE_PYTHON, "print(repr({}))"), ("ir", "R", R, "print({})")],
)
async def test_in_kernels_without_our_package(
    kernel_name: str,
    language: str,
    expected: dict[str, tuple[str, Any]],
    shown: str,
    bare_python: Path,
    lab: Opened,
    api: Api,
    data_set: str,
    server: PersonsServer,
    openbis_sandbox: Sandbox,
) -> None:
    """U-25, D10: a real R and a real Python of its own read the copy, and save through the routes."""
    offer_bare_kernel(server.home, bare_python)
    async with lab(kernel_name) as kernel:
        modules = await modules_of(kernel) if language == "python" else None
        for file, (expression, value) in expected.items():
            code = snippet(api, kernel, data_set, file, language=language, modules=modules)
            assert ("# %pip install openbis-nb" in code) is (language == "python")
            ran = await kernel.run(code)
            assert ran.status == "ok", f"{file}: {code}\n{ran.text}"
            said = await kernel.run(shown.format(expression.format(Source("", file).variable)))
            assert said.text.strip() == (value if isinstance(value, str) else repr(value)), file
        listed = await kernel.run(snippet(api, kernel, data_set, "", language=language, modules=modules))
        assert "od_de.csv" in listed.text
        await kernel.save()
        saved = api.post("save", {"path": kernel.path.name, "owner": DEMO_EXPERIMENT}).json()["result"]
    assert at(openbis_sandbox, "alice").get_dataset(saved["perm_id"]).parents == [data_set]


def test_what_cannot_be_inserted_says_why(api: Api, server: PersonsServer, openbis_sandbox: Sandbox) -> None:
    path = notebook(server)

    def ask(**body: Any) -> tuple[int, str]:
        said = api.post("snippet", {"path": path} | body).json()
        return int(said["status"]), str(said["code"])

    assert ask() == (400, "invalid-input")
    assert ask(perm_id="20000101000000000-1", language="python") == (409, "data-not-available")
    assert ask(perm_id="../x", language="r") == (409, "data-not-available")
    assert ask(perm_id="x", modules="openbis_nb") == (400, "invalid-input")
    assert ask(perm_id="x", path="../x.ipynb")[0] == 400
