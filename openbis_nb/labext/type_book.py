"""The data-set types of openBIS, asked for once in a while: an admin changes them rarely."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..models import DataSetType
from ..workflows.workplace import Workplace

__all__ = ["TypeBook"]

#: Seconds for which they are kept.
_LIFE = 600.0


class TypeBook:
    """The types, by address of openBIS.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Sequence[DataSetType]]] = {}

    async def types(self, workplace: Workplace, wanted: str = "") -> Sequence[DataSetType]:
        """All of them.

        Args:
            workplace: Who asks.
            wanted: Code of a type; openBIS is asked again for one that was not there.

        Raises:
            OpenBISFailure, NotLoggedIn: openBIS could not be asked.
        """
        at, types = self._known.get(workplace.server, (float("-inf"), ()))
        is_known = not wanted or wanted in (one.code for one in types)
        if self._clock() - at < _LIFE and is_known:
            return types
        types = await workplace.client.data_set_types()
        self._known[workplace.server] = (self._clock(), types)
        return types
