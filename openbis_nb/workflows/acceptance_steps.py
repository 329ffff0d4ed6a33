"""The steps of an acceptance run, named as the rows of ``docs/reference/support.md``.

A step returns a note on what it saw. It raises one of our errors when the server does not do what the
contract says, and :class:`NotTried` when it cannot be tried here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OpenbisNbError, UnexpectedAnswer
from ..models import DataFile, Entity
from ..notebooks import document
from ..openbis import checkpoints
from ..openbis.client import OpenBIS
from ..openbis.fast_download import offers_fast_download, rest_of_file
from ..openbis.files import download
from ..openbis.pybis_face import connect_pybis
from ..openbis.secrets import scrub
from .evidence import Evidence
from .save import save
from .save_request import SaveRequest
from .workplace import Workplace

if TYPE_CHECKING:
    from pybis import Openbis

__all__ = ["STEPS", "NotTried", "Trial"]

_NAME = "Acceptance run of openbis-nb"
_RESULT = "x,y\n1,2\n"


class NotTried(Exception):
    """This step cannot be tried here; the text says why."""


@dataclass
class Trial:
    """What the steps share: where they work, and what they made (permIds, oldest first)."""

    workplace: Workplace
    experiment: Entity
    folder: Path
    made: list[str] = field(default_factory=list)
    notebook_id: str = ""

    @property
    def client(self) -> OpenBIS:
        """The person's client."""
        return self.workplace.client

    @property
    def first(self) -> str:
        """The first version that was saved."""
        if not self.made:
            raise NotTried("Nothing could be saved.")
        return self.made[0]

    async def files(self) -> list[DataFile]:
        """The files of the first version."""
        return (await self.client.files_of([self.first]))[self.first]


async def who(trial: Trial) -> str:
    """Session and person, asked of the server itself."""
    _expect(await trial.client.is_session_active(), "The session is not active.")
    await trial.client.whoami()
    kind = "a personal access token" if trial.client.token.is_personal_access_token else "a log-in session"
    return f"by {kind}"


async def personal_access_token(trial: Trial) -> str:
    """Make a token, use it, revoke it."""
    if trial.client.token.is_personal_access_token:
        raise NotTried("The run itself uses a personal access token, which cannot make another.")
    if not (await trial.client.server_information()).personal_access_tokens:
        raise NotTried("They are switched off on this server.")
    until = datetime.now(UTC) + timedelta(hours=1)
    made = await trial.client.create_personal_access_token("openbis-nb acceptance", until)
    try:
        async with OpenBIS(trial.client.server, made.token) as other:
            same = (await other.whoami()).user_id == (await trial.client.whoami()).user_id
    finally:
        await trial.client.revoke_personal_access_token(made.token, "acceptance run has ended")
    _expect(same, "The token belongs to somebody else.")
    return "made, used and revoked"


async def reading(trial: Trial) -> str:
    """The experiment by identifier and by permId, and its data sets."""
    by_identifier = await trial.client.entity(trial.experiment.identifier)
    by_perm_id = await trial.client.entity(trial.experiment.perm_id)
    _expect(by_identifier.perm_id == by_perm_id.perm_id, "Identifier and permId give different experiments.")
    found = await trial.client.data_sets_of(trial.experiment)
    return f"{trial.experiment.identifier} with {len(found)} data sets"


async def saving(trial: Trial) -> str:
    """Two versions of a small notebook with a result file; the first is the second's parent."""
    notebook = document.new([_cell("# " + _NAME)], {"kernelspec": _KERNEL})
    path = document.write_new(trial.folder, _NAME, notebook)
    result_file = trial.folder / "result.csv"
    result_file.write_text(_RESULT)
    await _save(trial, path, result_file, ())
    path.write_bytes(path.read_bytes().replace(_NAME.encode(), b"Second version"))
    await _save(trial, path, result_file, (trial.first,))
    found = (await trial.client.data_sets(trial.made))[trial.made[1]]
    _expect(trial.first in found.parents, "The parent of the second version is not there.")
    listed = await checkpoints.versions(trial.client, trial.notebook_id)
    _expect(
        [v.perm_id for v in listed if v.counts] == trial.made,
        "The versions are not found by their history id.",
    )
    return f"versions {' and '.join(trial.made)}"


async def _save(trial: Trial, path: Path, result_file: Path, parents: tuple[str, ...]) -> None:
    request = SaveRequest(
        path=path,
        name=_NAME,
        notes="a < b & c",
        files=(result_file,),
        owner=trial.experiment.perm_id,
        evidence=Evidence(handed_out=parents),
        confirm=True,
    )
    saved = await save(trial.workplace, request)
    if saved.perm_id is None:
        raise UnexpectedAnswer(saved.reason or "The version was not saved.")
    trial.made.append(saved.perm_id)
    trial.notebook_id = saved.notebook_id


async def properties(trial: Trial) -> str:
    """Name, notes and history id as the server's type spells them."""
    found = (await trial.client.data_sets([trial.first]))[trial.first]
    spelled = await trial.client.property_code(found.type_code, "HISTORY_ID")
    _expect(found.properties.get(str(spelled)) == trial.notebook_id, "The history id is another one.")
    _expect(found.name == _NAME, "The name is another one.")
    return f"spelled {spelled}"


