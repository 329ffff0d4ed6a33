"""Publishing a saved version over the service's API: what would be seen by whom, and the page itself (D-07).

A cell, JupyterLab's server and the command line share this, so that all of them say the same before anything
is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, get_args
from urllib.parse import quote

from ..errors import ChangedMeanwhile, Forbidden, InvalidInput, NotFound, TooLarge
from ..units import human_size
from .service_client import ServiceClient

__all__ = [
    "Code",
    "Follow",
    "Wish",
    "check_allowed",
    "chosen_board",
    "end_of",
    "live_page",
    "page_path",
    "plan",
    "plan_lines",
    "preview",
    "publish",
]

Follow = Literal["latest", "pinned"]
Code = Literal["shown", "hidden"]
Document = Mapping[str, Any]

_FOLLOW = {
    "latest": "Follows the newest version of its author; what is saved later is seen, too.",
    "pinned": "Stays at this version.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a version is to be published.

    Args:
        follow: ``latest`` of its author, or ``pinned`` to the version.
        code: ``shown``, or ``hidden``: it is not in what is published at all.
        title: Of the page; empty for the notebook's name.
        ends_at: When the page goes by itself, with a time zone; ``None`` for never.
        dashboard: Id or title of one to put the page on; another name makes a new one; empty for none.

    Raises:
        InvalidInput: something that cannot be.
    """

    follow: Follow = "latest"
    code: Code = "hidden"
    title: str = ""
    ends_at: datetime | None = None
    dashboard: str = ""

    def __post_init__(self) -> None:
        if self.follow not in get_args(Follow):
            raise InvalidInput(f"follow is {self.follow!r}; it must be 'latest' or 'pinned'.")
        if self.code not in get_args(Code):
            raise InvalidInput(f"code is {self.code!r}; it must be 'shown' or 'hidden'.")

    def body(self, version: str) -> dict[str, Any]:
        """As the service takes it, without the dashboard."""
        said = {
            "version": version,
            "follow": self.follow,
            "code": self.code,
            "title": self.title,
            "ends_at": self.ends_at.isoformat() if self.ends_at is not None else None,
        }
        return {name: value for name, value in said.items() if value}


def end_of(given: str | date | datetime | None) -> datetime | None:
    """When a page goes: a day means its end; without a time zone it is that of this machine.

    Raises:
        InvalidInput: no date.
    """
    if given is None or given == "":
        return None
    found = _parsed(given) if isinstance(given, str) else given
    if not isinstance(found, datetime):
        found = datetime.combine(found + timedelta(days=1), time())
    return found.astimezone() if found.tzinfo is None else found


def _parsed(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text[:40]!r} is no date.", next_step="Write it as 2026-12-31, or 2026-12-31T18:00."
        ) from error


async def plan(client: ServiceClient, version: str, wish: Wish) -> dict[str, Any]:
    """What would be visible, to whom, and what to mind; nothing is published.

    Raises:
        OpenbisNbError: as the service says.
    """
    found: dict[str, Any] = await client.change("POST", "publish-plan", wish.body(version))
    return found


async def preview(client: ServiceClient, version: str, code: Code, *, largest: int) -> str:
    """The page as it would be stored; foreign, so it is shown only in a frame without origin (design D9).

    Args:
        client: Who asks.
        version: PermId.
        code: Whether code is in it.
        largest: In bytes.

    Raises:
        TooLarge: over *largest*.
        OpenbisNbError: as the service says.
    """
    data = bytearray()
    async with client.open("publish-plan/html", version=version, code=code) as (pieces, _):
        async for piece in pieces:
            data += piece
            if len(data) > largest:
                raise TooLarge(f"The preview is larger than {human_size(largest)}.")
    return data.decode("utf-8", "replace")


def check_allowed(planned: Document) -> None:
    """Nothing, where the person may publish what was planned.

    Raises:
        Forbidden: why not.
    """
    said = planned["may"]["publish"]
    if not said["allowed"]:
        raise Forbidden(
            said["reason"],
            next_step="Ask who may write where the notebook is stored; a lab may name a group of publishers.",
        )


