"""Folders and names of notebooks that lead, or seem to lead, out of a person's files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

__all__ = ["REFUSED", "TRAPS", "Tree", "set_traps", "tree"]

#: (directory, name without extension): nothing may be written for any of these.
REFUSED = (
    # upwards
    ("..", "a"),
    ("../..", "a"),
    ("../bob", "a"),
    ("a/../../b", "a"),
    ("a/..", "a"),
    ("./../a", "a"),
    (".", "a"),
    ("a/./b", "a"),
    ("a//b", "a"),
    ("a/", "a"),
    ("", "../a"),
    ("", "../../../../etc/cron.d/a"),
    ("", ".."),
    ("", "a/b"),
    # absolute, homes, other systems
    ("/", "a"),
    ("/etc", "a"),
    ("//etc", "a"),
    ("/tmp/openbis-nb-escape", "a"),
    ("", "/etc/a"),
    ("~", "a"),
    ("~root", "a"),
    ("C:", "a"),
    ("C:\\Users", "a"),
    ("C:/Users", "a"),
    ("\\\\server\\share", "a"),
    ("..\\..", "a"),
    ("a\\b", "a"),
    ("", "..\\a"),
    ("", "a:stream"),
    # written in another way
    ("%2e%2e", "a"),
    ("%2e%2e%2fb", "a"),
    ("..%2f..", "a"),
    ("%252e%252e", "a"),
    ("..%c0%af", "a"),
    ("%u002e%u002e", "a"),
    ("．．", "a"),  # noqa: RUF001 (full-width dots)
    ("a／..／b", "a"),  # noqa: RUF001 (full-width slash)
    ("․․", "a"),  # noqa: RUF001 (one-dot leaders)
    ("‥", "a"),
    ("", "%2e%2e%2fa"),
    # what cannot be seen, and what ends a text early
    ("a\x00", "a"),
    ("a\x00/../..", "a"),
    ("", "a\x00b"),
    ("", "a.ipynb\x00.txt"),
    ("a\nb", "a"),
    ("", "a\r\nSet-Cookie: x=y"),
    ("", "a\x1b[2J"),
    ("", "a\u202egpj"),
    ("", "a\u200b"),
    ("a\u2028b", "a"),
    ("", "\ufeffa"),
    ("", "\x7f"),
    # hidden, or read by a program at its start
    (".ssh", "a"),
    (".local/share/jupyter/kernels/python3", "a"),
    (".ipython/profile_default/startup", "a"),
    (".jupyter", "jupyter_server_config"),
    (".pybis", "a"),
    ("", ".bashrc"),
    ("", ".a"),
    # reserved on Windows, ends with dots and blanks
    ("", "CON"),
    ("", "nul"),
    ("aux", "a"),
    ("", "COM1"),
    ("", "lpt9.x"),
    ("a.", "a"),
    ("a ", "a"),
    (" a", "a"),
    ("", "a."),
    ("", " a"),
    ("...", "a"),
    # too long, too deep
    ("", "a" * 250),
    ("a" * 256, "a"),
    ("ä" * 128, "a"),
    ("/".join(["d"] * 33), "a"),
    # shapes of names
    ("", "a*"),
    ("", "a?"),
    ("", "a|b"),
    ("", '"a"'),
    ("", "<script>"),
)

#: Laid out by :func:`set_traps`: nothing may be written through or over them.
TRAPS = (
    ("out", "a"),
    ("out/deeper", "a"),
    ("inside/out", "a"),
    ("loop", "a"),
    ("loop/loop", "a"),
    ("up", "a"),
    ("a file.txt", "a"),
    ("a file.txt/deeper", "a"),
    ("dangling", "a"),
    ("/".join(["d" * 200] * 30), "a"),  # longer than a path may be
)

#: What programs beside ours write while they run: state, histories, run-time files.
_BESIDE = (
    ".local/state/openbis-nb",
    ".local/share/jupyter",
    ".ipython",
    ".npm",
    ".cache",
    ".config",
    ".pybis",
    ".jupyter",
)

#: Path → what is there.
Tree = dict[str, str]


def set_traps(home: Path, outside: Path) -> None:
    """Symlinks out of *home* into *outside*, of files and folders, and a file where a folder is asked for."""
    outside.mkdir()
    (outside / "precious.ipynb").write_text("not a notebook", encoding="utf-8")
    (home / "inside").mkdir()
    for link, target in (
        ("out", outside),
        ("inside/out", outside),
        ("loop", home / "loop"),
        ("up", home.parent),
        ("dangling", outside / "new"),
        ("over a link.ipynb", outside / "precious.ipynb"),
        ("over nothing.ipynb", outside / "made.ipynb"),
        ("only a link.ipynb", outside / "precious.ipynb"),
    ):
        (home / link).symlink_to(target)
    (home / "a file.txt").write_text("text", encoding="utf-8")


def tree(*folders: Path) -> Tree:
    """Every file, folder and link, with its content; but for what other programs write by themselves."""
    found: Tree = {}
    for folder in folders:
        for here, below, files in os.walk(folder):
            if _is_beside(Path(here), folder):
                below.clear()
                continue
            for name in [*below, *files]:
                path = Path(here, name)
                if not _is_beside(path, folder):
                    found[str(path)] = _what(path)
    return found


def _is_beside(path: Path, folder: Path) -> bool:
    inner = path.relative_to(folder).as_posix()
    return any(f"{inner}/".startswith(f"{beside}/") for beside in _BESIDE) or inner in (
        ".local",
        ".local/share",
        ".local/state",
    )


def _what(path: Path) -> str:
    if path.is_symlink():
        return f"link to {os.readlink(path)}"
    if path.is_dir():
        return "folder"
    return hashlib.sha256(path.read_bytes()).hexdigest()
