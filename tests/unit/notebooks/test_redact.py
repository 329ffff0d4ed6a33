"""Secrets are removed from everything that is saved (O-81, U-12), and the report holds none."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode

from openbis_nb.errors import ConfigurationProblem, InvalidInput
from openbis_nb.notebooks import document
from openbis_nb.notebooks.redact import Redactor

SESSION = "alice-261121093000123x0123456789ABCDEF0123456789ABCDEF"
PAT = f"$pat-{SESSION}"
EXACT = "pass-wörd/&\"word'=="
HEX = "0123456789ABCDEF0123456789ABCDEF"

Make = Callable[..., NotebookNode]


def coloured(text: str) -> str:
    """As a terminal colours it: an escape code between any two characters."""
    return "".join(f"\x1b[3{n % 8}m{c}\x1b[0m" for n, c in enumerate(text))


TOKENS = [
    (SESSION, "openBIS session"),
    (SESSION.lower(), "openBIS session"),
    (f"Eve.O-Neill-261121093000123x{HEX}", "openBIS session"),
    (f"a@b.example-261121093000123x{HEX}", "openBIS session"),
    (f"-261121093000123x{HEX}", "openBIS session"),
    ("x" * 500 + SESSION, "openBIS session"),
    (PAT, "personal access token"),
    (quote(PAT, safe=""), "personal access token"),
    (html.escape(PAT).replace("$", "&#36;"), "personal access token"),
    (quote(SESSION, safe="").replace("-", "%2D"), "openBIS session"),
    (coloured(SESSION), "openBIS session"),
    (coloured(PAT), "personal access token"),
    ("\u200b".join(SESSION), "openBIS session"),
    ("https://x/datastore_server/a?sessionID=opaque-value-1", "session in a URL"),
    ("https://x/hub/login?next=a&amp;token=opaque-value-1", "session in a URL"),
    ("sessionID%3Dopaque-value-1", "session in a URL"),
]


def secret_parts(text: str) -> list[str]:
    return [part for part in (HEX, HEX.lower(), "opaque-value-1") if part in text]


@pytest.mark.parametrize(("text", "kind"), TOKENS)
@pytest.mark.parametrize("around", ["{}", "a {} b", '{{"params": ["{}"]}}', "'{}',", "({})"])
def test_a_token_is_removed_wherever_it_stands(text: str, kind: str, around: str) -> None:
    cleaned, report = Redactor().redact_text(around.format(text))
    assert secret_parts(cleaned.replace("\u200b", "").replace("\x1b", "")) == []
    assert f"[removed: {kind}]" in cleaned
    assert report.count == 1
    before, after = around.format("\0").split("\0")
    assert cleaned.startswith(before)
    assert cleaned.endswith(after)


@pytest.mark.parametrize(
    "text",
    [
        "alice-261121093000123",  # a permId's form
        "20261121093000123-45",
        f"x{HEX}",
        "sha256:" + "0" * 64,
        "token = 5",
        "the sessionID= of the URL",
        "pat-holder",
        "ab\x1b[31mcd",
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor([EXACT], ["nothing"]).redact_text(text) == (text, Redactor().redact_text("")[1])


@pytest.mark.parametrize(
    "spelled",
    [
        EXACT,
        quote(EXACT, safe=""),
        quote(EXACT),
        html.escape(EXACT),
        json.dumps(EXACT)[1:-1],
        json.dumps(EXACT, ensure_ascii=False)[1:-1],
        repr(EXACT)[1:-1],
        *(base64.b64encode(b"x" * n + EXACT.encode() + b"y" * 5).decode() for n in range(4)),
        base64.urlsafe_b64encode(EXACT.encode()).decode(),
        coloured(EXACT),
    ],
)
def test_a_known_secret_is_found_in_any_spelling(spelled: str) -> None:
    cleaned, report = Redactor([EXACT]).redact_text(f"before {spelled} after")
    assert "[removed: known secret]" in cleaned
    assert report.count == 1
    assert "wörd" not in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")


def test_a_word_too_short_to_be_a_secret_is_left_alone() -> None:
    assert Redactor(["a", ""]).redact_text("banana")[0] == "banana"


def test_a_pattern_of_the_site_is_removed() -> None:
    cleaned, report = Redactor(patterns=[r"LAB-\d{4}", "never"]).redact_text("LAB-1234, LAB-99")
    assert cleaned == "[removed: pattern 1], LAB-99"
    assert report.removed[0].kind == "pattern 1"


@pytest.mark.parametrize("pattern", ["(", "a*", "", "x?"])
def test_a_pattern_that_cannot_be_used_is_a_configuration_problem(pattern: str) -> None:
    with pytest.raises(ConfigurationProblem, match="pattern 1"):
        Redactor(patterns=[pattern])


def test_a_catastrophic_pattern_stops_the_save_instead_of_hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    from openbis_nb.notebooks import secret_finder

    monkeypatch.setattr(secret_finder, "PATTERN_TIMEOUT", 0.2)
    with pytest.raises(ConfigurationProblem, match="takes longer"):
        Redactor(patterns=["(a|aa)+$"]).redact_text("a" * 100_000 + "b")


def test_the_redactor_itself_shows_nothing() -> None:
    redactor = Redactor([EXACT])
    assert EXACT not in repr(redactor)
    assert EXACT not in repr(redactor._finder)


def output(mime: str, value: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {mime: value}}


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n....tEXt" + SESSION.encode()).decode()


@pytest.mark.parametrize(
    "made",
    [
        {"output_type": "stream", "name": "stdout", "text": f"x {SESSION}\n"},
        {"output_type": "error", "ename": "E", "evalue": SESSION, "traceback": ["a", coloured(SESSION)]},
        output("text/plain", SESSION),
        output("text/html", f"<b>{SESSION}</b>"),
        output("text/html", "<i>".join(SESSION)),
        output("application/json", {"a": [{SESSION: {"b": SESSION}}]}),
        output("application/vnd.plotly.v1+json", {"data": [{"text": [SESSION]}]}),
        output("image/svg+xml", f"<svg><text>{SESSION}</text></svg>"),
        output("image/png", PNG),
        output("image/png", f"no picture but {SESSION}"),
        output("application/javascript", f"var t = '{SESSION}'"),
        {"output_type": "display_data", "metadata": {SESSION: 1}, "data": {}},
    ],
)
def test_every_kind_of_output_is_searched(notebook_of: Make, made: dict[str, Any]) -> None:
    notebook = notebook_of(outputs=[made])
    before = document.dumps(notebook)
    cleaned, report = Redactor().redact_notebook(notebook)
    assert HEX not in document.dumps(cleaned).decode()
    assert document.loads(document.dumps(cleaned)) == cleaned
    assert [item.place.split(",")[0] for item in report.removed] == ["cell 1"] * len(report.removed) != []
    assert HEX not in repr(report) + report.summary()
    assert document.dumps(notebook) == before


def test_sources_metadata_and_attachments_are_searched(notebook_of: Make) -> None:
    notebook = notebook_of(f"o.set_token('{SESSION}')", cell="markdown")
    notebook.cells[0].metadata["note"] = {"deep": [SESSION]}
    notebook.cells[0].attachments = {"a.png": {"image/png": PNG}}
    notebook.metadata["author"] = SESSION
    cleaned, report = Redactor().redact_notebook(notebook)
    assert HEX not in document.dumps(cleaned).decode()
    assert cleaned.cells[0].source == "o.set_token('[removed: openBIS session]')"
    assert [item.place for item in report.removed] == [
        "cell 1",
        "cell 1, metadata",
        "cell 1, attachment",
        "notebook metadata",
    ]
    assert report.summary().startswith("4 secrets were removed before saving: openBIS session in cell 1")


def test_a_token_cut_by_a_flush_is_found(notebook_of: Make) -> None:
    pieces = [{"output_type": "stream", "name": "stdout", "text": t} for t in (SESSION[:20], SESSION[20:])]
    cleaned, report = Redactor().redact_notebook(notebook_of(outputs=pieces))
    assert cleaned.cells[0].outputs[0].text == "[removed: openBIS session]"
    assert report.count == 1


def test_what_pybis_prints_on_an_error_is_harmless_afterwards(notebook_of: Make) -> None:
    """O-81: pybis prints the whole request, with the session token as its first parameter."""
    request = json.dumps({"method": "getSamples", "params": [SESSION, {}], "id": "2", "jsonrpc": "2.0"})
    stream = {"output_type": "stream", "name": "stdout", "text": request}
    cleaned, _ = Redactor([SESSION]).redact_notebook(notebook_of(outputs=[stream]))
    said = json.loads(cleaned.cells[0].outputs[0].text)
    assert said["params"][0] == "[removed: openBIS session]"


def test_a_clean_notebook_stays_byte_for_byte(notebook: NotebookNode) -> None:
    cleaned, report = Redactor([EXACT]).redact_notebook(notebook)
    assert document.dumps(cleaned) == document.dumps(notebook)
    assert not report
    assert report.summary() == ""


@given(st.text(), st.text(), st.sampled_from([SESSION, PAT, coloured(SESSION)]))
def test_no_text_around_hides_a_token(before: str, after: str, token: str) -> None:
    cleaned, report = Redactor().redact_text(before + token + after)
    assert HEX not in cleaned
    assert report.count >= 1


@given(st.text())
def test_other_text_stays_as_it_is(text: str) -> None:
    assert Redactor([EXACT]).redact_text(text)[0] == text


def test_a_text_result_gets_a_clean_copy(tmp_path: Path) -> None:
    source, target = tmp_path / "log.txt", tmp_path / "clean.txt"
    content = b"one\r\n\xff\xfe " + SESSION.encode() + b"\nthree"
    source.write_bytes(content)
    report = Redactor().redact_file(source, target)
    assert target.read_bytes() == b"one\r\n\xff\xfe [removed: openBIS session]\nthree"
    assert source.read_bytes() == content
    assert (report.removed[0].place, report.count) == ("log.txt", 1)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x89PNG\0\0-20261121x"])
def test_a_clean_or_binary_result_is_not_copied(tmp_path: Path, content: bytes) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(content)
    assert not Redactor().redact_file(source, target)
    assert not target.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("before", [10, 2**20 - 20])
def test_a_binary_result_with_a_session_is_refused(tmp_path: Path, encoding: str, before: int) -> None:
    """U-12: a pickle of pybis' object, or a text as Windows writes it, cannot be cleaned."""
    source = tmp_path / "session.pkl"
    source.write_bytes(b"\0" * before + b"x" * before + SESSION.encode(encoding) + b"\0 and more")
    with pytest.raises(InvalidInput, match=r"session\.pkl holds an openBIS session") as caught:
        Redactor().redact_file(source, tmp_path / "copy")
    assert SESSION not in str(caught.value)
    assert not (tmp_path / "copy").exists()


def test_a_binary_result_with_a_known_secret_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "session.pkl"
    source.write_bytes(b"\0 some other form of session")
    with pytest.raises(InvalidInput):
        Redactor(["other form of session"]).redact_file(source, tmp_path / "copy")
