"""``python -m scripts.measure [NAME]…``: run the benchmarks and write docs/reference/performance.md.

Each ``benchmarks/NAME.py`` is a program of its own that prints what it measured. Without names all
run, and the page is written from what they printed; with names it is left alone.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from .reference.markdown import code

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "performance.md"
INTRO = """\
# Performance

<!-- Made by scripts/bench. Run it again, do not edit this page. -->

Measured against the embedded sandbox on this machine's loopback, not against a real openBIS: read the
ratios, not the seconds. A real network and a real data store are slower, for every client alike.
Times vary by about 30 % from run to run.
"""


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 1 when one of them failed."""
    programs = [ROOT / "benchmarks" / f"{name}.py" for name in names] or sorted(
        ROOT.glob("benchmarks/[!_]*.py")
    )
    sections = []
    for program in programs:
        print(f"== {program.stem}", flush=True)
        result = subprocess.run(
            [sys.executable, str(program)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        print(result.stdout, flush=True)
        if result.returncode:
            print(f"{program.name} failed with exit code {result.returncode}", file=sys.stderr)
            return 1
        command = f"scripts/bench {program.stem}"
        sections.append(f"## {program.stem}\n\n`{command}`\n\n{code(result.stdout, 'text')}")
    if not names:
        PAGE.write_text("\n\n".join([INTRO + "\n" + machine(), *sections]) + "\n", encoding="utf-8")
    return 0


def machine() -> str:
    """The class of this machine and the day; no name of it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    facts = [
        time.strftime("%Y-%m-%d"),
        f"{os.cpu_count()} cores ({platform.machine()})",
        f"{memory:.0f} GiB of memory",
        platform.system(),
        f"Python {platform.python_version()}",
    ]
    return ", ".join(facts) + "."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
