"""The data sets of the demo laboratory: who owns them, what they are, which files they hold.

The entities that own them (spaces, projects, experiments, objects, people) are made in ``seed``;
the numbers in the files come from ``measurements``. Both sides agree through this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from types import MappingProxyType
from typing import Literal

from . import measurements

DEMO_EXPERIMENT = "/BIOLAB/GROWTH/GROWTH_CURVES_1"


@dataclass(frozen=True, slots=True)
class LabDataSet:
    """One data set of the demo laboratory.

    ``key`` names it within this table (parents and components refer to it). ``owner`` is the identifier of
    an experiment (``/SPACE/PROJECT/EXPERIMENT``) or an object (``/SPACE/PROJECT/CODE``), told apart by
    ``owner_kind``. ``properties`` use the codes of 20.10 (``$NAME``); the master data may spell them
    otherwise. ``files`` maps a path below the data set's root to the function that makes its bytes.
    """

    key: str
    owner: str
    type: str
    properties: Mapping[str, str]
    owner_kind: Literal["experiment", "object"] = "experiment"
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=lambda: MappingProxyType({}))
    kind: Literal["PHYSICAL", "CONTAINER", "LINK"] = "PHYSICAL"
    status: Literal["AVAILABLE", "ARCHIVED"] = "AVAILABLE"
    parents: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    registrator: str = "ursula"

    def contents(self) -> dict[str, bytes]:
        """Path → bytes of every file; made once per process."""
        return {path: _made(make) for path, make in self.files.items()}


@cache
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


# The three spellings of the top folder that real instances hold (contract 5.4), one per plate.
_PLATE_FOLDERS = {1: "original/default", 2: "original/DEFAULT", 3: "original/plate_3"}


def _plate(number: int) -> LabDataSet:
    folder = _PLATE_FOLDERS[number]
    return LabDataSet(
        key=f"plate-{number}",
        owner=DEMO_EXPERIMENT,
        type="RAW_DATA",
        properties={
            "$NAME": f"Growth curves, plate {number}",
            "NOTES": "OD600 every 15 minutes over 24 hours",
        },
        files={
            f"{folder}/plate_{number}_od600.csv": partial(measurements.growth_curves, number),
            f"{folder}/plate_{number}_layout.csv": measurements.plate_layout,
        },
    )


@lru_cache(maxsize=1)
def demo_data_sets() -> tuple[LabDataSet, ...]:
    """All data sets in the order of registration: parents and components before what refers to them."""
    return (*_growth(), *_screening(), *_imaging(), *_history(), *_chemistry())


def _growth() -> list[LabDataSet]:
    plate = LabDataSet(
        key="plate-object",
        owner="/BIOLAB/GROWTH/PLATE_4",
        owner_kind="object",
        type="RAW_DATA",
        properties={"$NAME": "Growth curves, plate 4 (pilot)"},
        files={"original/plate_4_od600.csv": partial(measurements.growth_curves, 4)},
    )
    return [_plate(1), _plate(2), _plate(3), plate]


def _screening() -> list[LabDataSet]:
    table = LabDataSet(
        key="dose-response",
        owner="/BIOLAB/SCREENING/DOSE_RESPONSE_1",
        type="RAW_DATA",
        properties={"$NAME": "Dose-response, six compounds", "NOTES": "Viability after 72 hours"},
        files={
            "original/default/dose_response.csv": measurements.dose_response,
            "original/default/compounds.tsv": measurements.compound_list,
        },
    )
    return [table]


def _imaging() -> list[LabDataSet]:
    owner = "/BIOLAB/IMAGING/TIME_LAPSE_1"
    stack = LabDataSet(
        key="image-stack",
        owner=owner,
        type="RAW_DATA",
        properties={"$NAME": "Dividing cells, 12 frames"},
        files={"original/stack.tif": measurements.tiff_stack},
    )
    frames = {
        f"original/frames/frame_{number:03}.png": partial(measurements.png_frame, number)
        for number in range(measurements.IMAGE_FRAMES)
    }
    pictures = LabDataSet(
        key="image-frames",
        owner=owner,
        type="PROCESSED_DATA",
        properties={"$NAME": "Dividing cells, single frames"},
        files=frames,
        parents=("image-stack",),
    )
    return [stack, pictures]


_ARCHIVE = "/BIOLAB/ARCHIVE/PILOT_2019"
_FROZEN = "/BIOLAB/ARCHIVE/PAPER_2020"


def _history() -> list[LabDataSet]:
    """What a grown laboratory has: archived and frozen data sets, a container and a link."""
    archived = LabDataSet(
        key="archived-plate",
        owner=_ARCHIVE,
        type="RAW_DATA",
        properties={"$NAME": "Growth curves, pilot of 2019"},
        files={"original/default/pilot_od600.csv": partial(measurements.growth_curves, 19)},
        status="ARCHIVED",
        registrator="alice",
    )
    frozen = LabDataSet(
        key="frozen-plate",
        owner=_FROZEN,
        type="PROCESSED_DATA",
        properties={"$NAME": "Growth curves behind figure 2"},
        files={"original/figure_2_od600.csv": partial(measurements.growth_curves, 20)},
        registrator="alice",
    )
    return [archived, frozen, *_without_files()]


def _without_files() -> list[LabDataSet]:
    container = LabDataSet(
        key="container",
        owner=_ARCHIVE,
        type="ANALYZED_DATA",
        properties={"$NAME": "All growth curves"},
        kind="CONTAINER",
        components=("plate-1", "plate-2", "plate-3"),
        registrator="alice",
    )
    linked = LabDataSet(
        key="linked",
        owner=_ARCHIVE,
        type="RAW_DATA",
        properties={"$NAME": "Raw reads kept outside openBIS"},
        kind="LINK",
        registrator="alice",
    )
    return [container, linked]


def _chemistry() -> list[LabDataSet]:
    table = LabDataSet(
        key="titration",
        owner="/CHEMLAB/SYNTHESIS/TITRATION_1",
        type="RAW_DATA",
        properties={"$NAME": "Titration of acetic acid"},
        files={"original/titration.csv": measurements.titration},
        registrator="bob",
    )
    return [table]
