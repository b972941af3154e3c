# SPDX-License-Identifier: Apache-2.0
"""The power goes at a random moment: what was acknowledged is there, what has its name is whole, and it goes on.

BEAMPORT_POWER_CUTS: how many for each file system and each program (10); BEAMPORT_POWER_CUT_SECONDS: no new one after so
long; BEAMPORT_POWER_CUT_SEED: when they come (1).
"""

import contextlib
import http.client
import json
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from beamport_program import convert
from conversion_bench import Bench, finish, start, voxel_digests
from disk_image import DiskImage, mount_for_ourselves
from facility import Facility, land_copies
from fault_table import Row
from tiff_stacks import make_volume, write_slices

CUTS = int(os.environ.get("BEAMPORT_POWER_CUTS", "10"))
SECONDS = float(os.environ.get("BEAMPORT_POWER_CUT_SECONDS", "600"))
SEED = int(os.environ.get("BEAMPORT_POWER_CUT_SEED", "1"))
KEPT_SCANS = 8  # so many published ones are looked at again after later cuts


@pytest.fixture(params=["ext4", "xfs"])
def disk(request, tmp_path):
    """In memory if there is room: the file system is what forgets, not what it lies on."""
    mount_for_ourselves()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        with DiskImage(request.param, Path(folder)) as made:
            yield made


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Path:
    return write_slices(tmp_path_factory.mktemp("stack") / "slices", make_volume((260, 100, 140), "uint16"))


def wait_up_to(process: subprocess.Popen, seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)


def test_a_conversion_goes_on_and_what_it_acknowledged_stays(disk, stack):
    """`published`: cuts after which the image had its name; `acknowledged`: those before which it had exited with 0."""
    bench = Bench(stack, disk.folder)
    moments = random.Random(SEED)
    row = Row(f"power cut, conversion, {disk.kind}")
    while row.done < CUTS and row.seconds() < SECONDS:
        bench.reset()
        disk.sync()
        while not bench.image.exists():
            process = start(stack, bench.image)
            # Every third comes just after the end: the most that was acknowledged and the least time to keep it.
            wait_up_to(process, 120 if row.done % 3 == 2 else moments.uniform(0, bench.seconds))
            disk.cut()
            if moments.random() < 0.5:  # else it goes with the power
                wait_up_to(process, 60)
            process.kill()
            process.communicate()
            disk.power_up()
            row.done += 1
            acknowledged = process.returncode == 0
            row.note(acknowledged=acknowledged, published=bench.image.exists())
            if acknowledged and not bench.image.exists():
                row.bad.append(f"cut {row.done}: it had exited with 0, and the image is not there")
                break
            if row.done >= CUTS and not bench.image.exists():
                finish(start(stack, bench.image))
        try:
            if bench.image.exists():
                bench.check()
        except AssertionError as error:
            row.bad.append(f"cut {row.done}: {error}")
    row.check()


class Watcher(threading.Thread):
    """Asks the service all the time, and remembers which scans it said were published."""

    def __init__(self, facility: Facility) -> None:
        super().__init__()
        self.facility, self.published, self.ends = facility, set(), threading.Event()

    def run(self) -> None:
        while not self.ends.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException, json.JSONDecodeError, KeyError):
                self.published |= {scan["name"] for scan in self.facility.scans() if scan["state"] == "published"}
            time.sleep(0.01)

    def wait_for(self, name: str) -> None:
        deadline = time.monotonic() + 60
        while name not in self.published and time.monotonic() < deadline:
            time.sleep(0.001)

    def end(self) -> set[str]:
        self.ends.set()
        self.join()
        return self.published


