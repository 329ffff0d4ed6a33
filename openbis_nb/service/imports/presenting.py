"""What callers are told of previews and imports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from ..place import Place
from .answers import ImportRow, NotebookFacts, PreviewAnswer, RepositoryFacts, Source, Suggested
from .model import Imported, Preview

__all__ = ["preview_answer", "row_of"]

#: The folder that the dialog begins with.
_FOLDER = "imported"
_EXPIRED = "Nobody opened it within the time that a launch is kept: look at the address again, and import it."


def preview_answer(preview: Preview, place: Place) -> PreviewAnswer:
    """What was found at an address."""
    facts = preview.facts
    notebook, repository = facts["notebook"], facts["repository"]
    return PreviewAnswer(
        id=preview.id,
        kind=preview.kind,
        url=facts["url"],
        source=Source(**facts["source"]),
        contacted=facts["contacted"],
        warnings=facts["warnings"],
        notebook=_notebook(notebook) if notebook else None,
        repository=RepositoryFacts(**repository) if repository else None,
        frame=f"{place.prefix}import/frame/{preview.id}" if notebook else None,
        suggested=Suggested(
            directory=_FOLDER if notebook else "", name=str((notebook or repository)["name"])
        ),
        expires_at=_time(preview.expires_at),
    )


def _notebook(facts: Mapping[str, Any]) -> NotebookFacts:
    return NotebookFacts(**facts, fetched_at=facts["origin"]["fetched_at"])


def row_of(imported: Imported, place: Place, hub_name: str) -> ImportRow:
    """An import as its person sees it.

    Args:
        imported: From the store.
        place: Where the service stands.
        hub_name: Of the person.
    """
    problem = imported.problem if imported.state == "failed" else None
    next_step = str((problem or {}).get("next_step") or "")
    return ImportRow(
        id=imported.id,
        kind=imported.kind,
        name=imported.name,
        directory=imported.directory,
        url=imported.url,
        source=Source(**imported.source),
        commit=imported.commit,
        sha256=imported.sha256,
        state=imported.state,
        path=imported.path,
        problem=problem,
        next_step=_EXPIRED if imported.state == "expired" else next_step,
        open=_open(imported, place, hub_name),
        created_at=_time(imported.created_at),
    )


def _open(imported: Imported, place: Place, hub_name: str) -> str | None:
    """By its launch as long as that is kept: that knows when the file was moved since."""
    if imported.is_kept:
        return f"{place.prefix}launch/{imported.id}"
    if imported.state != "ready":
        return None
    name = quote(hub_name, safe="")
    file = f"{place.base_url}user/{name}/lab/tree/{quote(imported.path)}"
    return f"{place.hub_url}spawn/{name}?{urlencode({'next': file})}"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
