"""What is committed says nothing about the machine it was written on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Put together from pieces, so that this file does not find itself.
FORBIDDEN = {
    "a path of one machine": re.compile(
        "/" + r"(work|farm|root)/|/" + r"tmp/[a-z0-9_-]+/[a-z]|/home/[a-z]+/"
    ),
    "the host of a package registry": re.compile(
        r"python" + r"hosted\.org|registry\.npm" + r"js|deb\.debian" + r"\.org|pypi" + r"\.org/simple"
    ),
    "an unfinished thought": re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
}


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what: str) -> None:
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue  # a picture: its bytes may look like anything
        for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
            if FORBIDDEN[what].search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_no_large_file_is_tracked() -> None:
    large = [path.name for path in tracked_files() if path.stat().st_size > 500_000]
    assert not large


def test_scripts_can_be_run() -> None:
    scripts = [*ROOT.glob("scripts/*"), ROOT / ".ci" / "run"]
    with_shebang = [path for path in scripts if path.is_file() and path.read_bytes().startswith(b"#!")]
    assert with_shebang
    assert [path.name for path in with_shebang if not path.stat().st_mode & 0o100] == []


def test_every_folder_of_tests_is_a_package() -> None:
    """So that two test files may have the same name, and helpers are imported relatively."""
    folders = {path.parent for path in ROOT.glob("tests/**/*.py")}
    assert sorted(str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()) == []
