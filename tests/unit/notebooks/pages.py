"""What a reader of Markdown or HTML would get, found by parsing it like a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from nbconvert.filters.markdown_mistune import markdown2html_mistune


@dataclass
class Page:
    """Tags, attributes, links, sources and visible text of a piece of HTML."""

    tags: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    text: str = ""
    pieces: list[str] = field(default_factory=list)
    styles: str = ""

    @property
    def links(self) -> list[str]:
        return [value for tag, name, value in self.attributes if (tag, name) == ("a", "href")]

    @property
    def sources(self) -> list[str]:
        return [value for _, name, value in self.attributes if name in ("src", "srcset", "poster", "data")]

    @property
    def rows(self) -> int:
        return self.text.count("\x1f")  # one for each table row


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.inside_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.add(tag)
        self.page.attributes += [(tag, name, value or "") for name, value in attrs]
        self.inside_style = tag == "style"
        self.page.text += "\x1f" if tag == "tr" else ""

    def handle_endtag(self, tag: str) -> None:
        self.inside_style = False

    def handle_data(self, data: str) -> None:
        if self.inside_style:
            self.page.styles += data
        else:
            self.page.text += data
            self.page.pieces.append(data)


def parse(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


def visible_text(markdown: str) -> Page:
    """Markdown through Jupyter's own converter, unsanitised."""
    return parse(markdown2html_mistune(markdown))


def maths_in(markdown: str) -> list[str]:
    """What MathJax would take for a formula: it searches each piece of text between two tags."""
    found = []
    for piece in visible_text(markdown).pieces:
        found += re.findall(r"\$[^$]+\$|\\\(.*?\\\)|\\\[.*?\\\]|\\begin\{", piece, re.DOTALL)
    return found