async def publish(
    client: ServiceClient, version: str, wish: Wish, board: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Snapshot, page and tile in one step.

    Args:
        client: Who publishes.
        version: PermId.
        wish: As it was planned.
        board: From :func:`chosen_board`.

    Raises:
        OpenbisNbError: as the service says.
    """
    page: dict[str, Any] = await client.change("POST", "pages", wish.body(version) | dict(board or {}))
    return page


def chosen_board(wanted: str, planned: Document) -> dict[str, str]:
    """One that is there, by id or title, else a new one of that title; empty where none is wanted.

    Raises:
        InvalidInput: several have that title.
    """
    known = planned["dashboards"]
    if not wanted or any(one["id"] == wanted for one in known):
        return {"dashboard": wanted} if wanted else {}
    titled = [one for one in known if one["title"].casefold() == wanted.casefold()]
    if len(titled) > 1:
        raise InvalidInput(
            f"{len(titled)} dashboards are called {wanted!r}.",
            next_step=f"Name one by its id: {', '.join(one['id'] for one in titled)}.",
        )
    return {"dashboard": titled[0]["id"]} if titled else {"new_dashboard": wanted}


async def live_page(
    client: ServiceClient,
    planned: Document,
    version: str,
    wish: Wish,
    board: Mapping[str, str] | None = None,
) -> Document | None:
    """A page that shows just this already, so that a cell that runs twice makes one page.

    A page that follows the notebook is brought to *version*; one that is pinned to it is there already.
    Arguments as in :func:`publish`.

    Raises:
        OpenbisNbError: as the service says.
    """
    for page_id in planned["pages"]:
        try:
            page: Document = await client.get(page_path(page_id))
        except NotFound:  # it is over, and not for this person to publish again
            continue
        if not _is_like(page, wish, board or {}):
            continue
        if page["version"]["perm_id"] == version:
            return page
        if wish.follow == "latest":
            return await _brought(client, page_id, version)
    return None


async def _brought(client: ServiceClient, page_id: str, version: str) -> Document:
    """The page, once it shows *version*; the service may be about to show that by itself."""
    address = page_path(page_id)
    try:
        await client.change("POST", f"{address}/snapshots", {"version": version, "show": True})
    except ChangedMeanwhile:
        page: Document = await client.get(address)
        if page["version"]["perm_id"] != version:
            raise
        return page
    shown: Document = await client.get(address)
    return shown


def _is_like(page: Document, wish: Wish, board: Mapping[str, str]) -> bool:
    """Whether a page is what *wish* would make, and the person may bring it to another version."""
    return (
        page["state"] == "live"
        and (page["follow"], page["code"]) == (wish.follow, wish.code)
        and (not wish.title or wish.title == page["title"])
        and page["may"]["snapshot"]["allowed"]
        and "new_dashboard" not in board
        and ("dashboard" not in board or board["dashboard"] in {one["id"] for one in page["dashboards"]})
    )


def page_path(page_id: str, *more: str) -> str:
    """The address of a page in the API."""
    return "/".join(("pages", *(quote(part, safe="") for part in (page_id, *more))))


def plan_lines(planned: Document, wish: Wish) -> Iterator[str]:
    """The plan for people: what, to whom, how long, what to mind.

    Args:
        planned: From :func:`plan`.
        wish: What was planned.
    """
    version = planned["version"]
    saved = f"as saved at {_moment(version['saved_at'])} by {version['saved_by']}"
    yield f"Shown:   “{planned['title']}”, {saved}"
    yield f"         {', '.join(_contents(planned['contains']))}"
    yield f"Seen by: {planned['visible_to']['text']}"
    yield f"Version: {_FOLLOW[wish.follow]}"
    yield f"Ends:    {wish.ends_at.strftime('%d %B %Y, %H:%M') if wish.ends_at else 'when it is stopped'}"
    if wish.dashboard:
        yield f"On:      {_told_board(wish.dashboard, planned)}"
    for one in planned["redactions"]:
        yield f"Removed: {one['kind']} in {one['place']}"
    for warning in planned["warnings"]:
        yield f"Mind:    {warning}"


def _contents(contains: Document) -> Iterator[str]:
    for name, one in (("cells", "cell"), ("outputs", "output"), ("images", "image")):
        number = contains[name]
        if number or name != "images":
            yield f"{number} {one if number == 1 else name}"
    yield "with code" if contains["code"] else "without code: it is not in the page"
    yield human_size(contains["size"])


def _told_board(wanted: str, planned: Document) -> str:
    chosen = chosen_board(wanted, planned).get("dashboard")
    titles = {one["id"]: one["title"] for one in planned["dashboards"]}
    return f"the dashboard “{titles[chosen]}”" if chosen else f"a new dashboard “{wanted}”"


def _moment(text: str | None) -> str:
    """A time of the API in this machine's zone, to the minute."""
    if not text:
        return "an unknown time"
    return datetime.fromisoformat(text).astimezone().strftime("%d %B %Y, %H:%M")
