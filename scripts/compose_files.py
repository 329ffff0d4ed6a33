"""Read compose files by the compose specification, as Docker does: variables first, then the file.

Run by scripts/check with the tools in .tools/lint. A variable gets a value of the kind that it needs.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from compose_spec import PyCompose

_VARIABLE = re.compile(r"\$\{(\w+)(?::\?[^}]*)?\}")


def problem(path: Path) -> str | None:
    """What is wrong with a file; ``None`` if nothing is."""
    text = path.read_text(encoding="utf-8")
    filled = _VARIABLE.sub(lambda found: "998" if found[1].endswith("_GID") else "value.example.org", text)
    try:
        PyCompose.from_yaml(filled).validate()
    except ValueError as error:
        return f"{path}: {error}"
    return None


if __name__ == "__main__":
    problems = [found for name in sys.argv[1:] if (found := problem(Path(name)))]
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
