"""What tests of published pages do again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.hub.running import until
from tests.integration.service_library.api import PLACE, ApiClient, Site, notebook

__all__ = ["forge", "html", "page_of", "published", "stored", "until_shown"]


def stored(who: ApiClient, *sources: str, place: str = PLACE, **params: Any) -> tuple[str, str]:
    """A new notebook with one version: notebook id and permId."""
    made = who.store(notebook(*(sources or ("secret_recipe = 42",))), place, **params)
    return made["notebook"]["id"], made["versions"][0]["id"]


def published(who: ApiClient, notebook_id: str, **how: Any) -> dict[str, Any]:
    """A page of its newest version."""
    return who.made("POST", "pages", json={"notebook": notebook_id, **how})


def page_of(who: ApiClient, page: dict[str, Any]) -> dict[str, Any]:
    """The page as somebody sees it now."""
    return dict(who.get(f"pages/{page['id']}"))


def html(who: ApiClient, page: dict[str, Any]) -> str:
    """What the page shows."""
    answer = who.ask("GET", f"pages/{page['id']}/html")
    assert answer.status_code == 200, answer.text
    return answer.text


def forge(site: Site, user: str, notebook_id: str, folder: Path, place: str = PLACE) -> str:
    """A version that somebody writes under another person's notebook id, past our code; its permId."""
    file = folder / "forged.ipynb"
    file.write_bytes(notebook("'forged'"))
    made = site.pybis(user).new_dataset(
        type="ANALYSIS_NOTEBOOK",
        experiment=place,
        files=[str(file)],
        props={"$name": "Forged", "$history_id": notebook_id},
    )
    made.save()
    return str(made.permId)


def until_shown(who: ApiClient, page: dict[str, Any], version: str) -> dict[str, Any]:
    """Wait until the page shows that version."""

    def look() -> dict[str, Any] | None:
        found = page_of(who, page)
        return found if found["version"]["perm_id"] == version else None

    return until(look, f"the page shows {version}")
