# SPDX-License-Identifier: Apache-2.0
"""What can go wrong around the running service: each ends in a dataset that is right, or says what is the matter.

BEAMPORT_FAULT_ROUNDS: how often each (1).
"""

import datetime
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import tifffile
from beamport_program import convert
from conversion_bench import voxel_digests
from disk_image import mount_for_ourselves
from facility import INGESTS, Facility, land_copies
from fault_table import Row
from tiff_stacks import make_volume, write_slices

ROUNDS = int(os.environ.get("BEAMPORT_FAULT_ROUNDS", "1"))
SLICES = 80
QUICK = 'settle = "300 ms"\nlongest_period = "1 s"'


@dataclass(frozen=True)
class Stack:
    slices: Path
    wanted: dict[str, str]  # digests of its image

    def path(self, number: int) -> Path:
        return self.slices / f"slice_{number:05d}.tif"


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Stack:
    folder = tmp_path_factory.mktemp("stack")
    slices = write_slices(folder / "slices", make_volume((SLICES, 60, 70), "uint16"))
    return Stack(slices, voxel_digests(convert(slices, folder / "straight.ome.zarr")))


@pytest.fixture
def facility(request, tmp_path):
    made = Facility(tmp_path, QUICK + getattr(request, "param", ""), ingest="parallel = 8")
    yield made
    made.end()


def whole(facility: Facility, name: str, stack: Stack) -> str | None:
    """What is wrong with a published image, if something is."""
    return None if voxel_digests(facility.image(name)) == stack.wanted else f"{name}: other bytes than undisturbed"


def settled(facility: Facility, name: str) -> bool:
    """Published; if it waits until it tries again, that is hastened."""
    scan = next(scan for scan in facility.scans() if scan["name"] == name)
    if scan["state"] == "failed" and "tried again" in scan["note"]:
        facility.post(f"{INGESTS}/{scan['id']}/retry")
    return scan["state"] == "published"


# ---- sources that are wrong


@dataclass(frozen=True)
class Spoiling:
    """What is wrong with a source, the words that must say so, and how it comes right."""

    spoil: Callable[[Path, Stack], None]
    words: str
    repair: Callable[[Path, Stack], None]


def write_again(number: int) -> Callable[[Path, Stack], None]:
    return lambda source, stack: shutil.copyfile(stack.path(number), source / stack.path(number).name) and None


