"""Names and links of a hostile repository (design section 6: no write outside the folder)."""

from __future__ import annotations

import pytest

from openbis_nb.workflows.importing.repository_names import stays_inside, why_left_out


@pytest.mark.parametrize(
    "path",
    [
        b"..",
        b"a/../../b",
        b"./a",
        b"a//b",
        b"/etc/passwd",
        b".git/hooks/post-checkout",
        b".GIT/config",
        b"a/.git/config",
        b".git./x",
        b".git /x",
        b"git~1/config",
        b"GIT~1",
        ".g\u200cit/config".encode(),
        "\uff0egit/config".encode(),
        b".git::$INDEX_ALLOCATION/config",
        b"a\nb",
        b"a\rb",
        b"\x1b[2Jb",
        "a\u2028b".encode(),
        b"a\\b",
        b"\xff\xfe",
        b"x" * 256,
        b"a/" * 70 + b"b",
    ],
)
def test_names_that_are_not_made(path: bytes) -> None:
    """Each is said to be left out, with a reason."""
    assert why_left_out(path)


@pytest.mark.parametrize(
    "path",
    [
        b"a",
        b"a b/c.ipynb",
        b".gitignore",
        b".gitattributes",
        b".github/x",
        "Übung/ß.txt".encode(),
        b"-rf",
        b"git",
    ],
)
def test_names_that_are_made(path: bytes) -> None:
    """Usual repositories come whole."""
    assert why_left_out(path) == ""


@pytest.mark.parametrize(
    ("path", "target", "inside"),
    [
        ("link", "file", True),
        ("a/link", "../file", True),
        ("a/b/link", "../../c/d", True),
        ("link", "../out", False),
        ("a/link", "../../out", False),
        ("link", "/etc/passwd", False),
        ("a/b/link", "x/..", False),
        ("a/b/link", "../x/../..", False),
        ("link", "", False),
        ("link", ".git/config", False),
        ("a/link", "../.GIT", False),
        ("link", "./file", True),
        ("link", "a//b", False),
    ],
)
def test_links_that_stay_inside(path: str, target: str, inside: bool) -> None:
    """A link that another link could turn around is none that stays inside."""
    assert stays_inside(path, target) == inside
