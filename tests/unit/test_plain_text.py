"""Values of properties as text: rich text and XML lose their markup, everything else stays as typed."""

from __future__ import annotations

import time

import pytest

from openbis_nb.plain_text import MAX_SHOWN, plain_text
from openbis_nb.workflows.drafting import notes_as_html

VALUES = [
    # Rich text, as the ELN's editor writes it.
    ("<p>OD <b>0.5</b></p>", "MULTILINE_VARCHAR", "OD 0.5"),
    ("<p>one</p><p>two<br>three</p>", "MULTILINE_VARCHAR", "one\n\ntwo\nthree"),
    ("<ul><li>a</li><li>b</li></ul>", "MULTILINE_VARCHAR", "a\n\nb"),
    ("<table><tr><td>1</td><td>2</td></tr></table>", "MULTILINE_VARCHAR", "1 2"),
    ("<p>5 &lt; 6 &amp; 7</p>", "MULTILINE_VARCHAR", "5 < 6 & 7"),
    # Nothing of a script or style is text.
    ("<p>a</p><script>alert(1)</script><style>p{}</style><p>b</p>", "MULTILINE_VARCHAR", "a\n\nb"),
    ("<img src=x onerror=alert(1)>seen", "MULTILINE_VARCHAR", "seen"),
    ("<p>a</p><script>if (1<b) x('</p>')</script><!-- <p>no</p> --><p>b</p>", "MULTILINE_VARCHAR", "a\n\nb"),
    ("<img alt='5 > 3' src=\"a>b\">seen<BR/>below", "MULTILINE_VARCHAR", "seen\nbelow"),
    ("<p>&lt;b&gt; is typed</p>", "MULTILINE_VARCHAR", "<b> is typed"),
    # What was typed as text stays as it is, also where it looks like markup.
    ("a < b and b > c", "MULTILINE_VARCHAR", "a < b and b > c"),
    ("<script>alert(1)</script>", "VARCHAR", "<script>alert(1)</script>"),
    ("two\nlines", "MULTILINE_VARCHAR", "two\nlines"),
    # XML, and the spreadsheets that the ELN keeps in it.
    ("<root><a>1</a></root>", "XML", "1"),
    ("<DATA>eyJhIjoxfQ==</DATA>", "XML", "A spreadsheet; open the ELN to see it."),
    # openBIS 7: several values.
    (["a", "b"], "VARCHAR", "a, b"),
    (4, "INTEGER", "4"),
]


@pytest.mark.parametrize(("value", "data_type", "text"), VALUES)
def test_a_value_becomes_text(value: object, data_type: str, text: str) -> None:
    assert plain_text(value, data_type) == text


def test_a_long_text_is_cut_with_a_sign() -> None:
    shown = plain_text("x" * (MAX_SHOWN + 1))
    assert shown == "x" * MAX_SHOWN + " …"


def test_megabytes_of_a_picture_are_not_read() -> None:
    picture = f'<p>before</p><img src="data:image/png;base64,{"A" * 3_000_000}"><p>after</p>'
    assert plain_text(picture, "MULTILINE_VARCHAR").startswith("before")


def test_markup_that_is_cut_or_nested_without_end_is_no_error() -> None:
    assert plain_text("<p>a<", "MULTILINE_VARCHAR") == "a<"
    assert plain_text("<div>" * 5000 + "deep", "MULTILINE_VARCHAR") == "deep"


PIECES = [
    "<![", "<!--", "<!", "<?", "<a ", "<a href='", "</a", "<![CDATA[", "<script>", "<div>", "<p><div>", "<b>",
    "&", "<", "<a \"'", "</script ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_markup_takes_no_time(piece: str) -> None:
    """One property must not hold up everybody else's requests: half a megabyte of each took minutes."""
    begun = time.monotonic()
    plain_text("<p>seen</p>" + piece * (500_000 // len(piece)), "MULTILINE_VARCHAR")
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("notes", ["one", "one\ntwo", "one\n\ntwo\nthree", "a < b & c\n<script>"])
def test_notes_come_back_as_they_were_written(notes: str) -> None:
    """Who edits the name of a version must not change its notes."""
    assert plain_text(notes_as_html(notes), "MULTILINE_VARCHAR") == notes
