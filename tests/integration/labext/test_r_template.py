"""The template for R in a real R kernel of a person's own server, at a hub and without one (U-25, O-16)."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from openbis_nb import credentials
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import Sandbox
from tests.browser.lab import at
from tests.integration.notebook.front_end import JupyterServer, opened

from .servers import BIN, PersonsServer
from .stand_in import StandIn

SCREENING = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"
#: Jupyter is started by its whole path: nothing of ours is on the PATH.
STRANGE_PATH = os.pathsep.join(
    folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "openbis-nb").exists()
)


def make(server: PersonsServer, openbis: Mapping[str, str]) -> Path:
    """A notebook of the template, as `openbis-nb new` makes it."""
    words = ("new", "--owner", SCREENING, "--template", "analysis-r", "--name", "R", "--output", server.root)
    done = subprocess.run(
        [BIN / "openbis-nb", *words],
        env={"PATH": STRANGE_PATH, "HOME": str(server.home)} | dict(openbis),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return server.root / "R.ipynb"


@pytest.mark.parametrize("where", ["at a hub", "alone"])
async def test_its_cells_attach_and_save(
    where: str, hub: StandIn, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """U-25, D12: the command is found, and does not write into the file that somebody has open."""
    openbis = {"OPENBIS_URL": openbis_sandbox.url, "OPENBIS_NB_CA_BUNDLE": str(openbis_sandbox.ca_bundle)}
    of_hub = hub.env if where == "at a hub" else {}
    server = PersonsServer(tmp_path, of_hub | openbis | {"PATH": STRANGE_PATH})
    try:
        credentials.store_token(openbis_sandbox.url, server.state, Secret(openbis_sandbox.token("alice")))
        file = make(server, openbis)
        if where == "at a hub":
            credentials.forget_token(openbis_sandbox.url, server.state)
        jupyter = JupyterServer(server.wait_until_ready().url.rstrip("/"), server.token, server.root)
        async with opened(jupyter, file, kernel_name="ir") as lab:
            *cells, last = [cell for cell in lab.notebook.cells if cell.cell_type == "code"]
            shown = [await lab.run(cell) for cell in cells]
            assert [answer.status for answer in shown] == ["ok"] * len(cells), shown[-1].text
            assert "dose_response.csv" in shown[1].text
            await lab.save()
            on_disk = file.read_bytes()
            saved = await lab.run(last)
            assert saved.status == "ok", saved.text
            assert file.read_bytes() == on_disk
    finally:
        server.stop()
    witness = at(openbis_sandbox, "alice")
    [made] = witness.get_experiment(SCREENING).get_datasets(type="ANALYSIS_NOTEBOOK")
    inputs = json.loads(on_disk)["metadata"]["openbis"]["inputs"]
    assert witness.get_dataset(made.permId).parents == inputs
    assert made.permId in saved.text
