"""What an update does with one file: the rules of nbgitpuller as one table (U-15).

Three states of a path decide: as it was when the folder was last brought up to date (*base*), as it is in the
person's folder (*mine*), and as the repository has it now (*theirs*). What the person did always wins.

===========  ==============  ==============  ==========================================================
base         mine            theirs          what happens
===========  ==============  ==============  ==========================================================
any          as theirs       there           nothing
there        as base         changed         ``update``: the new one is written
there        gone            there           ``restore``: a deleted file comes back
there        changed         as base         ``leave``: an edit that nothing clashes with
there        changed         changed         ``merge``: other lines are taken up; of the same lines mine stay
there        changed         gone            ``keep``: mine stays, git does not know it any more
there        as base         gone            ``remove``
there        gone            gone            nothing
none         none            there           ``add``
none         another one     there           ``make-room``: mine is renamed with a time stamp, theirs written
===========  ==============  ==============  ==========================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Action", "Item", "Kind", "decide", "last_written", "planned"]

Kind = Literal["file", "program", "link", "other"]
Action = Literal["nothing", "add", "update", "restore", "leave", "merge", "keep", "remove", "make-room"]


@dataclass(frozen=True, slots=True)
class Item:
    """What stands at a path.

    Args:
        kind: ``file``, ``program`` (a file that can be executed), ``link``; ``other`` is a folder, a device,
            or something below what is no folder: nothing that a repository's file could be equal to.
        oid: Hash of the content, as git names it; empty for ``other``.
    """

    kind: Kind
    oid: str = ""

    def has_content_of(self, another: Item | None) -> bool:
        """Whether both hold the same; that a file can be executed is no content."""
        if another is None or "other" in (self.kind, another.kind):
            return False
        return self.oid == another.oid and (self.kind == "link") == (another.kind == "link")


def decide(base: Item | None, mine: Item | None, theirs: Item | None) -> Action:
    """The line of the table above that holds."""
    if theirs is None:
        return _gone(base, mine)
    if mine is None:
        return "add" if base is None else "restore"
    if mine.has_content_of(theirs):
        # Somebody may have made a program of it there: that is no edit of the person's.
        is_theirs_alone = base is not None and mine.kind == base.kind and mine.kind != theirs.kind
        return "update" if is_theirs_alone else "nothing"
    if base is None:
        return "make-room"
    if mine.has_content_of(base):
        return "update"
    if base.has_content_of(theirs):
        return "leave"
    return "merge" if {base.kind, mine.kind, theirs.kind} <= {"file", "program"} else "keep"


def _gone(base: Item | None, mine: Item | None) -> Action:
    if base is None or mine is None:
        return "nothing"
    return "remove" if mine.has_content_of(base) else "keep"


def last_written(
    base: Mapping[str, Item], begun: Iterable[Mapping[str, Item]], mine: Mapping[str, Item | None]
) -> dict[str, Item]:
    """*base*, with what updates that did not end had written already: that is no edit of the person's.

    Args:
        base: The paths of the last update that ended.
        begun: The paths that each of the others was to write.
        mine: What is in the folder, for each path of all of them.
    """
    written = dict(base)
    for wanted in begun:
        for path in base.keys() | wanted.keys():
            there, new = mine.get(path), wanted.get(path)
            if new is not None and new.has_content_of(there):
                written[path] = new
            elif new is None and there is None:
                written.pop(path, None)
    return written


def planned(
    base: Mapping[str, Item], mine: Mapping[str, Item | None], theirs: Mapping[str, Item]
) -> Iterable[tuple[Action, str]]:
    """What is to be done, what goes away first: a folder may stand where a file was.

    Args:
        base: The paths of the last update.
        mine: What is in the folder, for each path of the two others.
        theirs: The paths of now.
    """
    decided = [
        (decide(base.get(path), mine.get(path), theirs.get(path)), path)
        for path in sorted(base.keys() | theirs.keys())
    ]
    return sorted(decided, key=lambda one: one[0] != "remove")
