"""What may be a folder and a file name of a launch: a table of tricks, and of names that people use."""

from __future__ import annotations

import itertools

import pytest

from openbis_nb.errors import UnsafePath
from openbis_nb.notebook_paths import MAX_DEPTH, launch_folder, notebook_file, numbered

#: One part of a path that no launch may name, as a folder or, with ``.ipynb`` behind it, as a file.
TRICKS = [
    # leading elsewhere
    *("..", ".", "../x", "../../etc", "a/..", "a/../..", "a/./b", "./a", "..\\x", "a\\..\\b", "a\\b"),
    "\\\\host\\share",
    *("/etc", "/", "//etc", "/var/.ssh", "a//b", "a/", "/a/"),
    *("C:", "C:\\Windows", "c:/Windows", "c:x", "a:stream", "file:///etc/passwd", "~", "~/x", "~root"),
    # read once more by another program
    *("%2e%2e", "%2E%2E/x", "a%2fb", "a%5cb", "%00", "%252e", "a%u002e", "%c0%ae%c0%ae"),
    # not what it looks like
    *("\0", "a\0b", "a\nb", "a\rb", "a\tb", "\x7f", "a\x1bb"),
    *("a\u202eb", "a\u200bb", "a\ufeffb", "\ud800", "a\u2028b"),
    *("\uff0e\uff0e", "\uff0e\uff0e\uff0fx", "a\uff0fb", "a\uff3cb", "\uff43\uff1a"),
    *("\u2024\u2024", "\u2025", "\uff05\uff12e"),
    # hidden, or reserved
    *(".ssh", ".ipython", ".ipynb_checkpoints", ".bashrc", "..a", "...", "a/.git/hooks"),
    *("CON", "con", "Nul", "aux", "prn", "COM1", "lpt9", "con.txt", "NUL .x", "COM\u00b9", "a/con/b"),
    *(" a", "a ", "a.", "a/ /b", " ", "\u00a0a", "a. ", "a/b./c"),
    *("a*", "a?", "a|b", 'a"b', "<a>", "a>b"),
    # too long
    *("a" * 256, "ä" * 128, "/".join("a" * (MAX_DEPTH + 1))),
]  # fmt: skip
NAMES = [
    *("growth", "2026 growth", "Größe", "日本語", "a-b_c", "a.b", "100%", "50 %", "a+b"),
    *("(x)", "it's", "a,b;c", "#1"),
    *("a&b", "-a", "=a", "$HOME", "`id`", "console", "com10", "lpt", "a@b"),
    *("[x]", "x" * 240, "e\u0301", "🧬"),
]  # fmt: skip


def test_there_are_tricks_enough() -> None:
    assert len(set(TRICKS)) >= 60


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: ascii(trick[:30]))
def test_a_folder_trick_is_refused_with_a_next_step(trick: str) -> None:
    """Design section 6: no write outside the person's folder."""
    with pytest.raises(UnsafePath) as caught:
        launch_folder(trick)
    assert caught.value.next_step
    assert caught.value.message.isprintable()  # what cannot be seen is spelt out
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: ascii(trick[:30]))
def test_a_trick_is_no_name_of_a_file_either(trick: str) -> None:
    with pytest.raises(UnsafePath):
        notebook_file(f"{trick}.ipynb")


@pytest.mark.parametrize("name", ["", "a", "a.txt", "a.ipynb.txt", "a.IPYNB", "a.py", ".ipynb", "a/b.ipynb"])
def test_only_a_notebook_is_a_name(name: str) -> None:
    with pytest.raises(UnsafePath):
        notebook_file(name)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:30]))
def test_ordinary_names_of_people_are_taken_as_they_are(name: str) -> None:
    """O-94."""
    assert launch_folder(f"{name}/sub") == (name, "sub")
    assert notebook_file(f"{name}.ipynb") == f"{name}.ipynb"


def test_no_folder_is_the_root() -> None:
    assert launch_folder("") == ()


def test_taken_names_get_a_blank_and_a_number() -> None:
    """O-15."""
    assert list(itertools.islice(numbered("a.ipynb"), 3)) == ["a.ipynb", "a 2.ipynb", "a 3.ipynb"]


@pytest.mark.parametrize("stem", ["x" * 249, "ä" * 124, "🧬" * 62], ids=len)
def test_a_number_does_not_make_a_name_too_long(stem: str) -> None:
    names = list(itertools.islice(numbered(f"{stem}.ipynb"), 12))
    assert len(set(names)) == 12
    assert all(len(name.encode()) <= 255 and notebook_file(name) for name in names)
