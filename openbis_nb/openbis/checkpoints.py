"""Versions of notebooks as data sets (design D6): write one, list them, read one back.

The history-id property holds the notebook id, in the server's spelling (``$HISTORY_ID`` or ``HISTORY_ID``).
A version's files lie in ``original/default/``, as pybis and the ELN write them (contract 5.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..errors import InvalidProperties, NotFound
from ..models import Checkpoint, DataFile, DataSet, DataSetType, Entity
from . import properties as property_rules
from .authorship import claims_of, judge, provenance_file
from .client import OpenBIS
from .creation import BeforeRegister, NewDataSet, Patience, create_data_set, find_earlier
from .data_sets import registration_order
from .download import read as read_file
from .protocol import criteria, types

__all__ = [
    "CheckpointDraft",
    "check_properties",
    "checkpoint_of",
    "co_authors",
    "notebook_among",
    "notebook_file",
    "notebook_id_of",
    "read",
    "versions",
    "versions_and_inputs",
    "write",
]

_DEFAULT_TYPE = "ANALYSIS_NOTEBOOK"
#: Properties of a version that we write ourselves, without the server's ``$``.
_OURS = ("NAME", "NOTES", "HISTORY_ID")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointDraft:
    """A version that is ready to be written.

    Args:
        type_code: Data-set type; must have a history-id property.
        owner: Experiment or object.
        name: Of the version.
        notes: HTML, escaped already.
        notebook_id: What all versions of the notebook share.
        files: Relative path → local file, or the bytes; ``provenance.json`` among them.
        save_id: Made once for this version; stands in ``provenance.json``.
        provenance_crc32: Unsigned CRC32 of ``provenance.json``: by it the version is found again.
        parents: PermIds of the inputs.
        properties: What else the type asks for, codes in the server's spelling.
        last_try_at: When an earlier try of this ``save_id`` began that may have reached openBIS (aware):
            then it is looked for first. ``None`` says that this is certainly the first try.
    """

    type_code: str
    owner: Entity
    name: str
    notes: str
    notebook_id: str
    files: Mapping[str, Path | bytes]
    save_id: str
    provenance_crc32: int
    parents: Sequence[str] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    last_try_at: datetime | None = None


async def write(
    client: OpenBIS,
    draft: CheckpointDraft,
    *,
    before_register: BeforeRegister | None = None,
    on_bytes: Callable[[int], None] | None = None,
    patience: Patience | None = None,
) -> Checkpoint:
    """Store *draft* as a data set, once. At most four round trips besides the bytes.

    Args:
        client: With a session.
        draft: What to write.
        before_register: Told right before the one call that cannot be repeated blindly: write down the
            time, and give it as ``last_try_at`` when this save is tried again.
        on_bytes: Told the number of bytes each time a part has arrived.
        patience: How long to look after a lost answer.

    Raises:
        SaveUndecided: whether it is stored cannot be known yet; keep everything, with the time.
        Conflict: it is stored, but with other bytes than were sent; a person must decide.
        InvalidProperties, TransferFailed, Forbidden, NotFound, EntityFrozen, OpenBISRefused, OpenBISFailure,
            NotLoggedIn: it is certainly not stored.
    """
    patience = patience or Patience()

    async def find() -> str | None:
        return await _find(client, draft)

    perm_id = None
    if draft.last_try_at is not None:
        perm_id = await find_earlier(client, draft.files, find, draft.last_try_at, patience)
    if perm_id is None:
        ours = _own_properties(await client.data_set_type(draft.type_code), draft)
        new = NewDataSet(
            type_code=draft.type_code,
            owner=draft.owner,
            files=draft.files,
            properties={**draft.properties, **ours},
            parents=tuple(draft.parents),
        )
        perm_id = await create_data_set(
            client, new, find, before_register=before_register, on_bytes=on_bytes, patience=patience
        )
    return Checkpoint(
        perm_id=perm_id,
        notebook_id=draft.notebook_id,
        name=draft.name,
        notes=draft.notes,
        registrator=client.known_person.user_id if client.known_person else "",
        owner=draft.owner,
        parents=tuple(draft.parents),
        save_id=draft.save_id,
        type_code=draft.type_code,
    )


async def check_properties(client: OpenBIS, type_code: str, properties: Mapping[str, str]) -> None:
    """Check what a person gives beside name and notes, before anything is prepared (U-33).

    Raises:
        NotFound: there is no such type.
        InvalidProperties: the type has no history id, or does not take the properties.
    """
    known = await client.data_set_type(type_code)
    ours = {code: "x" for code in _spelled(known).values()}
    property_rules.check(known, {**properties, **ours})


async def versions(client: OpenBIS, notebook_id: str, *, type_code: str = _DEFAULT_TYPE) -> list[Checkpoint]:
    """All versions that the person sees, in order of registration, each judged whether it counts.

    The first one's registrator is the author; see ``authorship``.

    Args:
        client: With a session.
        notebook_id: Value of the history-id property.
        type_code: Type whose definition tells the spelling; data sets of all types are found.
    """
    return (await versions_and_inputs(client, notebook_id, (), type_code=type_code))[0]


async def versions_and_inputs(
    client: OpenBIS, notebook_id: str, perm_ids: Iterable[str], *, type_code: str = _DEFAULT_TYPE
) -> tuple[list[Checkpoint], dict[str, DataSet]]:
    """What a save must know before it begins, in one call: :func:`versions`, and the inputs.

    Args:
        client: With a session.
        notebook_id: Value of the history-id property.
        perm_ids: Data sets that are to become parents; what is missing or invisible is absent.
        type_code: Type whose definition tells the spelling of the property.
    """
    spelled = _spelled(await client.data_set_type(type_code))
    history = spelled["HISTORY_ID"]
    wanted = set(perm_ids)
    search = criteria.any_of(
        criteria.property_is(history, notebook_id), *(criteria.code_is(perm_id) for perm_id in sorted(wanted))
    )
    found = [data_set async for data_set in client.all_data_sets(search)]
    saved = [data_set for data_set in found if data_set.properties.get(history) == notebook_id]
    saved.sort(key=registration_order)
    judged = await judge(client, [checkpoint_of(data_set) for data_set in saved])
    return judged, {data_set.perm_id: data_set for data_set in found if data_set.perm_id in wanted}


def notebook_id_of(data_set: DataSet) -> str | None:
    """The notebook id of a data set, in either spelling of the property (design D6); ``None`` where it is no
    version of a notebook."""
    value = data_set.properties.get("$HISTORY_ID") or data_set.properties.get("HISTORY_ID")
    return str(value) if value else None


async def co_authors(client: OpenBIS, counting: Sequence[Checkpoint]) -> tuple[str, ...]:
    """Who is named as co-author in versions that count, sorted."""
    claims = await claims_of(client, counting)
    return tuple(sorted({name for claim in claims.values() for name in claim.co_authors}))


async def read(client: OpenBIS, perm_id: str, *, max_bytes: int = 64 * 2**20) -> bytes:
    """The verified bytes of the notebook in a data set, wherever it lies in there (contract 5.4).

    Raises:
        NotFound: the data set is not there, not visible, or holds no ``.ipynb``.
        TooLarge: it is over *max_bytes*.
        TransferFailed: it came incomplete or damaged, several times.
    """
    return await read_file(client, await notebook_file(client, perm_id), max_bytes=max_bytes)


async def notebook_file(client: OpenBIS, perm_id: str) -> DataFile:
    """The notebook of a data set: the ``.ipynb`` nearest to its top.

    Raises:
        NotFound: the data set is not there, not visible, or holds none.
    """
    return notebook_among(perm_id, (await client.files_of([perm_id]))[perm_id])


def notebook_among(perm_id: str, files: Iterable[DataFile]) -> DataFile:
    """:func:`notebook_file` of a data set whose *files* are listed already."""
    found = [file for file in files if file.name.lower().endswith(".ipynb")]
    if not found:
        raise NotFound(
            f"Data set {perm_id} holds no notebook that you may see.",
            next_step="Check the permId: `openbis-nb versions` lists those of a notebook.",
        )
    return min(found, key=lambda file: (file.path.count("/"), file.path))


async def _find(client: OpenBIS, draft: CheckpointDraft) -> str | None:
    """The data set of this very save: same notebook, same person, same ``provenance.json``."""
    history = _spelled(await client.data_set_type(draft.type_code))["HISTORY_ID"]
    me = await client.whoami()
    search = criteria.all_of(criteria.property_is(history, draft.notebook_id))
    own = [
        data_set.perm_id
        async for data_set in client.all_data_sets(search)
        if data_set.registrator is not None and data_set.registrator.user_id == me.user_id
    ]
    for perm_id, files in (await client.files_of(own)).items() if own else ():
        found = provenance_file(files)
        if found is not None and found.crc32 == draft.provenance_crc32:
            return perm_id
    return None


def _own_properties(known: DataSetType, draft: CheckpointDraft) -> dict[str, str]:
    spelled = _spelled(known)
    values = {"NAME": draft.name, "NOTES": draft.notes, "HISTORY_ID": draft.notebook_id}
    return {spelled[code]: value for code, value in values.items() if code in spelled}


def _spelled(known: DataSetType) -> dict[str, str]:
    """Our properties in the server's spelling, as far as the type has them."""
    found = {code: spelling for code in _OURS if (spelling := types.spelling(known, code)) is not None}
    if "HISTORY_ID" not in found:
        raise InvalidProperties(
            f"The data-set type {known.code} has no history id, so a version could not be found again.",
            next_step=f"Save as {_DEFAULT_TYPE}, or ask an admin to assign the history id to the type.",
        )
    return found


def checkpoint_of(data_set: DataSet) -> Checkpoint:
    """A data set that is a version of a notebook, not judged; properties in either spelling."""
    return Checkpoint(
        perm_id=data_set.perm_id,
        notebook_id=notebook_id_of(data_set) or "",
        name=data_set.name,
        notes=str(data_set.properties.get("NOTES") or data_set.properties.get("$NOTES") or ""),
        registrator=data_set.registrator.user_id if data_set.registrator else "",
        registered_at=data_set.registered_at,
        owner=data_set.owner,
        parents=data_set.parents,
        size=data_set.size,
        type_code=data_set.type_code,
        frozen=data_set.frozen,
    )
