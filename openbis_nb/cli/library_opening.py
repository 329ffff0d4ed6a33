"""``openbis-nb library open``: a notebook of the library in one's own server at the hub."""

from __future__ import annotations

import sys
import webbrowser

import click

from ..errors import NotLoggedIn
from ..settings import Settings
from ..web.access import Access, OpenBISLogIn
from .command import command
from .references import notebook_id_of, path, version_id_of
from .service_access import connect_service
from .terminal import Terminal

__all__ = ["open_"]


@command(
    name="open",
    examples=[
        "openbis-nb library open NOTEBOOK",
        "openbis-nb library open NOTEBOOK --as-template --owner /BIOLAB/GROWTH/EXP_2 --folder growth",
        "openbis-nb library open NOTEBOOK --page",
    ],
)
@click.argument("notebook")
@click.option(
    "--number", type=click.IntRange(1), help="Which version, from 1; default: the newest or the one named."
)
@click.option("--as-template", is_flag=True, help="As a new notebook: cells kept, outputs cleared.")
@click.option("--owner", metavar="IDENTIFIER", help="Where the new notebook is stored; with --as-template.")
@click.option("--folder", metavar="FOLDER", default="", help="In your server's files; default: the top.")
@click.option("--name", metavar="NAME", help="Of the new file; default: the notebook's name.")
@click.option("--profile", metavar="SLUG", help="Which of the hub's server profiles, if it is to be started.")
@click.option("--page", is_flag=True, help="Its page in the library instead; nothing is started.")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
async def open_(
    terminal: Terminal,
    settings: Settings,
    notebook: str,
    number: int | None,
    as_template: bool,
    owner: str | None,
    folder: str,
    name: str | None,
    profile: str | None,
    page: bool,
    no_browser: bool,
) -> None:
    """Open a notebook in JupyterLab, to continue or as a template.

    Your server at the hub writes it as a new file; no file is overwritten. Saved from there, a continued
    notebook gets its next version.
    """
    if owner and not as_template:
        raise click.UsageError("--owner goes with --as-template: a continued notebook stays where it is.")
    async with connect_service(settings, terminal) as client:
        if page:
            detail = await client.get(path("notebooks", await notebook_id_of(client, notebook)))
            answer, address = detail, client.access.link(detail["notebook"]["page"])
        else:
            _check_is_at_the_hub(client.access)
            wanted = {
                "mode": "template" if as_template else "continue",
                "directory": folder,
                "name": name,
                "profile": profile,
                "owner": owner,
            }
            version = await version_id_of(client, notebook, number)
            body = {key: value for key, value in wanted.items() if value is not None}
            answer = await client.change("POST", path("versions", version, "launches"), body)
            address = client.access.link(answer["page"])
    terminal.result(answer, [address])
    if not (no_browser or terminal.as_json) and sys.stdout.isatty():
        webbrowser.open(address)


def _check_is_at_the_hub(access: Access) -> None:
    """An openBIS token says nothing of whose server at the hub is to open it.

    Raises:
        NotLoggedIn: with the three ways that there are.
    """
    if isinstance(access.who, OpenBISLogIn):
        page = access.url.partition("/services/")[0] + "/hub/token"
        raise NotLoggedIn(
            "JupyterLab is opened by your account at the hub; here you are logged in to openBIS only.",
            next_step="Run this in a terminal of your server at the hub; or make a token there "
            f"({page}) and name its file in OPENBIS_NB_SERVICE_TOKEN_FILE; or add --page.",
        )
