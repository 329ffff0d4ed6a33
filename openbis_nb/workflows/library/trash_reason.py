"""What the library writes as the reason of a deletion, so that openBIS alone tells what lies in its trash.

What is in the trash cannot be read any more; only the reason and the permIds are left (contract 6.2). Anybody
who may delete may write any reason, so it is believed only where it agrees with what the deletion holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

__all__ = ["TrashReason", "read_reason", "write_reason"]

#: Longest reason that openBIS keeps, in characters.
_LONGEST = 2000
_PATTERN = re.compile(
    r"openbis-nb: (?P<what>notebook|versions? of notebook) (?P<id>\S+) \((?P<fid>\S+)\), "
    r"(?P<count>\d+) data sets? \[(?P<digest>[0-9a-f]{16})\] of (?P<owner>\S+), by (?P<by>\S+): "
    r'(?P<name>"(?:[^"\\]|\\.)*")(?P<why>.*)',
    re.DOTALL,
)
_SAFE = "-._~:/$"


@dataclass(frozen=True, slots=True)
class TrashReason:
    """What stands in a reason of ours.

    ``kind``: the whole notebook, or single versions of it. ``fid``: see ``model``. ``owner``: identifier of
    where it was stored; empty where that is not known. ``by``: user id. ``why``: in a person's own words.
    """

    kind: Literal["notebook", "versions"]
    notebook_id: str
    fid: str
    name: str
    owner: str
    by: str
    why: str = ""
    count: int = 0
    digest: str = ""

    def fits(self, perm_ids: Iterable[str]) -> bool:
        """Whether a deletion holds just what it says: these and nothing else."""
        held = set(perm_ids)
        return (self.count, self.digest) == (len(held), _digest(held))


def write_reason(reason: TrashReason, perm_ids: Iterable[str]) -> str:
    """One line for people and for :func:`read_reason`; a long name or explanation is cut.

    Args:
        reason: ``count`` and ``digest`` are made here.
        perm_ids: All that the deletion is going to hold.
    """
    held = set(perm_ids)
    what = "notebook" if reason.kind == "notebook" else "versions of notebook"
    many = "data set" if len(held) == 1 else "data sets"
    head = (
        f"openbis-nb: {what} {_word(reason.notebook_id)} ({_word(reason.fid)}), {len(held)} {many} "
        f"[{_digest(held)}] of {_word(reason.owner or '-')}, by {_word(reason.by)}: "
    )
    name = json.dumps(reason.name[:200], ensure_ascii=False)
    why = f" {' '.join(reason.why.split())}" if reason.why.strip() else ""
    return (head + name + why)[:_LONGEST]


def read_reason(text: str) -> TrashReason | None:
    """What a reason of ours says; ``None`` for those of others."""
    found = _PATTERN.fullmatch(text)
    if found is None:
        return None
    try:
        name = str(json.loads(found["name"]))
    except ValueError:
        return None
    owner = unquote(found["owner"])
    return TrashReason(
        kind="notebook" if found["what"] == "notebook" else "versions",
        notebook_id=unquote(found["id"]),
        fid=unquote(found["fid"]),
        name=name,
        owner="" if owner == "-" else owner,
        by=unquote(found["by"]),
        why=found["why"].strip(),
        count=int(found["count"]),
        digest=found["digest"],
    )


def _word(text: str) -> str:
    """One word, whatever is in it: anybody may write a history id."""
    return quote(text, safe=_SAFE, errors="replace")


def _digest(perm_ids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(perm_ids)).encode()).hexdigest()[:16]
