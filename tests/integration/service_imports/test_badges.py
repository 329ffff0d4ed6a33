"""The badge maker, its picture, and the way from a badge through the log-in."""

from __future__ import annotations

import pytest
import requests

from tests.foreign_host import ForeignHost
from tests.integration.service.running import PREFIX, Client, RunningService

from .importing import GROWTH, rows


def test_html_and_markdown_lead_to_the_import(service: RunningService, alice: Client) -> None:
    """B-20, B-21, B-23, row 76: nobody is asked for the address."""
    url = "https://github.com/growth-lab/models/blob/main/fit%20(2).ipynb"
    made = alice.get("badge", params={"url": url}).json()
    assert made["kind"] == "notebook"
    assert made["target"].startswith(f"{service.origin}{PREFIX}import?url=https%3A%2F%2Fgithub.com%2F")
    assert not set('()<>"') & set(made["target"])
    shown = f"{service.origin}{PREFIX}badge.svg"
    assert made["html"] == (
        f'<a href="{made["target"]}"><img src="{shown}" alt="Run in openBIS notebooks"></a>'
    )
    assert made["markdown"] == f"[![Run in openBIS notebooks]({shown})]({made['target']})"
    repository = alice.get("badge", params={"url": "https://gitlab.example.org/a/b/-/tree/main"}).json()
    assert repository["kind"] == "repository"


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "file:///etc/passwd", "http://localhost/a.ipynb"])
def test_without_an_address_there_is_a_message_and_no_badge(alice: Client, url: str) -> None:
    """B-24."""
    answer = alice.get("badge", params={"url": url})
    assert answer.status_code in (400, 422)
    assert answer.json()["next_step"]


def test_the_picture_is_for_everybody_and_tells_nothing_back(service: RunningService) -> None:
    """No log-in, no cookie, kept by caches, for pages of any origin; it holds no script."""
    answer = requests.get(f"{service.url}badge.svg", timeout=60)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    assert "script" not in answer.text
    assert "https://" not in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/a/b/blob/main/x..y/fit.ipynb",
        "https://git.example.org/a/b.ipynb?ref=v1..v2&x=%C3%A9#frag",
        "https://example.org/" + "x" * 2000 + ".ipynb",
    ],
)
def test_the_address_is_not_lost_by_the_log_in_and_nothing_is_fetched(
    service: RunningService, alice: Client, host: ForeignHost, url: str
) -> None:
    """B-22, B-25, row 77: log-in first, then the import page with the address as it was; nobody is asked."""
    target = f"{PREFIX}import?url={requests.utils.quote(url, safe='')}"  # type: ignore[attr-defined]
    browser = service.browser()
    sent = browser.go(target)
    back = browser.go(browser.return_path(sent, alice.token))
    assert back.headers["Location"] == target
    assert browser.go(target).ok
    assert host.asked == []
    assert rows(alice) == []


def test_no_page_of_others_makes_the_service_look(
    service: RunningService, alice: Client, host: ForeignHost
) -> None:
    """A link or a form of a stranger's fetches nothing on somebody's behalf."""
    browser = service.browser()
    browser.log_in(alice.token, f"{PREFIX}import")
    url = host.put("/a.ipynb", GROWTH)
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-origin", "Origin": service.origin},
    ):
        answer = browser.session.post(
            f"{service.url}api/v1/imports/preview", json={"url": url}, headers=headers, timeout=30
        )
        assert answer.status_code == 403
    assert host.asked == []
