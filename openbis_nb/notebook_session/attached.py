"""The inputs of the notebook at hand: listed, fetched, and written down as handed out (design D10, D11)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ..models import DataFile, DataSet
from ..openbis.blocking import Relay
from ..workflows import attach as attaching
from .display import Display
from .inputs import Input, InputFile, Inputs
from .live import LiveOpenBIS

__all__ = ["AttachedInputs"]


class AttachedInputs:
    """What this kernel knows of its inputs, and the evidence of what it was given.

    Args:
        live: openBIS.
        session: The evidence session of this kernel.
    """

    def __init__(self, live: LiveOpenBIS, session: str) -> None:
        self._live, self._session = live, session
        self._known: dict[str, Input] = {}

    def listed(self, declared: Sequence[str]) -> Inputs:
        """The *declared* inputs and those attached beside them; nothing is fetched."""
        unknown = [perm_id for perm_id in declared if perm_id not in self._known]
        if unknown:
            self._read(unknown, "none", ())
        return Inputs([self._known[perm_id] for perm_id in dict.fromkeys((*declared, *self._known))])

    def attach(self, perm_ids: Sequence[str], fetch: attaching.Fetch, only: Sequence[str]) -> Inputs:
        """List inputs, fetch what *fetch* says, and hand out those that have files."""
        inputs = self._read(perm_ids, fetch, only)
        self.hand_out([item.perm_id for item in inputs if item.files])
        return inputs

    def hand_out(self, perm_ids: Sequence[str]) -> None:
        """Note that the kernel was given these data sets."""
        self._live.workplace.evidence.hand_out(self._session, perm_ids)

    def forget(self) -> None:
        """Ask openBIS again at the next look: states may have changed."""
        self._known.clear()

    def _read(self, perm_ids: Sequence[str], fetch: attaching.Fetch, only: Sequence[str]) -> Inputs:
        with Display(free=self._live.workplace.cache.free()) as display:
            relay = Relay(display.progress)
            found = self._live.run(
                lambda workplace: attaching.attach(
                    workplace, perm_ids, only=only, fetch_what=fetch, progress=relay
                ),
                relay=relay,
            )
        inputs = Inputs([self._input(item) for item in found])
        self._known.update({item.perm_id: item for item in inputs})
        return inputs

    def _input(self, item: attaching.AttachedDataSet) -> Input:
        data_set = item.data_set
        return Input(
            perm_id=item.perm_id,
            name=data_set.name if data_set else "",
            type=data_set.type_code if data_set else "",
            state=item.state,
            reason=item.reason,
            files=tuple(InputFile(file, partial(self._fetch, data_set)) for file in item.files),
        )

    def _fetch(self, data_set: DataSet | None, file: DataFile, how: str) -> Path:
        with Display(free=self._live.workplace.cache.free()) as display:
            relay = Relay(display.progress)
            path = self._live.run(
                lambda workplace: attaching.fetch(workplace, data_set, file, progress=relay), relay=relay
            )
        self._live.workplace.evidence.observe(self._session, file, how)
        return path
