"""May a GET log a browser in? The decision for ``/hub/login?token=…`` and tickets (pure).

A link can be made by anybody and followed by accident, so a GET that changes who is logged in is open to
forgery: a page could log its visitor in as somebody else and collect what they then write. What holds:
only a visible navigation counts; it is believed when it comes from our own site, from an address that the
person typed or kept, or from a page of an origin on the list; else, and whenever the browser is somebody
else already, a person confirms it on a page of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from ..origins import origin_of

__all__ = ["Arrival", "Verdict", "judge", "origin_of"]


class Verdict(Enum):
    """What to do with the request."""

    REFUSE = "refuse"
    CONFIRM = "confirm"
    ADMIT = "admit"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a request came here; empty where the browser did not say.

    Args:
        mode: ``Sec-Fetch-Mode``.
        destination: ``Sec-Fetch-Dest``.
        site: ``Sec-Fetch-Site``.
        referer: Origin of ``Referer``.
    """

    mode: str = ""
    destination: str = ""
    site: str = ""
    referer: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Arrival:
        """Read off the headers of a request."""
        return cls(
            mode=headers.get("Sec-Fetch-Mode", ""),
            destination=headers.get("Sec-Fetch-Dest", ""),
            site=headers.get("Sec-Fetch-Site", ""),
            referer=origin_of(headers.get("Referer", "")),
        )


def judge(arrival: Arrival, origins: Collection[str], *, now: str | None, then: str) -> Verdict:
    """What to do with a GET that would log *then* in.

    Args:
        arrival: How it came.
        origins: Origins whose pages are believed (``scheme://host[:port]``).
        now: Who the browser is at the hub; ``None`` for nobody.
        then: Who it would be.
    """
    if arrival.mode not in ("", "navigate") or arrival.destination not in ("", "document"):
        return Verdict.REFUSE
    if now is not None and now != then:
        return Verdict.CONFIRM
    # Browsers send Sec-Fetch-* only over https and on loopback; without it nothing shows a navigation.
    own = arrival.mode == "navigate" and arrival.site in ("none", "same-origin")
    listed = arrival.mode == "navigate" and arrival.referer in origins
    return Verdict.ADMIT if own or listed else Verdict.CONFIRM
