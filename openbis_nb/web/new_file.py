"""What is streamed from the service becomes a new file: whole or not at all, beside what is there (N-47)."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from ..errors import TooLarge, TransferFailed, disk_problem
from ..identifiers import free_name, safe_file_name

__all__ = ["write_stream"]


async def write_stream(
    folder: Path,
    name: str,
    suffix: str,
    pieces: AsyncIterator[bytes],
    *,
    size: int,
    most: int,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Write *pieces* into a new file in *folder*.

    Args:
        folder: An existing folder.
        name: What people call it; made a safe file name here.
        suffix: Of the file, with its dot.
        pieces: The bytes.
        size: How many they are; 0 where that is not known.
        most: Refuse more than this, in bytes.
        progress: Is told how many bytes have come.

    Returns:
        ``Name.ipynb``, else ``Name 2.ipynb`` …; no existing file is overwritten.

    Raises:
        TooLarge: over *most*.
        TransferFailed: fewer or more bytes came than announced; nothing is kept.
        NoSpace: the disk is full; nothing is kept.
    """
    wanted = safe_file_name(name, suffix=suffix)
    part = folder / f".{wanted[:100]}.{secrets.token_hex(6)}.part"
    try:
        with part.open("xb") as file:
            done = 0
            async for piece in pieces:
                done += len(piece)
                if done > most:
                    raise TooLarge(
                        f"{wanted} is larger than {most} bytes.",
                        next_step="Set OPENBIS_NB_MAX_NOTEBOOK_SIZE to take larger ones.",
                    )
                file.write(piece)
                if progress is not None:
                    progress(done)
            if size and done != size:
                raise TransferFailed(f"{done} of {size} bytes of {wanted} came.")
            file.flush()
            os.fsync(file.fileno())
        return _put_in_place(part, folder, wanted)
    except OSError as error:
        raise disk_problem(error, f"{wanted} could not be written into {folder}") from error
    finally:
        part.unlink(missing_ok=True)


def _put_in_place(part: Path, folder: Path, wanted: str) -> Path:
    taken: set[str] = set()
    while True:
        path = folder / free_name(wanted, taken)
        try:
            path.open("x").close()  # the name is ours from here on
        except FileExistsError:
            taken.add(path.name)
            continue
        return part.replace(path)
