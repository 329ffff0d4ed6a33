"""The code of a badge, for wherever HTML or Markdown is shown, e.g. a README (B-20, B-21, row 76). (pure)

It is a link to the import page, and a picture that the service serves to everybody, without a cookie and
without noting who looked. The link itself does nothing: the page asks the person first.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

__all__ = ["ALT", "IMAGE", "PAGE", "Badge", "badge"]

#: The picture's text for those who do not see it (B-23).
ALT = "Run in openBIS notebooks"
#: The picture and the page, below the service's prefix.
IMAGE, PAGE = "badge.svg", "import"


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge for one address.

    Args:
        target: Where it leads: the import page, which knows the address.
        image: Address of the picture.
    """

    target: str
    image: str

    @property
    def html(self) -> str:
        """For pages."""
        return f'<a href="{escape(self.target)}"><img src="{escape(self.image)}" alt="{ALT}"></a>'

    @property
    def markdown(self) -> str:
        """For READMEs and wikis."""
        return f"[![{ALT}]({self.image})]({self.target})"


def badge(service_url: str, address: str) -> Badge:
    """The badge for *address*.

    Args:
        service_url: Origin and prefix of the service, with a slash at the end.
        address: Of a notebook or repository, checked.
    """
    # Everything is escaped: a bracket or a quote would end the link in Markdown or HTML.
    return Badge(f"{service_url}{PAGE}?url={quote(address, safe='')}", service_url + IMAGE)
