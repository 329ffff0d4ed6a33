"""N-28, N-29: which versions of a notebook count (design section 2), as a table of small histories."""

from __future__ import annotations

import pytest

from openbis_nb.models import Checkpoint, DataFile, Entity
from openbis_nb.openbis.authorship import Claim, decide, provenance_file

HERE = Entity("experiment", "1-1", "/S/P/E", "E")
THERE = Entity("experiment", "2-2", "/S/P/F", "F")


def history(*writers: str, elsewhere: frozenset[int] = frozenset()) -> list[Checkpoint]:
    return [
        Checkpoint(f"9-{n}", "nb", registrator=writer, owner=THERE if n in elsewhere else HERE)
        for n, writer in enumerate(writers)
    ]


def claims(**by_number: Claim) -> dict[str, Claim]:
    return {f"9-{name.removeprefix('v')}": claim for name, claim in by_number.items()}


NAMES_BOB = Claim(co_authors=frozenset({"bob"}))
TAKES_OVER = Claim(takeover=True)
ADMINS = frozenset({"root"})


@pytest.mark.parametrize(
    ("versions", "said", "counting"),
    [
        # the author
        (history("alice"), {}, [True]),
        (history("alice", "alice"), {}, [True, True]),
        (history("alice", "alice", elsewhere=frozenset({1})), {}, [True, False]),
        # a stranger
        (history("alice", "bob", "alice"), {}, [True, False, True]),
        (history("alice", "bob"), claims(v1=NAMES_BOB), [True, False]),
        (history("alice", "bob", "bob"), claims(v1=NAMES_BOB), [True, False, False]),
        # a co-author, named by a version that counts and came before
        (history("alice", "bob"), claims(v0=NAMES_BOB), [True, True]),
        (history("alice", "bob", "alice"), claims(v2=NAMES_BOB), [True, False, True]),
        (history("alice", "carol", "bob"), claims(v1=NAMES_BOB), [True, False, False]),
        (history("alice", "bob", elsewhere=frozenset({1})), claims(v0=NAMES_BOB), [True, False]),
        (
            history("alice", "alice", "bob", elsewhere=frozenset({1})),
            claims(v1=NAMES_BOB),
            [True, False, False],
        ),
        # an admin of the space who declares the take-over
        (history("alice", "root"), claims(v1=TAKES_OVER), [True, True]),
        (history("alice", "root"), {}, [True, False]),
        (history("alice", "bob"), claims(v1=TAKES_OVER), [True, False]),
        (
            history("alice", "root", "bob"),
            claims(v1=Claim(frozenset({"bob"}), takeover=True)),
            [True, True, True],
        ),
        ([], {}, []),
    ],
)
def test_which_versions_count(
    versions: list[Checkpoint], said: dict[str, Claim], counting: list[bool]
) -> None:
    assert [version.counts for version in decide(versions, said, ADMINS)] == counting


def test_the_provenance_is_the_one_nearest_to_the_top() -> None:
    """A result file of the same name does not speak for the version."""
    files = [
        DataFile("1-1", f"original/default/{p}", 1) for p in ("results/provenance.json", "provenance.json")
    ]
    found = provenance_file(files)
    assert found is not None
    assert found.path == "original/default/provenance.json"
