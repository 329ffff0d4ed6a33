"""``openbis-nb library``: the library's notebooks, over its REST API."""

from __future__ import annotations

from .group import CommandGroup, Lazy

__all__ = ["library"]

_READ, _LOOK, _CHANGE, _OPEN = "library_reading", "library_lineage", "library_changing", "library_opening"
_OWN = "library_owning"

library = CommandGroup(
    name="library",
    help="""Every notebook of the lab that you may see, and its versions.

    A NOTEBOOK is a notebook id, a fid (author:number), the permId of a version, or the link of its page. The
    service is found at the hub this runs under, by OPENBIS_NB_SERVICE_URL or OPENBIS_NB_HUB_URL; log in to
    openBIS first (`openbis-nb login`).
    """,
    lazy={
        "list": Lazy(f"{_READ}:list_", "List and search notebooks."),
        "show": Lazy(f"{_READ}:show", "Show one notebook: details, inputs, what you may do."),
        "versions": Lazy(f"{_READ}:versions", "List the versions of a notebook, newest first."),
        "compare": Lazy(f"{_READ}:compare", "Say what changed between versions or notebooks."),
        "download": Lazy(f"{_READ}:download", "Fetch the file of a version, or its page."),
        "open": Lazy(f"{_OPEN}:open_", "Open a notebook in JupyterLab, to continue or as a template."),
        "rename": Lazy(
            f"{_CHANGE}:rename", "Give a notebook another name: a new version with the same content."
        ),
        "restore": Lazy(f"{_CHANGE}:restore", "Make an earlier version the newest again."),
        "fork": Lazy(
            f"{_CHANGE}:fork", "Make a notebook of your own from a version; it remembers where it comes from."
        ),
        "move": Lazy(
            f"{_OWN}:move", "Store a notebook with all its versions in another experiment or object."
        ),
        "take-over": Lazy(
            f"{_OWN}:take_over", "Carry on somebody else's notebook, as an admin of its space."
        ),
        "trash": Lazy(
            f"{_CHANGE}:trash",
            "Put a notebook with all its versions into openBIS' trash; `revert` brings it back.",
        ),
        "trashed": Lazy(
            f"{_CHANGE}:trashed", "List what the library put into the trash: notebooks, and single versions."
        ),
        "revert": Lazy(f"{_CHANGE}:revert", "Bring a notebook back from the trash, and nothing else."),
        "delete": Lazy(f"{_CHANGE}:delete", "Delete a notebook in the trash for ever."),
        "lineage": Lazy(f"{_LOOK}:lineage", "Where a notebook's data came from, and what came of it."),
        "impact": Lazy(
            f"{_LOOK}:impact", "Which notebooks used a data set, and which of them are out of date."
        ),
        "storage": Lazy(f"{_LOOK}:storage", "What notebooks take, by space; superseded versions."),
    },
)
