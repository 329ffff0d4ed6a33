"""Reading one notebook: its versions, who may write it, the bytes of one version."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import InvalidInput, NotFound, OpenBISRefused, TooLarge
from ...identifiers import is_perm_id
from ...models import DataFile
from ...notebooks import provenance
from ...notebooks.provenance import Provenance
from ...openbis import checkpoints
from ...openbis.authorship import provenance_file
from ...openbis.client import OpenBIS
from ...openbis.download import read
from .model import Notebook, perm_id_of_fid

__all__ = ["is_fid", "notebook_of", "provenance_among", "read_content", "read_notebook", "read_provenance"]


async def read_notebook(client: OpenBIS, notebook_id: str, *, co_authors: bool = True) -> Notebook:
    """All versions of a notebook id that the person sees, judged.

    Two round trips for a notebook of one writer, three where provenance is read that this process has not
    read before.

    Args:
        client: With a session.
        notebook_id: Value of the history-id property.
        co_authors: Also who is named as one; ``False`` saves reading provenance.

    Raises:
        NotFound: none is visible.
    """
    versions = await checkpoints.versions(client, notebook_id)
    if not versions:
        raise NotFound("openBIS shows you no such notebook.", next_step="Check the id, and your rights.")
    counting = [version for version in versions if version.counts]
    named = await checkpoints.co_authors(client, counting) if co_authors else ()
    return Notebook(notebook_id, tuple(versions), named)


async def notebook_of(client: OpenBIS, ref: str, *, co_authors: bool = True) -> Notebook:
    """The notebook that *ref* names.

    Args:
        client: With a session.
        ref: A notebook id, the permId of one of its versions, or a fid (``author:number``).
        co_authors: As for :func:`read_notebook`.

    Raises:
        NotFound: none is visible, or the fid names a version that is not the first one of that author.
    """
    if is_fid(ref):
        author, first = perm_id_of_fid(ref)
        notebook = await read_notebook(client, await _id_of_version(client, first), co_authors=co_authors)
        if (notebook.author, notebook.first.perm_id) != (author, first):
            raise NotFound("openBIS shows you no such notebook.", next_step="Check the fid.")
        return notebook
    if is_perm_id(ref):
        return await read_notebook(client, await _id_of_version(client, ref), co_authors=co_authors)
    return await read_notebook(client, ref, co_authors=co_authors)


def is_fid(ref: str) -> bool:
    """Whether *ref* is written as a fid; not whether there is such a notebook."""
    try:
        perm_id_of_fid(ref)
    except NotFound:
        return False
    return True


async def read_content(client: OpenBIS, perm_id: str, max_bytes: int) -> bytes:
    """The verified bytes of the ``.ipynb`` of a version.

    Raises:
        NotFound: not there, not visible, or no notebook in it.
        TooLarge: it is over *max_bytes*.
        TransferFailed: it came incomplete or damaged, several times.
    """
    return await checkpoints.read(client, perm_id, max_bytes=max_bytes)


async def read_provenance(client: OpenBIS, perm_id: str) -> Provenance | None:
    """What a version says of where it comes from; ``None`` where it has no such file, or one of another form
    (plain openBIS notebooks have none).

    Raises:
        TransferFailed: it came incomplete or damaged, several times.
    """
    return await provenance_among(client, (await client.files_of([perm_id]))[perm_id])


async def provenance_among(client: OpenBIS, files: Sequence[DataFile]) -> Provenance | None:
    """:func:`read_provenance` of a version whose *files* are listed already."""
    file = provenance_file(files)
    if file is None:
        return None
    try:
        return provenance.loads(await read(client, file, max_bytes=provenance.MAX_SIZE))
    except (InvalidInput, OpenBISRefused, TooLarge):
        return None


async def _id_of_version(client: OpenBIS, perm_id: str) -> str:
    data_set = (await client.data_sets([perm_id])).get(perm_id)
    found = checkpoints.notebook_id_of(data_set) if data_set is not None else None
    if found is None:
        raise NotFound(f"{perm_id} is no version of a notebook that you may see.")
    return found
