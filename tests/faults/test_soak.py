# SPDX-License-Identifier: Apache-2.0
"""A day at the beamline, scaled: scans of several users, one huge stitch among them, some kills; nothing is lost.

At P14 up to 12 scans an hour come day and night: 288 in 24 hours. Here a day takes BEAMPORT_SOAK_SECONDS (30); scans are a
thousand times smaller than theirs, the stitch is as much larger than they as a stack of several TB. Kills come in the first
half; in the second half the service lives on, and must not grow.
"""

import json
import os
import random
import re
import shutil
import statistics
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from beamport_program import beamport, convert
from conversion_bench import voxel_digests
from facility import INGESTS, Facility
from fault_table import Row
from tiff_stacks import make_volume, write_slices

SECONDS = float(os.environ.get("BEAMPORT_SOAK_SECONDS", "30"))
SCANS_OF_A_DAY = 288
SECONDS_OF_A_LONG_DAY = 2400
SCANS = max(16, round(SCANS_OF_A_DAY * min(1.0, SECONDS / SECONDS_OF_A_LONG_DAY)))
KILLS = max(1, round(SECONDS / 150))
USERS = ("ada", "emmy", "lise", "marie")
STITCH_REPEATS = 40  # a stitch is so many scans long
PACE = 0.5  # of the time that a scan has until the next one comes, its slices take so much to land

# The service may keep more for what it has seen, but not more with each scan.
MOST_GROWTH = 1.25
MOST_MORE_BYTES = 48 << 20
MOST_MORE_FILES = 12


@dataclass
class Kind:
    """Scans of one shape and type."""

    slices: Path
    wanted: dict[str, str]
    repeats: int = 1

    def count(self) -> int:
        return len(list(self.slices.iterdir())) * self.repeats

    def names(self) -> list[Path]:
        return sorted(self.slices.iterdir()) * self.repeats


def make_kind(folder: Path, shape: tuple[int, int, int], dtype: str, repeats: int = 1) -> Kind:
    slices = write_slices(folder / "slices", make_volume(shape, dtype))
    whole = folder / "whole"
    whole.mkdir()
    for number, path in enumerate(sorted(slices.iterdir()) * repeats):
        os.link(path, whole / f"slice_{number:05d}.tif")
    return Kind(slices, voxel_digests(convert(whole, folder / "straight.ome.zarr")), repeats)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory) -> list[Kind]:
    """The last one is the stitch."""
    folder = tmp_path_factory.mktemp("kinds")
    long = SECONDS >= SECONDS_OF_A_LONG_DAY / 4
    edge = 384 if long else 160
    made = [
        make_kind(folder / "float32", (96, edge, edge), "float32"),
        make_kind(folder / "uint16", (130, edge, edge), "uint16"),
        make_kind(folder / "uint8", (70, edge, edge), "uint8"),
    ]
    return [*made, make_kind(folder / "stitch", (64, edge, edge), "uint16", STITCH_REPEATS if long else 12)]


