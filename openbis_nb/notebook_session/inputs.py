"""What a scientist holds after ``nb.attach()``: inputs, their files, and frames.

Nothing is fetched before it is used (design D11). Handing a file out is what makes its data set an
input of the saved notebook; reading through us is written down as evidence (design D10).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, overload

from ..errors import DataNotAvailable, NotFound
from ..models import DataFile
from ..units import human_size
from .card import inputs_html, inputs_text
from .tables import read_table

if TYPE_CHECKING:
    import pandas

__all__ = ["Input", "InputFile", "Inputs"]

#: Gives the local path of a file, fetching it if it is not here, and notes that it was handed out.
Fetch = Callable[[DataFile, str], Path]


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of an input. It is path-like: ``pandas.read_csv(file)`` and ``open(file)`` just work."""

    info: DataFile
    _fetch: Fetch = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.info.name

    @property
    def relative_path(self) -> str:
        """Its path within the data set, e.g. ``original/default/a.csv``."""
        return self.info.path

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.info.size

    @property
    def data_set(self) -> str:
        """The permId of its data set."""
        return self.info.data_set

    def path(self) -> Path:
        """The verified file on this machine; fetched now if it is not here yet. Read-only."""
        return self._fetch(self.info, "path")

    def open(self, mode: str = "rb", **options: Any) -> IO[Any]:
        """Open the file for reading, as :meth:`pathlib.Path.open` does."""
        return self._fetch(self.info, "open").open(mode, **options)

    def table(self, **options: Any) -> pandas.DataFrame:
        """The file as a pandas frame (CSV, TSV, XLSX, Parquet …); *options* go to the reader."""
        return read_table(self._fetch(self.info, "table"), **options)

    def __fspath__(self) -> str:
        return str(self.path())

    def __str__(self) -> str:
        return self.relative_path

    def __repr__(self) -> str:
        return f"<{self.relative_path} of {self.data_set}, {human_size(self.size)}>"


@dataclass(frozen=True, slots=True)
class Input:
    """One attached data set.

    ``state``: ``here`` (fetched), ``listed`` (fetched at first use), ``in place`` (read from a store
    mount), or why it has no bytes now: ``archived``, ``missing``, ``linked``, ``container``, ``empty`` …
    with the sentence in ``reason``.
    """

    perm_id: str
    name: str
    type: str
    state: str
    reason: str
    files: tuple[InputFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    def file(self, pattern: str) -> InputFile:
        """The one file whose path or name matches *pattern* (as in a shell); its exact path always finds it.

        Raises:
            NotFound: none, or several, match; the message lists what is there.
            DataNotAvailable: the data set has no bytes now.
        """
        if not self.files and self.reason:
            raise DataNotAvailable(self.reason, next_step="The other inputs can be used without it.")
        exact = [file for file in self.files if file.relative_path == pattern]
        found = exact or [file for file in self.files if _matches(file, pattern)]
        if len(found) != 1:
            names = ", ".join(file.relative_path for file in (found or self.files)[:10])
            raise NotFound(
                f"{len(found) or 'No'} files of {self.perm_id} match {pattern!r}.",
                next_step=f"There are: {names}",
            )
        return found[0]


class Inputs(Sequence[Input]):
    """The attached data sets, in order. Shows itself as a table."""

    def __init__(self, items: Sequence[Input]) -> None:
        self._items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> Input: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Input]: ...
    def __getitem__(self, index: int | slice) -> Input | Sequence[Input]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Input]:
        return iter(self._items)

    def files(self, *patterns: str) -> list[InputFile]:
        """Files of all inputs whose path or name matches one of *patterns*; all without a pattern."""
        every = [file for item in self._items for file in item.files]
        return [file for file in every if not patterns or any(_matches(file, p) for p in patterns)]

    def __repr__(self) -> str:
        return inputs_text(self)

    def _repr_html_(self) -> str:
        return inputs_html(self)


def _matches(file: InputFile, pattern: str) -> bool:
    return fnmatch.fnmatch(file.relative_path, pattern) or fnmatch.fnmatch(file.name, pattern)
