"""``openbis-nb doctor``: is everything there that a save needs, and who mends what is not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import click

from .. import assemble
from ..errors import ConfigurationProblem
from ..notebooks.library import TemplateLibrary
from ..openbis.client import OpenBIS, Secret
from ..settings import Settings, sources
from ..workflows.acceptance import accept
from ..workflows.acceptance_report import as_markdown
from ..workflows.doctor import Check, Repair, check_hub, check_machine, check_server, plan_repairs, problem_of
from .command import command
from .connection import connect, open_workplace
from .progress import saying
from .terminal import Terminal, table, to_json

__all__ = ["doctor"]

_MARKS = {"ok": "✓", "warning": "!", "problem": "✗", "skipped": "-"}


@command(
    examples=[
        "openbis-nb doctor",
        "openbis-nb doctor --project /BIOLAB/GROWTH --json",
        "openbis-nb doctor --fix",
        "openbis-nb doctor --acceptance --project /BIOLAB/GROWTH > report.md",
        "openbis-nb doctor --hub https://jupyterhub.example.org",
    ]
)
@click.option("--project", metavar="IDENTIFIER", help="The project to save to; default: all you may see.")
@click.option("--fix", is_flag=True, help="Show what could be mended, ask, and mend it (instance admin).")
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@click.option("--acceptance", is_flag=True, help="Save, read and trash in --project, and print a report.")
@click.option(
    "--hub",
    metavar="[URL]",
    is_flag=False,
    flag_value="",
    help="Check a JupyterHub instead; default: the one of this server, else http://127.0.0.1:8000.",
)
async def doctor(
    terminal: Terminal,
    settings: Settings,
    project: str | None,
    fix: bool,
    yes: bool,
    acceptance: bool,
    hub: str | None,
) -> None:
    """Check connection, session, types, rights and settings.

    Nothing is changed without --fix or --acceptance, and --fix never touches openBIS' own properties.
    The exit code is 1 when there is a problem; warnings are none.

    With --hub it looks at a JupyterHub from outside, and, with an admin's token in OPENBIS_NB_HUB_TOKEN,
    at its set-up.
    """
    if hub is not None:
        checks = await _check_hub(settings, hub)
        _report(terminal, checks, {"checks": checks}, list(_lines(checks)))
        return
    if acceptance:
        await _acceptance(terminal, settings, project)
        return
    if fix:
        await _fix(terminal, settings, yes=yes)
    checks = await _checks(settings, project)
    shown = _settings(settings)
    document = {"checks": checks, "settings": shown}
    _report(terminal, checks, document, [*_lines(checks), "", *_settings_lines(shown)])


def _report(terminal: Terminal, checks: Sequence[Check], document: dict[str, Any], lines: list[str]) -> None:
    terminal.result(document, lines)
    if any(check.status == "problem" for check in checks):
        click.get_current_context().exit(1)


async def _check_hub(settings: Settings, url: str) -> list[Check]:
    """By an admin's token, else by that of the server in which this runs, which is a person's own."""
    env = os.environ
    found = url or env.get("JUPYTERHUB_PUBLIC_HUB_URL") or "http://127.0.0.1:8000"
    token = Secret(env.get("OPENBIS_NB_HUB_TOKEN") or env.get("JUPYTERHUB_API_TOKEN") or "")
    return await check_hub(found, token, openbis_public_url=settings.link_url, ca_bundle=settings.ca_bundle)


async def _checks(settings: Settings, project: str | None) -> list[Check]:
    machine = check_machine(
        cache_dir=settings.cache_dir,
        cache_size=settings.cache_size,
        state_dir=settings.state_dir,
        outbox=assemble.outbox(settings),
        templates=TemplateLibrary(settings.template_dirs),
        mounts=settings.store_mounts,
    )
    try:
        server = assemble.server(settings)
        token = assemble.homes(settings).load(server.url)
    except ConfigurationProblem as error:
        return [problem_of("address", error), *machine]
    async with OpenBIS(server, token) as openbis:
        found = await check_server(openbis, data_set_type=settings.data_set_type, project=project)
    return [*found, *machine]


async def _fix(terminal: Terminal, settings: Settings, *, yes: bool) -> None:
    async with connect(settings) as openbis:
        repairs = await plan_repairs(openbis, settings.data_set_type)
        if not repairs:
            terminal.note("There is nothing that could be mended from here.")
        elif _agreed(terminal, repairs, yes=yes):
            for repair in repairs:
                await repair.make()
                terminal.note(f"Done: {repair.description}")


def _agreed(terminal: Terminal, repairs: Sequence[Repair], *, yes: bool) -> bool:
    for repair in repairs:
        terminal.note(f"Plan: {repair.description}")
    return yes or terminal.confirm("Change openBIS for everybody as planned?", otherwise="--yes")


async def _acceptance(terminal: Terminal, settings: Settings, project: str | None) -> None:
    if project is None:
        raise click.UsageError("--acceptance needs --project: it saves and trashes data sets there.")
    async with open_workplace(settings) as workplace:
        with saying("Acceptance run") as say:
            report = await accept(workplace, project, say=say)
    terminal.result({**to_json(report), "passed": report.passed}, as_markdown(report))
    if not report.passed:
        click.get_current_context().exit(1)


def _lines(checks: Sequence[Check]) -> Iterator[str]:
    for check in checks:
        yield f"{_MARKS[check.status]} {check.topic}: {check.message}"
        if check.next_step:
            yield f"    → {check.next_step}"


def _settings(settings: Settings) -> list[dict[str, Any]]:
    """Each setting, its value and where it comes from. None of them is a secret."""
    places = sources(os.environ)
    if settings.url:
        places.setdefault("url", "--url, or the only stored session")
    return [
        {
            "name": spec.name,
            "value": to_json(getattr(settings, spec.name)),
            "source": places.get(spec.name, "default"),
        }
        for spec in fields(Settings)
    ]


def _settings_lines(shown: Sequence[dict[str, Any]]) -> list[str]:
    rows = [(one["name"], "" if one["value"] in ([], {}) else one["value"], one["source"]) for one in shown]
    return table(["SETTING", "VALUE", "FROM"], rows)
