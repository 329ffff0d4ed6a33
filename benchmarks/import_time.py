"""Import time of openbis_nb against pybis: the best of several fresh interpreters.

Prints both times and their ratio. Budget: at most 0.2 of pybis (docs/reference/performance.md).
"""

from __future__ import annotations

import subprocess
import sys

ROUNDS = 7
BUDGET = 0.2
TIMER = "import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"


def seconds_to_import(module: str) -> float:
    """The least of several measurements: what else the machine does only ever adds time."""
    command = [sys.executable, "-c", TIMER.format(module=module)]
    return min(
        float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(ROUNDS)
    )


def main() -> None:
    """Measure and print."""
    times = {module: seconds_to_import(module) for module in ("openbis_nb", "openbis_nb.cli", "pybis")}
    for module, seconds in times.items():
        print(f"import {module:<16} {seconds * 1000:8.1f} ms   {seconds / times['pybis']:6.3f} of pybis")
    print(f"budget: import openbis_nb at most {BUDGET} of pybis")


if __name__ == "__main__":
    main()
