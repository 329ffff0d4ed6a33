"""``openbis-nb run``: a notebook without a browser, with new parameters and inputs (F-03)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ..settings import Settings
from ..workflows.run import RunRequest, RunResult
from ..workflows.run import run as run_notebook
from . import parameters
from .command import assignments, command
from .connection import open_workplace
from .progress import counting
from .summaries import exit_code_of_save, save_lines
from .terminal import Terminal

__all__ = ["run"]


@command(
    examples=[
        "openbis-nb run 'Growth curves.ipynb'",
        "openbis-nb run growth.ipynb --set window_hours=2.5 --input 20261121093000123-50 --owner /S/P/E2",
        "openbis-nb run growth.ipynb --no-save --output executed.ipynb",
    ]
)
@click.argument("notebook", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--set", "values", metavar="KEY=VALUE", multiple=True, help="A parameter; repeatable.")
@click.option("--input", "inputs", metavar="PERMID", multiple=True, help="Inputs in place of the notebook's.")
@click.option("--owner", metavar="IDENTIFIER", help="Store the result there; default: the notebook's owner.")
@click.option("--name", metavar="NAME", help="Name of the saved version.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="The executed copy; default: beside the notebook.",
)  # fmt: skip
@click.option("--kernel", metavar="NAME", help="Kernel; default: the notebook's.")
@click.option(
    "--timeout", "cell_seconds", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True),
    help="Longest time for one cell; default: no limit.",
)  # fmt: skip
@click.option("--no-save", is_flag=True, help="Run only; nothing is sent to openBIS.")
@click.option("--confirm", is_flag=True, help="Accept what the notebook says of its owner and inputs.")
async def run(
    terminal: Terminal,
    settings: Settings,
    notebook: Path,
    values: Sequence[str],
    inputs: Sequence[str],
    owner: str | None,
    name: str | None,
    output: Path | None,
    kernel: str | None,
    cell_seconds: float | None,
    no_save: bool,
    confirm: bool,
) -> None:
    """Run a notebook without a browser and save the result.

    The notebook file itself is not changed: a copy is executed and written beside it, never over
    another file. When a cell raises, the copy is kept, nothing is saved, and the exit code is 9.
    """
    texts = assignments(values, option="--set")
    os.environ["OPENBIS_URL"] = settings.url  # the kernel speaks to the same openBIS, also with --url
    async with open_workplace(settings, terminal) as workplace:
        request = RunRequest(
            path=notebook,
            parameters=parameters.for_notebook(
                notebook, texts, workplace.templates, max_size=workplace.limits.max_notebook
            ),
            inputs=tuple(inputs) or None,
            owner=owner,
            name=name,
            output=output,
            save=not no_save,
            kernel=kernel,
            timeout=cell_seconds,
            confirm=confirm,
        )
        with counting("Running") as progress:
            result = await run_notebook(workplace, request, progress=progress)
    terminal.result(result, _lines(result))
    if result.saved:
        click.get_current_context().exit(exit_code_of_save(result.saved))


def _lines(result: RunResult) -> Iterator[str]:
    yield f"Ran {result.cells} cells in {result.seconds:.1f} s: {result.executed}"
    if result.saved:
        yield from save_lines(result.saved)
