"""A notebook as Plotly's clients know it: all fields of P-16, in their words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...models import Entity
from ...workflows.library.trash_list import Trashed
from . import times
from .addresses import Addresses
from .parents import number_of, path_of
from .titles import Seen, title_of

__all__ = ["FILE_TYPE", "Facts", "filename_of", "in_trash", "resource"]

FILE_TYPE = "jupyter_notebook"
_NOT_SEEN = Seen()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a notebook.

    Args:
        fid: ``author:number``.
        author: User id.
        name: Of its newest version.
        owner: Where it is stored.
        created: When its first version was registered.
        modified: When its newest one was.
        permission: ``read``, ``edit`` (may add versions) or ``admin`` (the author) (P-20).
        co_authors: User ids.
        references: PermIds of the inputs of the newest version.
        referencers: PermIds of what was made from it.
        seen: What stands in it; not known in lists.
        content: The ``.ipynb`` as a string; ``None`` in lists (P-17).
        world_readable: Whether it is published, and a link is open that was made with this very field (P-05).
        share_key_enabled: The same for a key (P-35).
        share_key: The key, in the answer to the request that made it.
    """

    fid: str
    author: str
    name: str
    owner: Entity | None
    created: datetime | None
    modified: datetime | None
    permission: str
    co_authors: Collection[str] = ()
    references: Sequence[str] = ()
    referencers: Sequence[str] = ()
    seen: Seen = _NOT_SEEN
    content: str | None = None
    world_readable: bool = False
    share_key_enabled: bool = False
    share_key: str | None = None


def filename_of(name: str) -> str:
    """The file name of a notebook: always with ``.ipynb``."""
    return f"{name}.ipynb"


def resource(facts: Facts, addresses: Addresses) -> dict[str, Any]:
    """The JSON object. What openBIS has no counterpart for is there, and says so: nothing is counted or
    starred; there are no pictures, themes and templates of plots."""
    title = title_of(facts.seen.heading, facts.name)
    parent = number_of(facts.owner) if facts.owner else -1
    found: dict[str, Any] = {
        "fid": facts.fid,
        "filename": filename_of(facts.name),
        "filetype": FILE_TYPE,
        "title": title,
        "owner": facts.author,
        "creation_time": times.microseconds(facts.created),
        "date_modified": times.milliseconds(facts.modified),
        "parent": parent,
        "parent_path": path_of(facts.owner) if facts.owner else "/",
        "parented": facts.owner is not None,
        "world_readable": facts.world_readable,
        "current_user_permission": facts.permission,
        "collaborators": _list([{"username": name} for name in sorted(facts.co_authors)]),
        "comments": _list([]),
        "stars": _list([]),
        "views": 0,
        "preview": facts.seen.preview,
        "references": list(facts.references),
        "referencers": list(facts.referencers),
        "img_url": "",
        "image_urls": {},
        "subfolder_count": 0,
        "refresh_interval": None,
        "is_theme": False,
        "is_template": False,
        "web_url": addresses.web(title),
        "embed_url": addresses.embed,
        "organize_view_url": addresses.organize,
        "api_urls": {
            "files": addresses.api,
            "jupyter-notebooks": addresses.api,
            "parent": addresses.parent(parent) if facts.owner else None,
        },
        "content": facts.content,
    }
    if facts.permission == "admin" or facts.share_key:  # P-35: nobody else is told
        found |= {
            "deleted": False,
            "share_key": facts.share_key,
            "share_key_enabled": facts.share_key_enabled,
        }
    return found


def in_trash(trashed: Trashed, addresses: Addresses) -> dict[str, Any]:
    """A notebook in the trash: openBIS shows no more of it than what the deletion's reason says (P-12)."""
    return {
        "fid": trashed.fid,
        "filename": filename_of(trashed.name) if trashed.name else None,
        "filetype": FILE_TYPE,
        "owner": trashed.author,
        "parent_path": f"/{trashed.owner.strip('/')}/" if trashed.owner else None,
        "deleted": True,
        "api_urls": {"files": addresses.api, "jupyter-notebooks": addresses.api, "parent": None},
    }


def _list(results: list[Any]) -> dict[str, Any]:
    return {"results": results, "count": len(results)}
