"""``python -m scripts.reference``: write the pages; with ``--check``: compare, and say which are behind."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from . import api, cli, errors, library_rights, publishing_rights, rules, sandbox, service_api, settings

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "api.md": api.page,
    "cli.md": cli.page,
    "coverage.md": rules.page,
    "errors.md": errors.page,
    "openapi.json": service_api.openapi,
    "library-rights.md": library_rights.page,
    "publishing-rights.md": publishing_rights.page,
    "sandbox.md": sandbox.page,
    "service-api.md": service_api.page,
    "settings.md": settings.page,
}


def behind(name: str, text: str) -> str:
    """The first lines in which the committed page differs from *text*; empty when it is up to date."""
    path = FOLDER / name
    committed = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.unified_diff(
        committed.splitlines(), text.splitlines(), f"docs/reference/{name}", "from the code", lineterm=""
    )
    return "\n".join(islice(lines, 20))


def main(arguments: list[str]) -> int:
    """Write or check every page; the exit code is 1 when ``--check`` finds one behind."""
    texts = {name: make() for name, make in PAGES.items()}
    if arguments == ["--check"]:
        differences = [difference for name, text in texts.items() if (difference := behind(name, text))]
        print(
            "\n".join([*differences, "Run scripts/docs and commit its pages."]) if differences else "", end=""
        )
        return 1 if differences else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
