"""docs/reference/cli.md: every command of ``openbis-nb`` as its own ``--help`` says it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from .markdown import code, head

#: Columns of the help texts; fixed, so that the page does not depend on a terminal.
WIDTH = 100


def page() -> str:
    """The whole page."""
    intro = """
        Each text is what the command prints for `--help`. Exit codes are those of [errors](errors.md);
        0 means done, 2 also stands for a wrong command line.
        """
    parts = [head("Commands", intro)]
    for path, command in commands():
        context = click.Context(command, info_name=path, max_content_width=WIDTH, terminal_width=WIDTH)
        parts += [f"## `{path}`", code(command.get_help(context), "text")]
    return "\n\n".join(parts) + "\n"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before what they hold."""
    from openbis_nb.cli import main

    yield from _walk("openbis-nb", main)


def _walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _walk(f"{path} {name}", child)
