"""v2's rendering of a notebook at any address (P-14), by the fetch that imports have."""

from __future__ import annotations

import pytest

from openbis_nb.sandbox import Sandbox
from tests.foreign_host import ForeignHost, notebook
from tests.integration.service.running import RunningService
from tests.integration.service_plotly.client import PlotlyClient, message_of

from .importing import GROWTH


@pytest.fixture
def plotly(service: RunningService, openbis: Sandbox) -> PlotlyClient:
    return PlotlyClient(f"{service.url}v2/jupyter-notebooks", "alice", openbis.token("alice"))


def test_a_notebook_of_another_place_is_rendered(
    plotly: PlotlyClient, host: ForeignHost, service: RunningService
) -> None:
    """P-14: fetched, checked, and shown as inert HTML; nothing of the caller goes to its host, and what may
    be a secret in its address is neither shown nor logged."""
    hostile = notebook("# Growth <script>alert(1)</script>", "print('grown')")
    url = host.put("/models/Growth_curves.ipynb", hostile)
    answer = plotly.get("/external", source=f"{url}?token=hush-hush-hush&v=2")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Growth_curves" in answer.text
    assert "grown" in answer.text
    assert "<script" not in answer.text
    assert f"{url}?v=2" in answer.text
    [(_, path, headers)] = host.asked
    assert path.endswith("token=hush-hush-hush&v=2")
    assert {"Authorization", "Cookie", "Referer"} & set(headers) == set()
    assert "hush-hush-hush" not in answer.text + service.log
    assert plotly.ask("HEAD", "/external", params={"source": url}).status_code == 200


def test_each_failure_has_the_shape_of_this_api(plotly: PlotlyClient, host: ForeignHost) -> None:
    """P-14, P-39: 400 without a source or scheme; 422 for what is no notebook, or never fetched from here."""
    page = host.put("/page", b"<html></html>", kind="text/html")
    other = host.put("/other.json", b'{"a": 1}')
    broken = host.put("/broken", b"oh", status=503)
    for source, status, said in (
        ("", 400, "source is missing"),
        ("example.org/a.ipynb", 400, "with its scheme"),
        ("ftp://example.org/a.ipynb", 400, "with its scheme"),
        ("http://localhost/a.ipynb", 422, "this machine"),
        ("http://169.254.169.254/latest/meta-data/", 422, "credentials"),
        (f"{host.url}/nothing.ipynb", 422, "nothing at this address"),
        (page, 422, "web page"),
        (other, 422, "not a notebook"),
        (broken, 502, "HTTP 503"),
    ):
        answer = plotly.get("/external", **({"source": source} if source else {}))
        assert said in message_of(answer, status), source


def test_it_takes_a_log_in(plotly: PlotlyClient, host: ForeignHost) -> None:
    """P-31: nobody else makes the service fetch anything."""
    message_of(
        plotly.ask("GET", "/external", params={"source": host.put("/a.ipynb", GROWTH)}, auth=None), 401
    )
    assert host.asked == []
