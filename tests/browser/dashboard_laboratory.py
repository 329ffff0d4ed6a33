"""A laboratory whose results are worth a dashboard: two notebooks with a curve, a table and numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
from playwright.sync_api import Browser, BrowserContext

from openbis_nb.sandbox import DEMO_EXPERIMENT, running_sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import PREFIX, Client, RunningService, running

__all__ = ["PROJECT", "Site", "running_laboratory"]

PROJECT = "/BIOLAB/GROWTH"
TITRATION = "/CHEMLAB/SYNTHESIS/TITRATION_1"
_COLOURS = ("#02649f", "#b45309", "#14602f")
_STRAINS = ("BY4741", "W303", "S288C")


@dataclass
class Site:
    """A service with three published pages; ``chemistry`` is of a space that few see."""

    service: RunningService
    growth: dict[str, Any]
    rates: dict[str, Any]
    chemistry: dict[str, Any]
    _people: dict[str, Client] = field(default_factory=dict)

    def person(self, user: str) -> Client:
        """Somebody whose name at the hub is that in openBIS, as pictures show it."""
        if user not in self._people:
            session, server = self.service.sandbox.token(user), {"ready": True, "pending": None}
            token = self.service.hub.person(user, user_id=user, session=session, server=server)
            self._people[user] = self.service.by(token)
        return self._people[user]

    def window(self, browser: Browser, user: str, **options: Any) -> BrowserContext:
        """A browser in which somebody is logged in."""
        coming = self.service.browser()
        answer = coming.log_in(self.person(user).token, PREFIX + "dashboards")
        assert answer.status_code == 200, answer.text
        options = {"viewport": {"width": 1360, "height": 900}, "locale": "en-GB"} | options
        context = browser.new_context(**options)
        context.add_cookies(
            [
                {"name": one.name, "value": one.value or "", "domain": "127.0.0.1", "path": one.path}
                for one in coming.session.cookies
            ]
        )
        context.set_default_timeout(30_000)
        return context

    def dashboard(self, user: str, name: str, tiles: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """A new dashboard of the project."""
        body = {"name": name, "stored_in": PROJECT, "tiles": list(tiles)}
        answer = self.person(user).post("dashboards", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


@contextmanager
def running_laboratory(folder: Path) -> Iterator[Site]:
    """The service over a sandbox and a hub of its own."""
    with running_sandbox() as sandbox:
        hub = FakeHub(sandbox.url)
        with running(folder, hub, sandbox) as service:
            alice, bob = service.person("alice"), service.person("bob")
            growth = _published(alice, "Growth curves at three temperatures", DEMO_EXPERIMENT, _growth())
            rates = _published(alice, "Rates of all strains", DEMO_EXPERIMENT, _rates(), code="shown")
            chemistry = _published(bob, "Titration of the buffer", TITRATION, _rates())
            yield Site(service, growth, rates, chemistry)
        hub.stop()


def _published(client: Client, name: str, place: str, content: bytes, **more: str) -> dict[str, Any]:
    made = client._send("POST", "notebooks", data=content, params={"name": name, "storedIn": place})
    assert made.status_code == 201, made.text
    body = {"notebook": made.json()["notebook"]["id"], "title": name, **more}
    page = client.post("pages", body)
    assert page.status_code == 201, page.text
    return dict(page.json())


def _growth() -> bytes:
    return _notebook(
        v4.new_markdown_cell("# Growth curves\n\nThree strains at 30 °C, measured every ten minutes."),
        _code("plot", "plot_curves(plates)", _picture(_curves())),
        v4.new_markdown_cell("## Rates\n\nFitted with a logistic model between *t* = 2 h and 8 h."),
        _code("fit", "rates = fit(plates)", _result(_table())),
        v4.new_markdown_cell("\n\n".join(f"Remark {n}: {_LOREM}" for n in range(1, 13))),
    )


def _rates() -> bytes:
    return _notebook(
        v4.new_markdown_cell("# All strains"),
        _code("secret", "threshold = secret_recipe(0.05)\nprint(threshold)", _stream("threshold = 0.05")),
        _code("table", "rates", _result(_table())),
    )


_LOREM = (
    "the plate was shaken before each measurement, the blank was subtracted, and wells in which nothing grew "
    "were left out; the window of the fit was chosen by hand once and kept for all strains."
)


def _notebook(*cells: Any) -> bytes:
    return json.dumps(v4.new_notebook(cells=list(cells))).encode()


def _code(cell_id: str, source: str, *outputs: Any) -> Any:
    return v4.new_code_cell(source, id=cell_id, execution_count=1, outputs=list(outputs))


def _stream(text: str) -> Any:
    return v4.new_output("stream", name="stdout", text=text)


def _picture(svg: str) -> Any:
    return v4.new_output("display_data", data={"image/svg+xml": svg})


def _result(html: str) -> Any:
    data = {"text/html": html, "text/plain": "a table"}
    return v4.new_output("execute_result", data=data, execution_count=1)


def _table() -> str:
    rows = "".join(
        f"<tr><th>{strain}</th><td>{0.31 + 0.07 * n:.2f}</td><td>{2.1 - 0.3 * n:.1f}</td><td>0.99</td></tr>"
        for n, strain in enumerate(_STRAINS)
    )
    head = "<tr><th></th><th>rate / h⁻¹</th><th>lag / h</th><th>R²</th></tr>"
    return f'<table class="dataframe"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _curves() -> str:
    lines, words = [], []
    for n, (strain, colour) in enumerate(zip(_STRAINS, _COLOURS, strict=True)):
        points = " ".join(
            f"{60 + 5 * t:.0f},{270 - 230 / (1 + math.exp(-(t - 45 - 12 * n) / 8)):.1f}" for t in range(105)
        )
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="3"/>')
        words.append(f'<text x="80" y="{50 + 22 * n}" fill="{colour}">{strain}</text>')
    axes = '<path d="M60 20V270H590" fill="none" stroke="#17212b" stroke-width="1.5"/>'
    names = (
        '<text x="300" y="306">time / h</text><text x="14" y="160" transform="rotate(-90 20 160)">OD</text>'
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 320" width="620" height="320" '
        f'font-family="sans-serif" font-size="16"><rect width="620" height="320" fill="#fff"/>{axes}'
        f"{''.join(lines)}{''.join(words)}{names}</svg>"
    )
