"""Publish, look, follow, switch, change and stop, at the wire."""

from __future__ import annotations

from typing import Any

from tests.integration.service_library.api import ApiClient, notebook


def published(who: ApiClient, notebook_id: str, **how: Any) -> dict[str, Any]:
    return who.made("POST", "pages", json={"notebook": notebook_id, **how})


def test_one_step_publishes(alice: ApiClient, olga: ApiClient, bob: ApiClient) -> None:
    """D-01, D-02, D-07, D-09: one request; an observer sees a still page, others do not."""
    stored = alice.store(notebook("secret_recipe = 42"), name="Growth")
    notebook_id = stored["notebook"]["id"]
    plan = alice.made("POST", "publish-plan", 200, json={"notebook": notebook_id})
    assert plan["title"] == "Growth"
    page = published(alice, notebook_id)
    assert page["state"] == "live"
    html = olga.ask("GET", f"pages/{page['id']}/html")
    assert html.status_code == 200
    assert "out 0" in html.text
    assert "secret_recipe" not in html.text
    assert bob.ask("GET", f"pages/{page['id']}/html").status_code == 404