def resident_bytes(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def open_files(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def growth(values: list[int]) -> tuple[float, float]:
    """Medians of the second and the last quarter: what a service needs when it starts is not growth."""
    quarter = max(1, len(values) // 4)
    return statistics.median(values[quarter : 2 * quarter]), statistics.median(values[-quarter:])


@dataclass
class Day:
    facility: Facility
    kinds: list[Kind]
    randomness: random.Random = field(default_factory=lambda: random.Random(12))
    landed: dict[tuple[str, str], Kind] = field(default_factory=dict)
    beamlines: list[threading.Thread] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)  # of the service's life

    def begin_scan(self, number: int, seconds: float) -> None:
        is_stitch = number == SCANS // 4
        kind = self.kinds[-1] if is_stitch else self.kinds[number % 3]
        user, name = USERS[number % len(USERS)], f"{'stitch' if is_stitch else 'scan'}_{number}"
        source = self.facility.root / "2026" / user / "20260102" / name
        self.landed[user, name] = kind
        length = SECONDS / 3 if is_stitch else seconds * PACE
        beamline = threading.Thread(target=self.land, args=(kind, source, length, 1 if is_stitch else number % 3))
        beamline.start()
        self.beamlines.append(beamline)

    def land(self, kind: Kind, source: Path, length: float, way: int) -> None:
        """By trigger, by sidecar, or just so; slices out of order within a few."""
        source.mkdir(parents=True)
        paths = kind.names()
        if way == 1:
            (source / "beamport.json").write_text(f'{{"slices": {len(paths)}, "first_number": 0}}')
        elif way == 2:
            self.hand_in(source, len(paths))
        order = sorted(range(len(paths)), key=lambda place: place + random.Random(place).uniform(0, 5))
        for place in order:
            hidden = source / f".{place}"
            shutil.copyfile(paths[place], hidden)
            hidden.rename(source / f"slice_{place:05d}.tif")
            time.sleep(length / len(paths))

    def hand_in(self, source: Path, slices: int) -> None:
        """Says it until it is acknowledged, as a program would: the service may just be dead."""
        while self.facility.hand_in(source, slices=slices, first_number=0) is None:
            time.sleep(0.2)

    def kill(self) -> None:
        with self.lock:
            self.facility.kill()
            self.facility.start()

    def image(self, user: str, name: str) -> Path:
        return self.facility.data / user / "20260102" / f"{name}.ome.zarr"

    def unfinished(self) -> list[object]:
        """What has no image yet, and what the service still works at."""
        open_scans = json.loads(self.facility.server.get(f"{INGESTS}?show=open&limit=500")[2])["ingests"]
        return [scan for scan in self.landed if not self.image(*scan).exists()] + open_scans


def test_a_day_at_the_beamline(kinds, tmp_path):
    row = Row(f"soak, {SCANS} scans in {SECONDS:.0f} s")
    # Quiet for longer than a loaded machine takes between two slices.
    facility = Facility(tmp_path, 'longest_period = "1 s"\nsettle = "3 s"')
    day = Day(facility, kinds)
    began = time.monotonic()
    facility.start()
    files_at_rest = open_files(facility.process.pid)
    resident: list[int] = []  # of the service's present life
    try:
        kill_times = sorted(day.randomness.uniform(0.1, 0.5) * SECONDS for _ in range(KILLS))
        scan_times = [number * SECONDS / SCANS for number in range(SCANS)]
        started, killed = 0, 0
        while (now := time.monotonic() - began) < SECONDS or day.unfinished():
            while started < SCANS and scan_times[started] <= now:
                day.begin_scan(started, SECONDS / SCANS)
                started += 1
            if killed < KILLS and kill_times[killed] <= now:
                day.kill()
                killed += 1
                resident.clear()
            resident.append(resident_bytes(facility.process.pid))
            assert facility.process.poll() is None, f"the service ended: {facility.log.read_text()[-5000:]}"
            if now > 3 * SECONDS + 300:
                row.bad.append(f"not published: {day.unfinished()}")
                break
            time.sleep(SECONDS / 1000 if SECONDS > 300 else 0.1)
        for beamline in day.beamlines:
            beamline.join()
        row.note(kills=killed, bytes=sum(kind.count() * kind.names()[0].stat().st_size for kind in day.landed.values()))
        check_images(day, row)
        check_memory(resident, row)
        check_files(files_at_rest, open_files(facility.process.pid), row)
        facility.stop()
    finally:
        facility.end()
    row.check()


def check_images(day: Day, row: Row) -> None:
    for (user, name), kind in day.landed.items():
        row.done += 1
        image = day.image(user, name)
        if voxel_digests(image) != kind.wanted:
            row.bad.append(f"{user}/{name}: other bytes than undisturbed")
        if (done := beamport("verify", image)).returncode != 0:
            row.bad.append(f"{user}/{name}: {done.stdout}{done.stderr}")
    extra = {path.stem for path in day.facility.data.glob("*/*/*.partial")}
    if extra:
        row.bad.append(f"left over: {extra}")


def check_memory(resident: list[int], row: Row) -> None:
    before, after = growth(resident)
    row.note(rss_before=int(before), rss_after=int(after))
    if after > before * MOST_GROWTH + MOST_MORE_BYTES:
        row.bad.append(f"memory grew from {before} to {after}")


def check_files(before: int, after: int, row: Row) -> None:
    """Nothing is under way at either moment."""
    row.note(files_before=before, files_after=after)
    if after > before + MOST_MORE_FILES:
        row.bad.append(f"open files grew from {before} to {after}")
