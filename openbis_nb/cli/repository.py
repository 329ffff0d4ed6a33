"""``openbis-nb repository``: repositories as folders that are kept up to date without losing what one did."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from .. import assemble
from ..errors import InvalidInput
from ..openbis.secrets import Secret
from ..settings import Settings
from ..workflows.importing import repository_documents as documents
from ..workflows.importing.repositories import Repositories, Step
from ..workflows.importing.repository_book import Entry, Note
from ..workflows.importing.repository_get import get as get_repository
from ..workflows.importing.repository_state import Standing, standings
from ..workflows.importing.repository_update import update as update_repository
from .command import command, output_folder
from .progress import saying
from .terminal import Terminal, table

__all__ = ["repository"]

_TOLD = {
    "kept": "Kept yours: {path}{why}",
    "merged": "Merged into yours: {path}{why}",
    "renamed": "Yours is renamed: {path} → {now}",
    "restored": "Came back, as you had deleted it: {path}",
    "left-out": "Left out: {path}{why}",
    "branch": "Your own commits are in the branch {now}",
}
_UPSTREAM = {
    "unknown": "",
    "current": "up to date",
    "behind": "newer at the host",
    "ended": "gone at the host",
    "unreachable": "not reached",
}


@click.group()
def repository() -> None:
    """Repositories as folders that are kept up to date without losing edits."""


@command(
    group=repository,
    examples=[
        "openbis-nb repository get https://github.com/ORG/COURSE",
        "openbis-nb repository get https://gitlab.example.org/group/course.git --ref v2 --name course-2026",
        "openbis-nb repository get https://github.com/ORG/COURSE --json",
    ],
)
@click.argument("address", metavar="ADDRESS")
@click.option("--ref", metavar="NAME", help="Branch, tag or whole commit; default: the host's own branch.")
@click.option("--name", metavar="NAME", help="Of the new folder; default: the repository's name.")
@output_folder
async def get(
    terminal: Terminal, settings: Settings, address: str, ref: str | None, name: str | None, folder: Path
) -> None:
    """Fetch a repository into a new folder.

    ADDRESS is that of its page, or the one for git. Where the name is taken, the folder gets _1, _2 …
    Nothing is left behind when it fails.
    """
    parent = await asyncio.to_thread(folder.resolve)
    with _stepping("Fetching the repository") as stepped:
        entry = await get_repository(
            _repositories(settings), address, ref=ref, folder=name, parent=parent, stepped=stepped
        )
    terminal.result(documents.entry_document(entry), _lines(entry))


@command(
    group=repository,
    examples=[
        "openbis-nb repository update",
        "openbis-nb repository update course",
        "openbis-nb repository update course --ref v3",
    ],
)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--ref", metavar="NAME", help="Another branch, tag or whole commit from now on.")
async def update(terminal: Terminal, settings: Settings, path: Path | None, ref: str | None) -> None:
    """Bring a folder up to date; what you changed stays.

    PATH is the folder, or anything in it; default: this folder. Files that both changed are merged, and of
    the same lines yours stay; deleted files come back; a file of yours where the repository has a new one is
    renamed. All of that is listed.
    """
    repositories = _repositories(settings)
    with _stepping("Updating") as stepped:
        found = await asyncio.to_thread(_folder_of, repositories, (path or Path()).resolve())
        entry = await update_repository(repositories, found, ref=ref, stepped=stepped)
    terminal.result(documents.entry_document(entry), _lines(entry))


@command(
    group=repository,
    name="list",
    examples=["openbis-nb repository list", "openbis-nb repository list --ask --json"],
)
@click.option("--ask", is_flag=True, help="Ask the hosts, too, what is new.")
async def list_(terminal: Terminal, settings: Settings, ask: bool) -> None:
    """List the repositories that were fetched, and what you changed in them."""
    with saying("Looking"):
        found = await standings(_repositories(settings), ask_hosts=ask)
    headings = ["FOLDER", "FROM", "AT", "COMMIT", "YOURS", "HOST"]
    lines = table(headings, [_row(one) for one in found]) if found else ["No repository was fetched yet."]
    terminal.result([documents.standing_document(one) for one in found], lines)


@command(group=repository, examples=["openbis-nb repository forget course"])
@click.argument("path", type=click.Path(path_type=Path))
def forget(terminal: Terminal, settings: Settings, path: Path) -> None:
    """Take a repository off the list; its folder stays as it is."""
    repositories = _repositories(settings)
    found = _folder_of(repositories, path.absolute())
    repositories.book.forget(found)
    terminal.result({"forgotten": str(found)}, [f"{found} is not in the list any more; the folder stays."])


@command(
    group=repository,
    name="log-in",
    examples=[
        "openbis-nb repository log-in gitlab.example.org --user alice",
        "openbis-nb repository log-in github.com --token-stdin < token.txt",
    ],
)
@click.argument("host")
@click.option("--user", metavar="USER", default="", help="Name of the account; many hosts take any.")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input.")
@click.option("--keyring", is_flag=True, help="Keep it in the keyring of this computer, not in a file.")
def log_in(
    terminal: Terminal, settings: Settings, host: str, user: str, token_stdin: bool, keyring: bool
) -> None:
    """Keep a token for the private repositories of one host.

    It is asked for without echo, kept for this account alone, and sent to no other host. A token that may
    only read is enough.
    """
    token = Secret(sys.stdin.readline().strip()) if token_stdin else _asked(terminal, host)
    kept = assemble.host_credentials(settings).store(
        host, user or "git", token, "keyring" if keyring else "file"
    )
    terminal.result(
        {"host": kept.host, "user": kept.user, "home": kept.home}, [f"A token for {kept.host} is kept."]
    )


@command(group=repository, name="log-out", examples=["openbis-nb repository log-out gitlab.example.org"])
@click.argument("host")
def log_out(terminal: Terminal, settings: Settings, host: str) -> None:
    """Forget the token for a host. At the host it is good until it ends or is revoked there."""
    assemble.host_credentials(settings).forget(host)
    terminal.result({"forgotten": host}, [f"The token for {host} is gone from here."])


def _repositories(settings: Settings) -> Repositories:
    return assemble.repositories(settings, Path("/"))


def _folder_of(repositories: Repositories, path: Path) -> Path:
    """The repository that *path* is in; *path* itself where it is in none."""
    known = {entry.path for entry in repositories.book.all()}
    return next((above for above in (path, *path.parents) if above in known), path)


def _asked(terminal: Terminal, host: str) -> Secret:
    if not sys.stdin.isatty():
        raise InvalidInput(
            f"Token for {host}: there is no terminal to ask on.", next_step="Give --token-stdin."
        )
    return Secret(str(terminal.ask(f"Token for {host}", hide=True)).strip())


@contextmanager
def _stepping(title: str) -> Iterator[Callable[[Step], None]]:
    with saying(title) as say:
        yield lambda step: say(f"{step.message} {step.done} of {step.total}" if step.total else step.message)


def _lines(entry: Entry) -> Iterator[str]:
    report = entry.report
    yield f"{entry.path}: {entry.ref} at {entry.commit[:12]}"
    yield f"{report.added} new, {report.updated} changed and {report.removed} removed files."
    for note in report.notes:
        yield _line(note)


def _line(note: Note) -> str:
    return _TOLD[note.kind].format(path=note.path, now=note.now, why=f" ({note.why})" if note.why else "")


def _row(one: Standing) -> tuple[str, ...]:
    entry = one.entry
    yours = f"{one.changes} changed" if one.changes else one.local
    return (str(entry.path), entry.url, entry.ref, entry.commit[:12], yours, _UPSTREAM[one.upstream])
