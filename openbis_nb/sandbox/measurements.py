"""Invented measurements for the demo laboratory: the same bytes every time, on every machine.

Only ``random.Random.random`` is used for chance (Python promises its sequence), numbers are rounded
well above the precision of the C library, and pictures are stored uncompressed, so neither the
Python version nor the zlib build shows in the result.
"""

from __future__ import annotations

import math
import random
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache

PLATE_ROWS = "ABCDEFGH"
PLATE_COLUMNS = 12
READ_EVERY_MINUTES = 15
READS = 97  # 24 hours
IMAGE_SIDE = 256  # pixels
IMAGE_FRAMES = 12

# strain, growth rate per hour, lag in hours, plateau (OD600), half-inhibiting antibiotic (µg/ml)
STRAINS = (
    ("wild type", 0.62, 2.0, 1.15, 4.0),
    ("delta-acrB", 0.58, 2.4, 1.05, 0.9),
    ("gyrA S83L", 0.55, 2.6, 1.08, 14.0),
    ("rpoB H526Y", 0.41, 3.6, 0.92, 4.5),
)
DOSES_UG_PER_ML = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)


def wells() -> list[str]:
    """The 96 wells of a plate in reading order: A1 … A12, B1 … H12."""
    return [f"{row}{column}" for row in PLATE_ROWS for column in range(1, PLATE_COLUMNS + 1)]


def _noise(chance: random.Random) -> float:
    """A normally distributed number (mean 0, deviation 1) by Box and Muller."""
    radius = math.sqrt(-2.0 * math.log(1.0 - chance.random()))
    return radius * math.cos(2.0 * math.pi * chance.random())