def truncate(source: Path, stack: Stack) -> None:
    os.truncate(source / "slice_00040.tif", stack.path(40).stat().st_size // 2)


def scramble(source: Path, stack: Stack) -> None:
    (source / "slice_00041.tif").write_bytes(bytes(range(256)) * (stack.path(41).stat().st_size // 256))


def reshape(source: Path, stack: Stack) -> None:
    tifffile.imwrite(source / "slice_00043.tif", make_volume((1, 50, 70), "uint16")[0], metadata=None)


def retype(source: Path, stack: Stack) -> None:
    tifffile.imwrite(source / "slice_00044.tif", make_volume((1, 60, 70), "float32")[0], metadata=None)


SPOILED = {
    "truncated slice": Spoiling(truncate, r"slice_00040\.tif", write_again(40)),
    "malformed slice": Spoiling(scramble, r"slice_00041\.tif", write_again(41)),
    "missing slice": Spoiling(lambda source, stack: (source / "slice_00042.tif").unlink(), r"missing.*42", write_again(42)),
    "mixed shapes": Spoiling(reshape, r"slice_00043\.tif", write_again(43)),
    "mixed types": Spoiling(retype, r"slice_00044\.tif", write_again(44)),
    "duplicate number": Spoiling(
        lambda source, stack: shutil.copyfile(stack.path(45), source / "slice_00045.tiff") and None,
        r"slice_00045\.tiff",
        lambda source, stack: (source / "slice_00045.tiff").unlink(),
    ),
}


@pytest.mark.parametrize("facility", ['\npatience = "2 s"'], indirect=True, ids=["impatient"])
@pytest.mark.parametrize("announced", [False, True], ids=["at rest", "landing"])
def test_a_spoiled_source_is_refused_by_name_and_taken_when_it_is_right(facility, stack, announced):
    """All kinds at once. Landing, a slice may yet come right: then patience must end first."""
    facility.start()
    rows = {kind: Row(f"{kind}, {'landing' if announced else 'at rest'}") for kind in SPOILED}
    scans = [(kind, f"{kind.replace(' ', '_')}_{round}") for kind in SPOILED for round in range(ROUNDS)]
    for kind, name in scans:
        hidden = facility.source(f".{name}")
        land_copies(stack.slices, hidden)
        SPOILED[kind].spoil(hidden, stack)
        if announced:
            (hidden / "beamport.json").write_text(json.dumps({"slices": SLICES, "first_number": 0}))
        hidden.rename(facility.source(name))
    for kind, name in scans:
        scan = facility.wait_for_scan(name, "failed", "published")
        rows[kind].done += 1
        if scan["state"] == "published" or facility.image(name).exists():
            rows[kind].bad.append(f"{name} was published all the same")
        elif not re.search(SPOILED[kind].words, scan["note"]) or f"ada/20260102/{name}" not in scan["note"]:
            rows[kind].bad.append(f"{name}: the reason does not say where: {scan['note']}")
        SPOILED[kind].repair(facility.source(name), stack)
    for kind, name in scans:
        facility.until(lambda name=name: settled(facility, name))
        if wrong := whole(facility, name, stack):
            rows[kind].bad.append(wrong)
    facility.stop()
    for row in rows.values():
        row.check()


def test_a_slice_that_is_written_in_pieces_is_read_when_it_is_whole(facility, stack):
    """A writer without temporary names: half of the slice under its final name, the rest later."""
    row = Row("truncated then completed slice, landing")
    facility.start()
    for round in range(ROUNDS):
        source = facility.source(f"scan_{round}")
        source.mkdir(parents=True)
        (source / "beamport.json").write_text(json.dumps({"slices": SLICES, "first_number": 0}))
        for number in range(SLICES):
            content = stack.path(number).read_bytes()
            with (source / stack.path(number).name).open("wb") as slice_file:
                slice_file.write(content[: len(content) * (number % 5) // 4])
                slice_file.flush()
                if number % 20 == 10:
                    threading.Event().wait(0.15)
                slice_file.write(content[len(content) * (number % 5) // 4 :])
        facility.wait_for_scan(f"scan_{round}", "published")
        row.done += 1
        if wrong := whole(facility, f"scan_{round}", stack):
            row.bad.append(wrong)
    facility.stop()
    row.check()


# ---- sources that go away


def half_landed(facility: Facility, name: str, stack: Stack) -> Path:
    source = facility.source(name)
    source.mkdir(parents=True)
    scan_id = facility.hand_in(source, slices=SLICES, first_number=0)
    for number in range(SLICES - 10):
        shutil.copyfile(stack.path(number), source / stack.path(number).name)
    facility.until(lambda: facility.scan(scan_id)["slices_done"] > 0)
    return source


def test_a_source_that_is_deleted_midway_fails_and_its_return_is_noticed(facility, stack):
    row = Row("source deleted midway")
    facility.start()
    for round in range(ROUNDS):
        name = f"scan_{round}"
        source = half_landed(facility, name, stack)
        shutil.rmtree(source)
        scan = facility.wait_for_scan(name, "failed", "published")
        row.done += 1
        if scan["state"] == "published" or f"ada/20260102/{name}" not in scan["note"] or facility.image(name).exists():
            row.bad.append(f"{name}: {scan}")
        land_copies(stack.slices, source)
        facility.until(lambda name=name: settled(facility, name))
        if wrong := whole(facility, name, stack):
            row.bad.append(wrong)
    facility.stop()
    row.check()


def test_a_root_that_goes_away_midway_and_comes_back(facility, stack, tmp_path):
    """While it is away its scan has failed, and says that it is tried again: its return is no change that is noticed."""
    mount_for_ourselves()
    row = Row("root unmounted midway and back")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "--bind", disk, facility.root], check=True)
    facility.start()
    for round in range(ROUNDS):
        name = f"scan_{round}"
        source = half_landed(facility, name, stack)
        subprocess.run(["umount", "--lazy", facility.root], check=True)
        scan = facility.wait_for_scan(name, "failed", "published")
        row.done += 1
        if scan["state"] == "published" or "tried again" not in scan["note"]:
            row.bad.append(f"{name}: {scan}")
        facility.until(lambda round=round: facility.log.read_text().count("is another directory than before") > round)
        if facility.server.get("/healthz")[0] != 200:
            row.bad.append("the service does not answer while its root is away")
        subprocess.run(["mount", "--bind", disk, facility.root], check=True)
        for number in range(SLICES - 10, SLICES):
            shutil.copyfile(stack.path(number), source / stack.path(number).name)
        facility.until(lambda name=name: settled(facility, name))
        if wrong := whole(facility, name, stack):
            row.bad.append(wrong)
    facility.stop()
    subprocess.run(["umount", facility.root], check=True)
    row.check()


# ---- clocks


def fake_clock(folder: Path) -> tuple[Path, dict[str, str]]:
    """A file that moves the service's calendar clock when it is written to; the monotonic clock goes on."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        pytest.skip("faketime is not installed")
    clock = folder / "clock"
    clock.write_text("+0")
    return clock, {
        "LD_PRELOAD": str(found[0]), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
    }  # fmt: skip


def test_a_clock_that_jumps_by_a_day_changes_nothing(facility, stack, tmp_path):
    clock, environment = fake_clock(tmp_path)
    row = Row("clock jumps of a day, both ways")
    facility.start(environment=environment)
    for round in range(ROUNDS):
        name = f"scan_{round}"
        source = half_landed(facility, name, stack)
        clock.write_text("+1d" if round % 2 == 0 else "-1d")
        for number in range(SLICES - 10, SLICES - 5):
            shutil.copyfile(stack.path(number), source / stack.path(number).name)
        clock.write_text("-1d" if round % 2 == 0 else "+1d")
        for number in range(SLICES - 5, SLICES):
            shutil.copyfile(stack.path(number), source / stack.path(number).name)
        scan = facility.wait_for_scan(name, "published")
        off = datetime.datetime.fromisoformat(scan["changed"]) - datetime.datetime.now(datetime.timezone.utc)
        assert abs(off) > datetime.timedelta(hours=12), f"the clock did not jump: {scan}"
        row.done += 1
        if wrong := whole(facility, name, stack):
            row.bad.append(wrong)
    threading.Event().wait(2)  # a scan that is taken up twice would be by now
    scans = facility.scans()
    if len(scans) != ROUNDS or {scan["state"] for scan in scans} != {"published"}:
        row.bad.append(f"not one dataset for each: {scans}")
    facility.kill()
    facility.start()  # with the right time again
    if {scan["state"] for scan in facility.scans()} != {"published"}:
        row.bad.append(f"after a start with the right time: {facility.scans()}")
    facility.stop()
    row.check()


# ---- several at once


def test_everybody_says_it_at_once_and_one_dataset_comes_of_it(facility, stack):
    """Fifty programs hand it in while the root is watched."""
    row = Row("double trigger, 50 at once")
    facility.start()
    for round in range(ROUNDS):
        name = f"scan_{round}"
        land_copies(stack.slices, facility.source(name))
        ids: list[str | None] = []
        hand_in = lambda: ids.append(facility.hand_in(facility.source(name), slices=SLICES, first_number=0))  # noqa: B023, E731
        threads = [threading.Thread(target=hand_in) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        facility.wait_for_scan(name, "published")
        row.done += 1
        if len(ids) != 50 or len(set(ids)) != 1 or None in ids:
            row.bad.append(f"{name}: {set(ids)}")
        if wrong := whole(facility, name, stack):
            row.bad.append(wrong)
    if len(facility.scans()) != ROUNDS:
        row.bad.append(f"not one dataset for each: {facility.scans()}")
    facility.stop()
    row.check()


def test_two_services_share_a_root_and_never_a_scan(facility, stack):
    """In every third round one is killed, and the other ends its work."""
    row = Row("two services on one root")
    other = facility.twin()
    facility.start()
    other.start()
    try:
        for round in range(ROUNDS):
            names = [f"scan_{round}_{i}" for i in range(4)]
            for name in names:
                land_copies(stack.slices, facility.source(name))
            if round % 3 == 1:
                facility.until(lambda: any(scan["state"] == "converting" for scan in other.scans()))
                facility.kill()
                facility.start()
            for name in names:
                other.wait_for_scan(name, "published", seconds=150)
                row.done += 1
                if wrong := whole(facility, name, stack):
                    row.bad.append(wrong)
        logs = facility.log.read_text() + other.log.read_text()
        for scan in {scan["name"]: scan for scan in facility.scans()}.values():
            said = logs.count(f"{scan['id']}: ada/20260102/{scan['name']}.ome.zarr is published")
            if said != 1:
                row.bad.append(f"{scan['name']} was published {said} times")
        facility.stop()
        other.stop()
    finally:
        other.end()
    row.check()