class PowerCuts:
    """Scans land, the service takes them in, the power goes; again and again."""

    def __init__(self, disk: DiskImage, stack: Path, folder: Path) -> None:
        self.disk, self.stack = disk, stack
        self.facility = Facility(folder, data=disk.folder / "data", root='settle = "300 ms"')
        self.facility.data.mkdir()
        disk.sync()
        self.slices = len(list(stack.iterdir()))
        self.wanted = voxel_digests(convert(stack, folder / "straight.ome.zarr"))
        self.moments = random.Random(SEED)
        self.row = Row(f"power cut, ingest service, {disk.kind}")
        self.said: dict[str, str] = {}  # name to id, of scans that the service took on and that are not published yet
        self.published: list[str] = []
        self.removed: set[str] = set()

    def cut(self) -> None:
        name = f"scan_{self.row.done}"
        source = self.facility.source(name)
        self.facility.start()
        self.check_what_was_taken_on()
        watcher = Watcher(self.facility)
        watcher.start()
        beamline = threading.Thread(target=land_copies, args=(self.stack, source, self.moments.choice([0, 0.002])))
        beamline.start()
        began = time.monotonic()
        if self.row.done % 3:  # the others are found by watching
            source.mkdir(parents=True, exist_ok=True)
            if scan_id := self.facility.hand_in(source, slices=self.slices, first_number=0):
                self.said[name] = scan_id
        if self.row.done % 3 == 2:  # just after it said so: the least time to make it last
            watcher.wait_for(name)
        else:
            time.sleep(max(0.0, self.moments.uniform(0, 1.5) - (time.monotonic() - began)))
        self.disk.cut()
        time.sleep(self.moments.choice([0, 0, 0.05, 0.3]))  # what it says without a disk counts, too
        said_published = watcher.end() - self.removed
        self.facility.kill()
        beamline.join()
        self.disk.power_up()
        self.row.done += 1
        self.row.note(acknowledged=len(said_published - set(self.published)))
        self.check_images(said_published)
        self.check_journal()

    def check_images(self, said_published: set[str]) -> None:
        there = self.facility.images()
        lost = (said_published | set(self.published)) - there
        if lost:
            self.row.bad.append(f"cut {self.row.done}: {lost} had been published, and are not there")
        for name in there:
            if voxel_digests(self.facility.image(name)) != self.wanted:
                self.row.bad.append(f"cut {self.row.done}: {name} has its name and is not whole")
        self.published += sorted(said_published - set(self.published))
        for name in said_published:
            self.said.pop(name, None)
        while len(self.published) > KEPT_SCANS:
            self.remove(self.published.pop(0))

    def remove(self, name: str) -> None:
        shutil.rmtree(self.facility.source(name))
        shutil.rmtree(self.facility.image(name))
        self.disk.sync()
        self.removed.add(name)

    def check_journal(self) -> None:
        with contextlib.closing(sqlite3.connect(self.facility.data / ".beamport/journal.sqlite")) as journal:
            try:
                sound = journal.execute("PRAGMA integrity_check").fetchall()
            except sqlite3.DatabaseError as error:
                sound = error
        if sound != [("ok",)]:
            self.row.bad.append(f"cut {self.row.done}: the journal is damaged: {sound}")

    def check_what_was_taken_on(self) -> None:
        for name, scan_id in list(self.said.items()):
            if self.facility.scan(scan_id) is None:
                self.row.bad.append(f"before cut {self.row.done + 1}: {name} was taken on as {scan_id}, and is forgotten")
                del self.said[name]

    def finish(self) -> None:
        """Nothing that landed is left behind."""
        self.facility.start()
        self.check_what_was_taken_on()
        landed = {path.name for path in self.facility.root.glob("2026/ada/*/*") if not path.name.startswith(".")}
        self.facility.until(lambda: landed <= self.facility.images(), 300)
        self.facility.stop()
        self.check_images(set())


def test_the_service_goes_on_and_what_it_said_stays(disk, tmp_path):
    """`acknowledged`: scans that it had called published before a cut."""
    small = write_slices(tmp_path / "slices", make_volume((70, 60, 70), "uint16"))
    cuts = PowerCuts(disk, small, tmp_path)
    try:
        while cuts.row.done < CUTS and cuts.row.seconds() < SECONDS:
            cuts.cut()
        cuts.finish()
    finally:
        cuts.facility.end()
    cuts.row.check()
