"""The templates, read from disk once in a while: a launch must not read all of them again."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from ..notebooks.library import Template, TemplateLibrary

__all__ = ["KeptTemplates"]

#: Seconds until a template that somebody changed is seen.
_LIFE = 30.0


class KeptTemplates(TemplateLibrary):
    """A library whose answers are kept for half a minute; failures are not kept.

    Args:
        folders: As for :class:`TemplateLibrary`.
        clock: Seconds that only grow.
    """

    def __init__(self, folders: Iterable[str | Path], clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(folders)
        self._clock = clock
        self._known: dict[str, tuple[float, Template]] = {}
        self._all: tuple[float, builtins.list[Template]] = (float("-inf"), [])

    def get(self, slug: str) -> Template:
        """As in :class:`TemplateLibrary`."""
        until, template = self._known.get(slug, (float("-inf"), None))
        if template is None or self._clock() >= until:
            template = super().get(slug)
            self._known[slug] = (self._clock() + _LIFE, template)
        return template

    def list(self) -> builtins.list[Template]:
        """As in :class:`TemplateLibrary`."""
        if self._clock() >= self._all[0]:
            self._all = (self._clock() + _LIFE, super().list())
        return [*self._all[1]]
