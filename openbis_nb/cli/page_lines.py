"""Published pages as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from ..units import human_size
from ..web.service_client import ServiceClient
from .library_lines import moment
from .terminal import table

__all__ = ["page_id_of", "page_lines", "page_rows", "snapshot_rows"]

Document = Mapping[str, Any]

_AT = "/published/"
_FOLLOW = {"latest": "follows the author's newest version", "pinned": "stays at this version"}


def page_id_of(text: str) -> str:
    """The page that *text* names: its id, or the link of it."""
    address = urlsplit(text.strip()).path
    return unquote(address.split(_AT, 1)[1].partition("/")[0]) if _AT in address else text.strip()


def page_rows(pages: Sequence[Document]) -> list[str]:
    """A table of pages."""
    rows = [
        (
            page["id"],
            page["title"],
            page["author"],
            page["follow"],
            page["code"],
            moment(page["published_at"]),
            moment(page["ends_at"]),
            page["state"],
        )
        for page in pages
    ]
    headings = ["PAGE", "TITLE", "AUTHOR", "VERSION", "CODE", "PUBLISHED (UTC)", "ENDS (UTC)", "STATE"]
    return table(headings, rows)


def page_lines(page: Document, client: ServiceClient) -> Iterator[str]:
    """One page in full."""
    version = page["version"]
    # Who published a page and does not see its version any more is not told of it.
    saved = (
        f", saved at {moment(version['saved_at'])} UTC by {version['saved_by']}"
        if version["saved_at"]
        else ""
    )
    yield page["title"]
    facts = [
        ("Page", page["id"]),
        ("State", ": ".join(filter(None, (page["state"], page["reason_text"])))),
        ("Shows", f"{version['perm_id']}{saved}"),
        ("Version", _FOLLOW.get(page["follow"], page["follow"])),
        ("Newer", "a newer version is known" if page["newest_known"] else ""),
        ("Code", page["code"]),
        ("Author", page["author"]),
        ("Published", f"{moment(page['published_at'])} UTC by {page['published_by']}"),
        ("Ends", f"{moment(page['ends_at'])} UTC" if page["ends_at"] else ""),
        ("Dashboards", ", ".join(one["title"] for one in page["dashboards"])),
        ("Link", client.access.link(page["link"])),
    ]
    yield from (f"{name + ':':12}{value}" for name, value in facts if value)


def snapshot_rows(snapshots: Sequence[Document]) -> list[str]:
    """A table of the snapshots of a page."""
    rows = [
        (
            one["id"],
            one["version"]["perm_id"],
            one["code"],
            moment(one["made_at"]),
            one["made_by"],
            human_size(one["contains"]["size"]),
            "shown" if one["current"] else "",
        )
        for one in snapshots
    ]
    return table(["SNAPSHOT", "OF VERSION", "CODE", "TAKEN (UTC)", "BY", "SIZE", ""], rows)
