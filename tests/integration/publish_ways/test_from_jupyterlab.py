"""The routes that JupyterLab publishes by, in a person's own server at a real service."""

from __future__ import annotations

import secrets

import nbformat
import pytest
from nbformat import v4

from openbis_nb.sandbox import DEMO_EXPERIMENT
from tests.integration.labext.servers import PersonsServer
from tests.integration.labext.test_api import Api

from .conftest import NUMBER, SECRET, Site


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


def test_what_is_not_saved_is_not_published(api: Api, server: PersonsServer, site: Site) -> None:
    """D-06, D-07, D-10: planned, seen and published with the server's own hub token; no token comes back."""
    assert api.get("publishing").json() == {"available": True, "message": "", "next_step": ""}
    path = f"own-{secrets.token_hex(4)}.ipynb"
    result = v4.new_output("execute_result", data={"text/plain": str(eval(SECRET))}, execution_count=1)
    cell = v4.new_code_cell(SECRET, execution_count=1, outputs=[result])
    nbformat.write(v4.new_notebook(cells=[cell]), server.root / path)
    refused = api.post("publish-plan", {"path": path})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-saved-yet")
    saved = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT, "write_back": True}).json()["result"]

    plan = api.post("publish-plan", {"path": path}).json()
    assert plan["version"]["perm_id"] == saved["perm_id"]
    assert plan["visible_to"]["text"]
    assert plan["may"]["publish"]["allowed"]
    hidden = api.get("publish-preview", version=saved["perm_id"], code="hidden").json()["html"]
    shown = api.get("publish-preview", version=saved["perm_id"], code="shown").json()["html"]
    assert (NUMBER in hidden, str(eval(SECRET)) in hidden, NUMBER in shown) == (False, True, True)

    body = {"path": path, "version": saved["perm_id"], "title": "Rates", "new_dashboard": "Of the panel"}
    done = api.post("publish", body, wait="60")
    assert done.status_code == 200, done.text
    page = done.json()["result"]
    assert page["link"].startswith(f"{site.service.origin}/services/openbis/published/")
    assert [one["title"] for one in page["dashboards"]] == ["Of the panel"]
    assert site.bytes(page["id"]).decode() == hidden
    for answer in (done.text, hidden):
        assert site.env["JUPYTERHUB_API_TOKEN"] not in answer


@pytest.mark.parametrize(
    "body",
    [
        {"version": "../../etc", "code": "hidden"},
        {"version": "20200101000000000-1", "code": "folded"},
        {"version": "20200101000000000-1", "follow": "somebody"},
        {"version": "20200101000000000-1", "ends_at": "tomorrow"},
        {"version": "20200101000000000-1", "what": "else"},
        {},
    ],
)
def test_what_cannot_be_is_refused(api: Api, body: dict[str, str]) -> None:
    answer = api.post("publish", body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["next_step"]
