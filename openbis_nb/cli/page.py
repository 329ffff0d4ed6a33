"""``openbis-nb page``: the published pages, over the service's REST API."""

from __future__ import annotations

from .group import CommandGroup, Lazy

__all__ = ["page"]

_READ, _CHANGE = "page_reading", "page_changing"

page = CommandGroup(
    name="page",
    help="""List, change and stop published pages.

    They show notebooks to people who do not code. A PAGE is its id or its link; `openbis-nb publish` makes
    one.
    """,
    lazy={
        "list": Lazy(f"{_READ}:list_", "List the pages that you may see."),
        "show": Lazy(f"{_READ}:show", "Show one page: what it shows, to whom, and its snapshots."),
        "download": Lazy(f"{_READ}:download", "Fetch a page as an HTML file."),
        "change": Lazy(f"{_CHANGE}:change", "Change title, code, end, or what it shows."),
        "snapshot": Lazy(f"{_CHANGE}:snapshot", "Take another snapshot, and show that."),
        "stop": Lazy(f"{_CHANGE}:stop", "Stop a page; nobody sees it any more."),
    },
)
