"""What cells show: the notebook's card, the table of inputs, the result of a save; HTML and plain text.

Everything that comes from openBIS is somebody's text: it is escaped here and never interpreted. The
HTML has no script and no reference to anything outside, so it survives the sanitiser unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from ..models import Entity
from ..units import human_size

if TYPE_CHECKING:
    from ..workflows.save_result import SaveResult
    from .inputs import Input
    from .publishing import Published

__all__ = [
    "card_html",
    "card_text",
    "inputs_html",
    "inputs_text",
    "note_html",
    "published_html",
    "published_text",
    "result_html",
    "result_text",
]

_SHOWN = 50
_BOX = "border-left:3px solid #2b7bb9;padding:.4em .9em;margin:.3em 0;line-height:1.5"
_WARN = "border-left:3px solid #c77700;padding:.4em .9em;margin:.3em 0;line-height:1.5"
_CELL = "text-align:left;padding:.15em .8em .15em 0"

_CONFIRM = "To publish it, run the cell again with confirm=True."

_STATES = {
    "here": "fetched",
    "listed": "fetched at first use",
    "in place": "read in place",
}


def card_text(
    name: str, owner: Entity | None, link: str | None, inputs: Sequence[Input] | str, page: str | None = None
) -> str:
    """The card for a terminal; *inputs* may be the sentence why they cannot be said now, *page* the
    notebook's in the library."""
    stored = f"{owner.identifier} ({owner.label})" if owner else "not said yet: nb.save(owner='/SPACE/…')"
    lines = [f"openBIS notebook “{name}”", f"  Stored in: {stored}"]
    if link:
        lines.append(f"  Open in the ELN: {link}")
    if page:
        lines.append(f"  Versions in the library: {page}")
    return "\n".join([*lines, inputs if isinstance(inputs, str) else inputs_text(inputs)])


def card_html(
    name: str, owner: Entity | None, link: str | None, inputs: Sequence[Input] | str, page: str | None = None
) -> str:
    """The card for a cell; *inputs* may be the sentence why they cannot be said now, *page* the notebook's in
    the library."""
    if owner is None:
        stored = "not said yet: <code>nb.save(owner='/SPACE/PROJECT/EXPERIMENT')</code>"
    else:
        stored = f"{escape(owner.label)} <code>{escape(owner.identifier)}</code>"
        if link:
            stored = f"{_link(link, owner.label)} <code>{escape(owner.identifier)}</code>"
    below = f"<p>{escape(inputs)}</p>" if isinstance(inputs, str) else inputs_html(inputs)
    versions = f"<br>{_link(page, 'Its versions in the library')}" if page else ""
    return f'<div style="{_BOX}"><strong>{escape(name)}</strong><br>Stored in {stored}{versions}</div>{below}'


def inputs_text(inputs: Iterable[Input]) -> str:
    """The inputs for a terminal, with the reason below each that has no bytes now."""
    items = list(inputs)
    rows = [
        f"  {item.perm_id}  {item.type}  {human_size(item.size):>9}  {len(item.files):>4} files  "
        f"{_state(item)}  {item.name}"
        for item in items
    ]
    reasons = [f"  {item.reason}" for item in items if item.reason]
    return "\n".join([f"Inputs: {len(rows)}", *rows, *reasons])


def inputs_html(inputs: Iterable[Input]) -> str:
    """The inputs for a cell; beyond the first 50 only their number."""
    items = list(inputs)
    if not items:
        return "<p>No inputs.</p>"
    head = "".join(
        f'<th style="{_CELL}">{h}</th>' for h in ("Data set", "Type", "Files", "Size", "State", "permId")
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="{_CELL}">{escape(str(value))}</td>'
            for value in (
                item.name or item.perm_id,
                item.type,
                len(item.files),
                human_size(item.size),
                _state(item),
                item.perm_id,
            )
        )
        + "</tr>"
        for item in items[:_SHOWN]
    )
    more = f"<p>… and {len(items) - _SHOWN} more.</p>" if len(items) > _SHOWN else ""
    reasons = "".join(f"<br>{escape(item.reason)}" for item in items[:_SHOWN] if item.reason)
    told = f'<div style="{_WARN}">Without bytes now:{reasons}</div>' if reasons else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}{told}"


