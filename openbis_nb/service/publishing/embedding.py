"""Which sites may show a published page inside of their own, and the HTML that does it (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from ...errors import InvalidInput
from ...origins import origin_of

__all__ = ["ANYWHERE", "ancestors", "code", "embedders"]

#: Any site.
ANYWHERE = "*"
_MOST = 20
_STEP = "Write origins such as https://www.example.org, without a path; or * for any site."


def embedders(said: Sequence[str]) -> tuple[str, ...]:
    """The sites that the maker of a link names: origins, or :data:`ANYWHERE` alone; none at all.

    Raises:
        InvalidInput: one is no origin, or too many.
    """
    if list(said) == [ANYWHERE]:
        return (ANYWHERE,)
    found = []
    for one in said:
        origin = origin_of(one.strip())
        if not origin or not _is_plain(one.strip()):
            raise InvalidInput(f"{one[:80]!r} is not the origin of a site.", next_step=_STEP)
        found.append(origin)
    if len(found) > _MOST:
        raise InvalidInput(f"These are more than {_MOST} sites.", next_step="Name fewer, or * for any site.")
    return tuple(dict.fromkeys(found))


def _is_plain(text: str) -> bool:
    """Whether it is an origin and no more. The host goes into a header: letters, digits, dots and dashes."""
    parts = urlsplit(text)
    host = (parts.hostname or "").strip("[]")
    return (
        parts.path in ("", "/")
        and not (parts.query or parts.fragment or "@" in parts.netloc)
        and host.isascii()
        and all(letter.isalnum() or letter in ".-:" for letter in host)
    )


def ancestors(sites: Sequence[str]) -> str:
    """The value of ``frame-ancestors``: our own page always, since it shows the same in a frame."""
    return ANYWHERE if ANYWHERE in sites else " ".join(("'self'", *sites))


def code(address: str, title: str) -> str:
    """The HTML for somebody's page. The frame is a sandbox without any right, as the answer says, too.

    Args:
        address: Whole address of what is embedded.
        title: Of the page, for screen readers.
    """
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="600" '
        'style="border: 0" sandbox="" referrerpolicy="no-referrer" loading="lazy"></iframe>'
    )
