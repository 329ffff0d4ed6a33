"""The whole test suite, and a second chance for few tests that failed beside others (decision 0035).

Usage: ``python -P scripts/whole_run.py [OPTIONS OF PYTEST]``, of which ``scripts/test`` makes use.

Where a run with several workers ends with few failures, those tests are run once more: alone, by one process,
with nothing of the first run in it. The exit code is then that of the second run, and the last lines name
what failed beside others and passed alone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

#: More failures than this have a cause that is no chance.
FEW = 8
#: No coverage: the first run has said it.
ALONE = ("--numprocesses", "0", "--no-cov")


@dataclass(eq=False)
class Noted:
    """A plugin of the first run: what failed, and whether all else went as it should.

    A fixture that fails for a whole file is one failure, however many tests wanted it.
    """

    failed: list[str] = field(default_factory=list)
    unprepared: list[str] = field(default_factory=list)
    broken: bool = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            kind = self.failed if report.when == "call" else self.unprepared
            if report.nodeid not in kind:
                kind.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.broken = self.broken or report.failed

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker has ended; with an error where it crashed."""
        self.broken = self.broken or bool(error)

    @property
    def tests(self) -> list[str]:
        return list(dict.fromkeys([*self.failed, *self.unprepared]))

    def gives_second_chance(self, exit_code: int) -> bool:
        failures = len(self.failed) + len({test.partition("::")[0] for test in self.unprepared})
        return exit_code == pytest.ExitCode.TESTS_FAILED and not self.broken and 0 < failures <= FEW


def main(options: Sequence[str]) -> int:
    noted = Noted()
    # The lines that name failures are written below, when it is known which are.
    exit_code = int(pytest.main([*options, "-rsxX"], plugins=[noted]))
    if not noted.gives_second_chance(exit_code):
        say(*(f"FAILED {test}" for test in noted.tests))
        return exit_code
    say("", f"Once more, alone, without coverage: {len(noted.tests)} that failed beside others.")
    alone = [sys.executable, "-P", "-m", "pytest", *ALONE, *noted.tests]
    exit_code = subprocess.run(alone, check=False).returncode
    if exit_code == 0:
        say("", "UNSTEADY, to be mended (decision 0035). Failed beside others, passed alone:")
        say(*(f"  {test}" for test in noted.tests))
    return exit_code


def say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