def note_html(note: str) -> str:
    """A sentence for the person, e.g. that the session ends tomorrow."""
    return f'<div style="{_WARN}">{escape(note)}</div>'


def result_text(result: SaveResult) -> str:
    """The outcome of a save for a terminal."""
    ways = [f"In the {where}: {url}" for where, url in _ways(result)]
    return "\n".join([_headline(result), *(f"  {line}" for line in (*_details(result), *ways))])


def _ways(result: SaveResult) -> list[tuple[str, str]]:
    """Where the version can be seen."""
    ways = (("ELN", result.link), ("library", result.page))
    return [(where, url) for where, url in ways if url]


def result_html(result: SaveResult) -> str:
    """The outcome of a save for a cell."""
    style = _WARN if result.state in ("outbox", "deferred") else _BOX
    lines = "".join(f"<br>{escape(line)}" for line in _details(result))
    ways = [_link(url, f"Open it in the {where}") for where, url in _ways(result)]
    links = f"<br>{' · '.join(ways)}" if ways else ""
    return f'<div style="{style}"><strong>{escape(_headline(result))}</strong>{lines}{links}</div>'


def published_text(page: Published) -> str:
    """The outcome of publishing for a terminal: what is seen, by whom, and where."""
    last = [page.link] if page.link else [_CONFIRM] if page.state == "planned" else []
    return "\n".join([_of_page(page), *(f"  {line}" for line in (*page.told, *last))])


def published_html(page: Published) -> str:
    """The outcome of publishing for a cell."""
    style = _WARN if page.state in ("deferred", "planned") else _BOX
    last = (_CONFIRM,) if page.state == "planned" else ()
    lines = "".join(f"<br>{escape(line)}" for line in (*page.told, *last))
    link = f"<br>{_link(page.link, 'Open the page')} <code>{escape(page.link)}</code>" if page.link else ""
    return f'<div style="{style}"><strong>{escape(_of_page(page))}</strong>{link}{lines}</div>'


def _of_page(page: Published) -> str:
    return {
        "planned": f"Not published yet: what others would see of “{page.title}”",
        "published": f"Published: “{page.title}”",
        "there already": f"Published already; the page “{page.title}” shows this version now",
        "deferred": f"Not published yet: openBIS does not have this version of “{page.title}”",
    }[page.state]


def _headline(result: SaveResult) -> str:
    where = f" in {result.owner}" if result.owner else ""
    return {
        "saved": f"Saved to openBIS{where} as {result.perm_id}",
        "unchanged": f"Nothing has changed since {result.perm_id}; no new version was made",
        "recorded": "Recorded; the runner saves the notebook when it has run to its end",
        "deferred": "Not saved yet: this program writes the notebook only when all cells are done",
        "outbox": "openBIS could not take the version; it is kept in the outbox and will be sent once",
    }[result.state]


def _details(result: SaveResult) -> list[str]:
    lines = [f"“{result.name}” with {', '.join(result.files)}"] if result.files else []
    if result.parents:
        lines.append(f"Inputs as parents: {', '.join(result.parents)}")
    if result.unused:
        lines.append(f"Attached, but not counted as used: {', '.join(result.unused)}")
    if result.never_attached:
        unread = ", ".join(result.never_attached)
        lines.append(
            f"Declared, but never attached: {unread}. They are no parents; nb.attach() takes them up."
        )
    lines += [f"Removed before saving: {finding}" for finding in result.redactions]
    return [*lines, *result.told]


def _state(item: Input) -> str:
    return _STATES.get(item.state, item.state)


def _link(url: str, text: str) -> str:
    return f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'
