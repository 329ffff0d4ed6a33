"""Notebook files, read with suspicion and written without ever harming what is there.

Reading: size limit first, strict JSON (no duplicate keys, no NaN), nbformat 4 only, brought to 4.5.
Writing: a new file by ``O_CREAT|O_EXCL``, a known one by an atomic exchange that checks what it replaces.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import Conflict, InvalidNotebook, NotFound, TooLarge
from ..identifiers import free_name, safe_file_name
from .quick_import import without_address_parsers

with without_address_parsers():
    import nbformat
    from nbformat import NotebookNode
    from nbformat.v4 import rwbase

__all__ = [
    "DEFAULT_MAX_SIZE",
    "dumps",
    "loads",
    "new",
    "parse",
    "read",
    "read_bytes",
    "replace",
    "strict_json",
    "write_new",
]

#: Largest notebook that is read where the caller names no limit, in bytes.
DEFAULT_MAX_SIZE = 64 * 2**20

_MINOR = 5
_CELL_ID_LENGTH = 16


def new(cells: list[NotebookNode], metadata: Mapping[str, Any]) -> NotebookNode:
    """A notebook of format 4.5 from cells and metadata."""
    return nbformat.from_dict(
        {"nbformat": 4, "nbformat_minor": _MINOR, "metadata": dict(metadata), "cells": cells}
    )


def read(path: Path, *, max_size: int = DEFAULT_MAX_SIZE) -> NotebookNode:
    """The notebook in a file.

    Args:
        path: An ``.ipynb`` file.
        max_size: Refuse more bytes than this, before reading them.

    Raises:
        NotFound: no such file.
        TooLarge: over *max_size*.
        InvalidNotebook: a folder, not JSON, not nbformat 4, or damaged.
    """
    data = read_bytes(path, max_size=max_size)
    return loads(data, name=path.name, max_size=max_size)


def read_bytes(path: Path, *, max_size: int = DEFAULT_MAX_SIZE) -> bytes:
    """The bytes of a notebook file, one more than *max_size* at most.

    Raises:
        NotFound: no such file.
        InvalidNotebook: a folder or a pipe, or it cannot be read.
    """
    try:
        # Not to wait for somebody who writes into a pipe of that name.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise InvalidNotebook(f"{path.name} is not a file.")
            return file.read(max_size + 1)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path.name}.", next_step="Check the path.") from error
    except OSError as error:
        raise InvalidNotebook(f"{path.name} cannot be read: {error.strerror}.") from error


def loads(data: bytes, *, name: str = "The notebook", max_size: int = DEFAULT_MAX_SIZE) -> NotebookNode:
    """A notebook from bytes, checked and brought to format 4.5.

    Cells without an id (formats below 4.5), or with one used twice, get one that depends on their
    place only, so that the same bytes give the same notebook.

    Raises:
        TooLarge: over *max_size* bytes.
        InvalidNotebook: not JSON, not nbformat 4, or damaged; the message says where.
    """
    content = parse(data, name=name, max_size=max_size)
    try:
        notebook = nbformat.from_dict(content)
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        # Only the first line and the place: the whole text of this error quotes the content.
        where = "/".join(str(part) for part in getattr(error, "absolute_path", ()) or ())
        reason = str(getattr(error, "message", "") or error).splitlines()[0][:200]
        raise InvalidNotebook(f"{name} is damaged at {where or 'the top'}: {reason}") from error
    except RecursionError as error:
        raise InvalidNotebook(f"{name} is nested too deeply.") from error
    return rwbase.rejoin_lines(notebook)


def parse(data: bytes, *, name: str = "The notebook", max_size: int = DEFAULT_MAX_SIZE) -> dict[str, Any]:
    """As :func:`loads`, but not checked against the schema: for readers that take what they can.

    Texts may be lists of lines; every cell is a mapping with an id, of which nothing more is known.

    Raises:
        TooLarge: over *max_size* bytes.
        InvalidNotebook: not JSON, or not nbformat 4.
    """
    if len(data) > max_size:
        raise TooLarge(
            f"{name} is larger than {max_size / 2**20:.0f} MB.",
            next_step="Clear large outputs, or raise OPENBIS_NB_MAX_NOTEBOOK_SIZE.",
        )
    content = strict_json(data, name)
    if not isinstance(content, dict) or "nbformat" not in content:
        raise InvalidNotebook(f"{name} is JSON, but not a notebook.")
    _check_format(content, name)
    _give_ids(content)
    content["nbformat_minor"] = max(_MINOR, content["nbformat_minor"])
    return content


def dumps(notebook: Mapping[str, Any]) -> bytes:
    """The bytes of a notebook as Jupyter writes them: sorted keys, one blank of indent, UTF-8.

    Text fields are split into lines as Jupyter does. Lone surrogates are kept as JSON escapes.
    """
    split = rwbase.strip_transient(rwbase.split_lines(nbformat.from_dict(notebook)))
    text = json.dumps(split, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    # A lone surrogate has no UTF-8; "backslashreplace" writes just what JSON calls it.
    return (text + "\n").encode("utf-8", "backslashreplace")


def write_new(folder: Path, name: str, notebook: Mapping[str, Any]) -> Path:
    """Write a notebook beside what is there: ``name.ipynb``, else ``name 2.ipynb`` … (O-15).

    Args:
        folder: An existing folder.
        name: What a person calls the notebook; made a safe file name here.

    Returns:
        The file that was made. No existing file, and no symlink, is ever followed or overwritten.
    """
    data = dumps(notebook)
    wanted = safe_file_name(name, suffix=".ipynb")
    taken: set[str] = set()
    while True:
        path = folder / free_name(wanted, taken)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except FileExistsError:
            taken.add(path.name)
            continue
        break
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def replace(path: Path, notebook: Mapping[str, Any], *, expected: bytes) -> None:
    """Exchange the content of a notebook file in one step, if nobody changed it meanwhile.

    Args:
        path: An existing file; its permission bits are kept.
        expected: The bytes the caller read before.

    Raises:
        Conflict: the file is gone or holds other bytes now; nothing was written.
    """
    data = dumps(notebook)
    target = path.resolve()
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    try:
        mode = target.stat().st_mode & 0o777
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.read_bytes() != expected:
            raise Conflict(
                f"{path.name} was changed by another program meanwhile.",
                next_step="Reload the notebook from disk and repeat.",
            )
        temporary.replace(target)
    except FileNotFoundError as error:
        raise Conflict(
            f"{path.name} is no longer there.", next_step="Save the notebook and repeat."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def cell_id(seed: str, number: int) -> str:
    """A cell id (nbformat 4.5) that depends on *seed* and the place of the cell only."""
    return hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()[:_CELL_ID_LENGTH]


def strict_json(data: bytes, name: str) -> Any:
    """What the bytes say: no key twice in one object, no NaN.

    Raises:
        InvalidNotebook: they are no such JSON; *name* says in the message what they are of.
    """
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant,
            parse_float=_finite,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise InvalidNotebook(f"{name} is not UTF-8 text.") from error
    except RecursionError as error:
        raise InvalidNotebook(f"{name} is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise InvalidNotebook(f"{name} is not JSON: {error.msg} in line {error.lineno}.") from error
    except ValueError as error:
        raise InvalidNotebook(f"{name} is not strict JSON: {str(error)[:200]}.") from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:60]!r} stands twice in one object")
    return result


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


def _check_format(content: dict[str, Any], name: str) -> None:
    major, minor = content.get("nbformat"), content.get("nbformat_minor", 0)
    if any(not isinstance(number, int) or isinstance(number, bool) for number in (major, minor)):
        raise InvalidNotebook(f"{name} does not say which notebook format it has.")
    if major != 4:
        raise InvalidNotebook(
            f"{name} has notebook format {major}; only format 4 can be used.",
            next_step="Run `jupyter nbconvert --to notebook --nbformat 4` on it.",
        )
    content["nbformat_minor"] = minor
    # nbformat's own check stumbles over these before it can say so.
    cells, metadata = content.get("cells"), content.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(cells, list):
        raise InvalidNotebook(f"{name} is damaged: it has no metadata or no list of cells.")
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            raise InvalidNotebook(f"{name} is damaged at cell {number}.")


def _give_ids(content: dict[str, Any]) -> None:
    seen: set[str] = set()
    for number, cell in enumerate(content["cells"]):
        if "id" not in cell or (isinstance(cell["id"], str) and cell["id"] in seen):
            cell["id"] = cell_id("", number)
        seen.add(str(cell["id"]))
