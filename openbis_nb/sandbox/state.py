"""Everything a running sandbox consists of, in the one object that is passed around."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .clock import Clock, SystemClock
from .config import SandboxConfig
from .sessions import Sessions
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .content import Content
    from .faults import Faults


@dataclass
class SandboxState:
    """The parts of one sandbox. ``url`` is scheme://host:port, set when the server has its port.

    ``on_data_sets_removed`` functions are called with permIds after their deletion was confirmed
    (inside the transaction), so that whoever keeps files of data sets can drop them.
    """

    config: SandboxConfig
    clock: Clock
    store: Store
    sessions: Sessions
    url: str = ""
    on_data_sets_removed: list[Callable[[list[str]], None]] = field(default_factory=list)
    _content: Content | None = None
    _faults: Faults | None = None

    @classmethod
    def open(
        cls, folder: Path, config: SandboxConfig | None = None, clock: Clock | None = None
    ) -> SandboxState:
        """The state kept in ``folder``, which is created when missing."""
        config, clock = config or SandboxConfig(), clock or SystemClock()
        folder.mkdir(parents=True, exist_ok=True)
        store = Store(folder)
        return cls(config, clock, store, Sessions(config, clock, store))

    @property
    def content(self) -> Content:
        """The files of data sets."""
        if self._content is None:
            raise RuntimeError("this sandbox was opened without its data store")
        return self._content

    @content.setter
    def content(self, content: Content) -> None:
        self._content = content

    @property
    def faults(self) -> Faults:
        """Faults that a test asked for."""
        if self._faults is None:
            raise RuntimeError("this sandbox was opened without faults")
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults = faults

    def close(self) -> None:
        """Close the database."""
        self.store.close()
