"""The front end's answer to a cell that saves (design D12 a): left here, waited for here.

A synchronous cell never gets the reply of a comm. So the cell makes a nonce, sends it by comm with the wish
that the document be saved, and waits here; the front end saves and leaves here what it saved.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Any

from ..errors import Conflict, InvalidInput, TooMany

__all__ = ["SaveAnswers"]

_NONCE = re.compile(r"[A-Za-z0-9_-]{22,86}")
#: Nonces known at once, and seconds for which each is.
_MAX = 100
_LIFE = 300.0


@dataclass(slots=True)
class _Slot:
    made: float = field(default_factory=time.monotonic)
    answer: asyncio.Future[dict[str, Any]] = field(default_factory=asyncio.Future)
    taken: bool = False


class SaveAnswers:
    """The answers that are waited for; each is given once."""

    def __init__(self) -> None:
        self._slots: dict[str, _Slot] = {}

    def give(self, nonce: str, answer: dict[str, Any]) -> None:
        """Leave the answer of a front end; the cell may be waiting already, or come later.

        Raises:
            InvalidInput: not a nonce.
            Conflict: it was answered before.
            TooMany: too many are open.
        """
        slot = self._slot(nonce)
        if slot.answer.done():
            raise Conflict("This request to save was answered before.", next_step="Run the cell again.")
        slot.answer.set_result(answer)

    async def take(self, nonce: str, seconds: float) -> dict[str, Any] | None:
        """Wait for the answer; ``None`` when none came in time, and then it may be waited for again.

        Raises:
            InvalidInput: not a nonce.
            Conflict: it was taken before.
            TooMany: too many are open.
        """
        slot = self._slot(nonce)
        await asyncio.wait([slot.answer], timeout=seconds)
        if slot.taken:
            raise Conflict("This answer was taken before.", next_step="Run the cell again.")
        if not slot.answer.done():
            return None
        slot.taken = True
        return slot.answer.result()

    def _slot(self, nonce: str) -> _Slot:
        if not _NONCE.fullmatch(nonce):
            raise InvalidInput("That is no nonce: 22 to 86 letters, digits, - and _ are.")
        now = time.monotonic()
        self._slots = {name: slot for name, slot in self._slots.items() if now - slot.made < _LIFE}
        if nonce not in self._slots:
            if len(self._slots) >= _MAX:
                raise TooMany("Too many requests to save are open.")
            self._slots[nonce] = _Slot()
        return self._slots[nonce]