def _well_content(well: str) -> tuple[str, float, int]:
    """Strain index pairs of rows, dose by column (column 12 is the blank): (strain, dose, replicate)."""
    row, column = PLATE_ROWS.index(well[0]), int(well[1:])
    if column == PLATE_COLUMNS:
        return "blank", 0.0, row + 1
    return STRAINS[row // 2][0], DOSES_UG_PER_ML[column - 1], row % 2 + 1


def plate_layout() -> bytes:
    """CSV of what is in each well: strain, antibiotic (µg/ml), replicate."""
    lines = ["well,strain,ciprofloxacin_ug_per_ml,replicate"]
    for well in wells():
        strain, dose, replicate = _well_content(well)
        lines.append(f"{well},{strain},{dose:g},{replicate}")
    return ("\n".join(lines) + "\n").encode()


def _growth(well: str, chance: random.Random) -> Callable[[float], float]:
    """OD600 as a function of hours: a logistic curve, slowed and lowered by the antibiotic."""
    blank = 0.042 + 0.002 * _noise(chance)
    strain, dose, _ = _well_content(well)
    if strain == "blank":
        return lambda hours: blank
    _, rate, lag, plateau, half = next(row for row in STRAINS if row[0] == strain)
    survival = 1.0 / (1.0 + (dose / half) ** 1.8)
    rate *= survival * (1.0 + 0.03 * _noise(chance))
    top = plateau * survival**0.35 * (1.0 + 0.02 * _noise(chance))
    middle = lag + 4.0 + 5.0 * (1.0 - survival)
    return lambda hours: blank + top / (1.0 + math.exp(-4.0 * rate * (hours - middle) / top))


def growth_curves(plate: int) -> bytes:
    """CSV of a plate reader's run: time (s), temperature (°C), then OD600 of each of the 96 wells."""
    chance = random.Random(600 + plate)  # noqa: S311 (invented measurements, no secret)
    curves = [_growth(well, chance) for well in wells()]
    lines = ["time_s,temperature_C," + ",".join(wells())]
    for read in range(READS):
        hours = read * READ_EVERY_MINUTES / 60
        values = (max(0.0, curve(hours) + 0.004 * _noise(chance)) for curve in curves)
        temperature = 37.0 + 0.1 * _noise(chance)
        lines.append(f"{round(hours * 3600)},{temperature:.1f}," + ",".join(f"{v:.3f}" for v in values))
    return ("\n".join(lines) + "\n").encode()


COMPOUNDS = (
    ("CPD-001", 0.08, 1.1, 2.0),
    ("CPD-002", 1.30, 0.9, 5.0),
    ("CPD-003", 0.45, 2.1, 1.0),
    ("CPD-004", 9.80, 1.4, 12.0),
    ("CPD-005", 27.0, 1.0, 30.0),
    ("DMSO", 1e9, 1.0, 0.0),
)
"""Compound, IC50 (µM), Hill slope, viability left at the highest dose (%)."""


def dose_response() -> bytes:
    """CSV of viability (%) over concentration (µM): six compounds, ten concentrations, three replicates."""
    chance = random.Random(50)  # noqa: S311 (invented measurements, no secret)
    lines = ["compound,concentration_uM,replicate,viability_percent"]
    for compound, half, slope, floor in COMPOUNDS:
        for step in range(10):
            concentration = 100.0 / 3.1622776601683795**step
            left = floor + (100.0 - floor) / (1.0 + (concentration / half) ** slope)
            for replicate in (1, 2, 3):
                value = left + 2.5 * _noise(chance)
                lines.append(f"{compound},{concentration:.4g},{replicate},{value:.1f}")
    return ("\n".join(lines) + "\n").encode()


def compound_list() -> bytes:
    """TSV of the compounds in the dose-response table."""
    rows = [
        f"{name}\t{100 + 7 * number}.{number}\tplate {number // 3 + 1}"
        for number, (name, *_) in enumerate(COMPOUNDS)
    ]
    return ("compound\tmolar_mass_g_per_mol\tsource\n" + "\n".join(rows) + "\n").encode()


def titration() -> bytes:
    """CSV of an acid-base titration: volume of NaOH added (ml) and pH."""
    chance = random.Random(7)  # noqa: S311 (invented measurements, no secret)
    lines = ["volume_ml,pH"]
    for tenth in range(0, 501, 5):
        volume = tenth / 10
        steep = math.tanh((volume - 25.0) / 0.6)
        ph = 7.6 + 3.1 * steep + 0.04 * (volume - 25.0) + 0.02 * _noise(chance)
        lines.append(f"{volume:.1f},{ph:.2f}")
    return ("\n".join(lines) + "\n").encode()


@lru_cache(maxsize=1)
def image_frames() -> tuple[bytes, ...]:
    """Time-lapse of dividing cells: 12 frames of 256 by 256 grey bytes, row by row from the top."""
    chance = random.Random(488)  # noqa: S311 (invented measurements, no secret)
    cells = [(chance.random() * 232 + 12, chance.random() * 232 + 12, 2.5) for _ in range(9)]
    frames = []
    for _ in range(IMAGE_FRAMES):
        frames.append(_picture(cells, chance))
        cells = [moved for cell in cells for moved in _grow(cell, chance)]
    return tuple(frames)


def _grow(cell: tuple[float, float, float], chance: random.Random) -> Sequence[tuple[float, float, float]]:
    """One time step of a cell (x, y, radius in pixels): it drifts, grows, and divides when big enough."""
    x, y, radius = cell
    x = min(243.0, max(12.0, x + 3.0 * (chance.random() - 0.5)))
    y = min(243.0, max(12.0, y + 3.0 * (chance.random() - 0.5)))
    radius *= 1.08 + 0.05 * chance.random()
    if radius < 4.2:
        return [(x, y, radius)]
    angle = 2.0 * math.pi * chance.random()
    dx, dy = radius * math.cos(angle), radius * math.sin(angle)
    return [(x + dx, y + dy, radius * 0.72), (x - dx, y - dy, radius * 0.72)]


def _picture(cells: Sequence[tuple[float, float, float]], chance: random.Random) -> bytes:
    """Camera noise as a background, one bright round spot for each cell."""
    noise = chance.getrandbits(8 * IMAGE_SIDE * IMAGE_SIDE).to_bytes(IMAGE_SIDE * IMAGE_SIDE, "big")
    picture = bytearray(noise.translate(bytes(16 + value // 16 for value in range(256))))
    for x, y, radius in cells:
        reach = math.ceil(2.5 * radius)
        for row in range(max(0, int(y) - reach), min(IMAGE_SIDE, int(y) + reach)):
            for column in range(max(0, int(x) - reach), min(IMAGE_SIDE, int(x) + reach)):
                distance = ((column - x) ** 2 + (row - y) ** 2) / (radius * radius)
                spot = IMAGE_SIDE * row + column
                picture[spot] = min(255, picture[spot] + int(180.0 * math.exp(-distance)))
    return bytes(picture)


def png_frame(number: int) -> bytes:
    """Frame ``number`` (0 … 11) of the time-lapse as an 8-bit greyscale PNG."""
    pixels = image_frames()[number]
    rows = b"".join(b"\0" + pixels[start : start + IMAGE_SIDE] for start in range(0, len(pixels), IMAGE_SIDE))
    header = struct.pack(">IIBBBBB", IMAGE_SIDE, IMAGE_SIDE, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def tiff_stack() -> bytes:
    """All frames as one multi-page, uncompressed 8-bit TIFF (little-endian, one strip a page)."""
    result = bytearray(b"II*\0" + struct.pack("<I", 8))
    frames = image_frames()
    for number, pixels in enumerate(frames):
        entries = _tiff_entries(strip_offset=len(result) + 2 + 9 * 12 + 4, strip_bytes=len(pixels))
        result += struct.pack("<H", len(entries))
        for tag, value in entries:
            result += struct.pack("<HHII", tag, 4, 1, value)
        next_page = len(result) + 4 + len(pixels)
        result += struct.pack("<I", next_page if number + 1 < len(frames) else 0) + pixels
    return bytes(result)


def _tiff_entries(strip_offset: int, strip_bytes: int) -> list[tuple[int, int]]:
    """(tag, value) of one page, in the ascending order that TIFF 6.0 demands."""
    return [
        (256, IMAGE_SIDE),  # width
        (257, IMAGE_SIDE),  # height
        (258, 8),  # bits per sample
        (259, 1),  # no compression
        (262, 1),  # black is zero
        (273, strip_offset),
        (277, 1),  # samples per pixel
        (278, IMAGE_SIDE),  # rows per strip
        (279, strip_bytes),
    ]
