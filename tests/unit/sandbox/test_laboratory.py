"""The demo laboratory: the same bytes every time, and what others rely on."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from openbis_nb.sandbox import measurements
from openbis_nb.sandbox.laboratory import DEMO_EXPERIMENT, demo_data_sets

PROJECT = Path(__file__).parents[3]
DIGEST = "c29d1dbe22cd39180b4012c1c6ba108bbf90da584a9cf5a7edcb2827ed58c037"


def digest() -> str:
    total = hashlib.sha256()
    for one in demo_data_sets():
        for path, data in sorted(one.contents().items()):
            total.update(f"{one.key} {path} {len(data)}\n".encode() + data)
    return total.hexdigest()


def test_the_bytes_are_the_same_on_every_machine_and_in_every_process() -> None:
    """A change of these bytes changes what tutorials and pictures show: do it knowingly."""
    program = "from tests.unit.sandbox.test_laboratory import digest; print(digest())"
    command = [sys.executable, "-c", program]
    other = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    assert other.stdout.strip() == digest() == DIGEST


def test_it_is_a_few_megabytes() -> None:
    size = sum(len(data) for one in demo_data_sets() for data in one.contents().values())
    assert 1_000_000 < size < 5_000_000


def test_the_demo_experiment_has_three_plates_to_work_on() -> None:
    plates = [
        one
        for one in demo_data_sets()
        if one.owner == DEMO_EXPERIMENT and one.type == "RAW_DATA" and one.kind == "PHYSICAL"
    ]
    assert len(plates) >= 3
    assert all(one.status == "AVAILABLE" for one in plates)


def test_what_is_referred_to_comes_before_it() -> None:
    seen: set[str] = set()
    for one in demo_data_sets():
        assert seen.issuperset(one.parents + one.components)
        assert one.key not in seen
        seen.add(one.key)


def test_physical_data_sets_have_files_and_the_others_have_none() -> None:
    assert all(bool(one.files) == (one.kind == "PHYSICAL") for one in demo_data_sets())
    assert all(path.startswith("original/") for one in demo_data_sets() for path in one.files)


def rows(table: bytes) -> list[list[str]]:
    return [line.split(",") for line in table.decode().splitlines()]


def test_growth_curves_grow_and_antibiotic_slows_them() -> None:
    header, *reads = rows(measurements.growth_curves(1))
    assert header[:2] == ["time_s", "temperature_C"]
    assert header[2:] == measurements.wells()
    assert [int(read[0]) for read in (reads[0], reads[-1])] == [0, 24 * 3600]
    last = dict(zip(header[2:], map(float, reads[-1][2:]), strict=True))
    assert last["A1"] > 0.8
    assert last["A11"] < 0.3
    assert abs(last["A12"] - 0.042) < 0.03, "column 12 is the blank"


def test_the_layout_names_every_well() -> None:
    _, *layout = rows(measurements.plate_layout())
    assert [row[0] for row in layout] == measurements.wells()
    assert {row[1] for row in layout} == {"blank", *(strain[0] for strain in measurements.STRAINS)}


def test_high_doses_kill_except_in_the_control() -> None:
    _, *table = rows(measurements.dose_response())
    highest = {(row[0], row[2]): float(row[3]) for row in table if row[1] == "100"}
    assert highest["CPD-001", "1"] < 15
    assert highest["DMSO", "1"] > 85


def test_pictures_can_be_opened_and_cells_become_more() -> None:
    stack = Image.open(io.BytesIO(measurements.tiff_stack()))
    assert stack.n_frames == measurements.IMAGE_FRAMES
    brightness = []
    for number in range(measurements.IMAGE_FRAMES):
        stack.seek(number)
        frame = Image.open(io.BytesIO(measurements.png_frame(number)))
        assert frame.tobytes() == stack.tobytes()
        brightness.append(sum(frame.tobytes()))
    assert brightness[-1] > brightness[0]
    stack.close()


@pytest.mark.parametrize("one", demo_data_sets(), ids=lambda one: one.key)
def test_every_data_set_has_a_name(one: object) -> None:
    assert one.properties["$NAME"]  # type: ignore[attr-defined]