async def listing(trial: Trial) -> str:
    """Every file with size and CRC32."""
    files = await trial.files()
    _expect(any(file.name.endswith(".ipynb") for file in files), "The notebook is not listed.")
    without = [file.path for file in files if file.crc32 is None]
    return f"{len(files)} files" + (f", without CRC32: {', '.join(without)}" if without else " with CRC32")


async def plain_download(trial: Trial) -> str:
    """All files by GET, verified."""
    files = await trial.files()
    paths = await download(trial.client, files, trial.workplace.cache)
    result = next(path for path, file in zip(paths, files, strict=True) if file.name == "result.csv")
    _expect(result.read_text() == _RESULT, "The result file has other content.")
    return f"{sum(file.size for file in files)} bytes, verified"


async def fast_download(trial: Trial) -> str:
    """One file by chunks, as a cut download is resumed."""
    file = next(file for file in await trial.files() if file.name == "result.csv")
    if not await offers_fast_download(trial.client, file):
        raise NotTried("This server does not offer it.")
    content = b"".join([chunk async for chunk in rest_of_file(trial.client, trial.client.token, file, 0)])
    _expect(content.decode() == _RESULT, "The result file has other content.")
    return "by chunks, verified"


async def pybis_reads(trial: Trial) -> str:
    """pybis sees name, parents and files, and downloads the notebook."""
    second = trial.made[1] if len(trial.made) > 1 else trial.first
    return await asyncio.to_thread(_read_with_pybis, trial, second)


def _read_with_pybis(trial: Trial, perm_id: str) -> str:
    with _pybis(trial) as openbis:
        found = openbis.get_dataset(perm_id)
        names = {str(value) for value in found.p.all().values()}
        _expect(_NAME in names, "pybis sees another name.")
        _expect(trial.first in found.parents, "pybis sees other parents.")
        folder = trial.folder / "pybis"
        found.download(destination=str(folder), create_default_folders=True)
        files = [path for path in folder.rglob("*") if path.is_file()]
    _expect(any(path.suffix == ".ipynb" for path in files), "pybis downloads no notebook.")
    return f"{len(files)} files downloaded"


async def pybis_writes(trial: Trial) -> str:
    """What pybis registers, we read."""
    perm_id = await asyncio.to_thread(_write_with_pybis, trial)
    trial.made.append(perm_id)
    files = (await trial.client.files_of([perm_id]))[perm_id]
    [path] = await download(trial.client, files, trial.workplace.cache)
    _expect(path.read_text() == _RESULT, "We read other content than pybis wrote.")
    return perm_id


def _write_with_pybis(trial: Trial) -> str:
    file = trial.folder / "from_pybis.csv"
    file.write_text(_RESULT)
    with _pybis(trial) as openbis:
        made = openbis.new_dataset(
            type=trial.workplace.data_set_type, experiment=trial.experiment.identifier, files=[str(file)]
        ).save()
        return str(made.permId)


async def trash(trial: Trial) -> str:
    """Into the trash, back, and (at the end of the run) into the trash again."""
    deletion = await trial.client.delete_data_sets([trial.first], "acceptance run")
    _expect(not await trial.client.data_sets([trial.first]), "It is still visible.")
    _expect(trial.first in await trial.client.in_trash([trial.first]), "It is not in the trash.")
    await trial.client.revert(deletion)
    _expect(bool(await trial.client.data_sets([trial.first])), "It did not come back.")
    return "deleted, found in the trash, brought back"


async def archive(trial: Trial) -> str:
    """Left alone: it concerns the store of everybody."""
    raise NotTried("An acceptance run does not touch the archive.")


#: Feature (a row of the support table) and how it is tried, in order.
STEPS: tuple[tuple[str, Callable[[Trial], Awaitable[str]]], ...] = (
    ("Log-in, session, who am I", who),
    ("Personal access tokens", personal_access_token),
    ("Spaces, projects, experiments, objects, data sets: get and search", reading),
    ("Upload and registration of a data set", saving),
    ("Properties: name, notes, history id", properties),
    ("List the files of data sets", listing),
    ("Download, plain", plain_download),
    ("Download, fast (resumable)", fast_download),
    ("pybis reads what we write", pybis_reads),
    ("We read what pybis writes", pybis_writes),
    ("Trash, revert, delete", trash),
    ("Archive and unarchive", archive),
)

_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def _cell(text: str) -> object:
    from nbformat.v4 import new_markdown_cell  # slow to import

    return new_markdown_cell(text, id="acceptance")


@contextmanager
def _pybis(trial: Trial) -> Iterator[Openbis]:
    """pybis, with whatever it raises made one of our errors."""
    try:
        yield connect_pybis(trial.client.server, lambda: trial.client.token)
    except OpenbisNbError:
        raise
    except Exception as error:  # pybis raises ValueError, KeyError, TypeError … for anything
        raise UnexpectedAnswer(f"pybis: {type(error).__name__}: {scrub(str(error))[:200]}") from error


def _expect(fact: bool, otherwise: str) -> None:
    if not fact:
        raise UnexpectedAnswer(otherwise)
