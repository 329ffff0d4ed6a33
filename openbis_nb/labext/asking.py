"""What a request asks for, read strictly: a wrong type or an unknown name is said, never guessed at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..errors import InvalidInput, NotFound, UnsafePath
from ..workflows.fields import of_field
from ..workflows.save_request import SaveRequest
from .desk import Desk

__all__ = ["check_names", "flag", "notebook_path", "result_files", "save_request", "text", "texts"]

_OF_SAVE = frozenset(
    {
        *("path", "name", "notes", "owner", "files", "unused", "as_new", "data_set_type", "properties"),
        *("confirm", "co_authors", "takeover", "write_back", "sha256", "version_of"),
    }
)


def check_names(body: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse what is not known.

    Raises:
        InvalidInput: names it.
    """
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise InvalidInput(
            f"Not known: {', '.join(repr(name[:40]) for name in unknown[:5])}.",
            next_step=f"Known are: {', '.join(sorted(known))}.",
        )


def text(body: Mapping[str, Any], name: str) -> str | None:
    """A text, or ``None`` where it is absent."""
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise InvalidInput(f"{name} must be a text.")


def texts(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts; empty where it is absent."""
    value = body.get(name)
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise InvalidInput(f"{name} must be a list of texts.")


def flag(body: Mapping[str, Any], name: str) -> bool | None:
    """True or false, or ``None`` where it is absent."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise InvalidInput(f"{name} must be true or false.")


def notebook_path(desk: Desk, path: str | None) -> Path:
    """The notebook file that *path* names, relative to the root of the server.

    Raises:
        InvalidInput: none is named.
        UnsafePath: it leads out of the root.
        NotFound: there is no such file.
    """
    if not path:
        raise InvalidInput(
            "path is missing.", next_step="Give the path of the notebook, as the file browser does."
        )
    full = desk.path(path)
    if not full.is_file():
        raise NotFound(
            f"There is no file {path[:200]!r}.", next_step="Save the notebook, and check its path."
        )
    return full


def save_request(desk: Desk, body: Mapping[str, Any]) -> SaveRequest:
    """The save that *body* asks for: names as in ``nb.save()``; files are relative to the notebook.

    Raises:
        InvalidInput: something that cannot be right.
        UnsafePath: a file outside the root of the server.
        NotFound: no such notebook.
    """
    check_names(body, _OF_SAVE)
    path = notebook_path(desk, text(body, "path"))
    files = result_files(desk, path, body)
    properties = body.get("properties") or {}
    if not isinstance(properties, dict) or not all(isinstance(value, str) for value in properties.values()):
        raise InvalidInput("properties must be an object of texts.")
    return SaveRequest(
        path=path,
        name=text(body, "name"),
        notes=text(body, "notes") or "",
        files=files,
        unused=texts(body, "unused"),
        owner=text(body, "owner"),
        as_new=flag(body, "as_new"),
        data_set_type=text(body, "data_set_type"),
        properties=properties,
        confirm=flag(body, "confirm") or False,
        co_authors=texts(body, "co_authors"),
        takeover=flag(body, "takeover") or False,
        # Unless told otherwise, a front end has the document open: the file must not change under it (D12).
        write_back=flag(body, "write_back") or False,
        sha256=text(body, "sha256"),
        version_of=text(body, "version_of"),
    )


def result_files(desk: Desk, notebook: Path, body: Mapping[str, Any]) -> list[Path]:
    """The result files that *body* names, relative to the notebook.

    Raises:
        UnsafePath: one leads out of the root of the server.
    """
    return [_result_file(desk, notebook, file) for file in texts(body, "files")]


def _result_file(desk: Desk, notebook: Path, file: str) -> Path:
    """*file* is relative to the notebook, as the person named it."""
    try:
        return desk.inside(notebook.parent / file)
    except UnsafePath as error:
        raise of_field(error, f"files.{file}") from error
