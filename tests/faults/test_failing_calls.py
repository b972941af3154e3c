# SPDX-License-Identifier: Apache-2.0
"""A system call that fails ends in an image that is right or in a failure that says where; then the same command works.

BEAMPORT_FAILING_CALLS: how many places each kind of call is tried at, and how many scans the service takes in (3); 0: every
place, and 200 scans.
"""

import contextlib
import itertools
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from beamport_program import BINARY, beamport, convert
from conversion_bench import Bench, finish, start, voxel_digests
from facility import Facility, land_copies
from failing_calls import Fault, Hit, calls_of_one_thread, hits, require_tracing, tracing
from fault_table import Row
from tiff_stacks import make_volume, write_slices

PLACES = int(os.environ.get("BEAMPORT_FAILING_CALLS", "3"))
IS_SHORT = 0 < PLACES <= 3

SYNC = "fsync,fdatasync"
RENAME = "rename,renameat,renameat2"
FAULTS = [
    Fault("pread64,preadv,preadv2,read", "EIO"),
    Fault("pwrite64,pwritev", "EIO"),
    Fault("pwrite64,pwritev", "ENOSPC"),
    Fault("fallocate", "ENOSPC"),
    Fault("ftruncate", "EIO"),
    Fault(SYNC, "EIO"),
    Fault(SYNC, "ENOSPC"),
    Fault(RENAME, "EACCES"),
    Fault(RENAME, "ENOSPC"),
    Fault("openat,openat2", "EACCES"),
    Fault("openat,openat2", "EMFILE"),
    Fault("mkdir,mkdirat", "ENOSPC"),
    Fault("unlink,unlinkat,rmdir", "EACCES"),
]


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    require_tracing()
    folder = tmp_path_factory.mktemp("calls")
    stack = write_slices(folder / "slices", make_volume((140, 70, 140), "uint16"))
    (folder / "data").mkdir()
    return Bench(stack, folder / "data")


def direct_is_possible(bench: Bench) -> bool:
    trial = bench.image.with_name("trial.ome.zarr")
    done = beamport("convert", bench.stack, trial, "--io", "direct")
    shutil.rmtree(trial, ignore_errors=True)
    return done.returncode == 0


def places(count: int) -> list[int]:
    """Numbers of calls: the first, the last and some between; or all."""
    if PLACES == 0 or count <= PLACES:
        return list(range(1, count + 1))
    return sorted({1 + round(i * (count - 1) / (PLACES - 1)) for i in range(PLACES)} if PLACES > 1 else {1})


def is_ours(path: str, bench: Bench) -> bool:
    return str(bench.stack.parent) in path


def fault_of_run(bench: Bench, code: int, errors: str, hit: list[Hit]) -> str | None:
    """What is wrong with how the run ended, if something is."""
    ours = [each for each in hit if any(is_ours(path, bench) for path in each.paths)]
    if code == 0:
        if any(each.call in SYNC.split(",") for each in ours):
            return f"a file that could not be synced was published: {ours}"
        bench.check()
        return None
    if not hit:
        return f"ended with {code} though nothing was hit: {errors}"
    if code < 0 or code > 125 and ours:
        return f"ended with {code}, hit by {hit}: {errors}"
    if bench.image.exists():
        return f"failed, and left something under the name, hit by {hit}: {errors}"
    if ours and not any(is_ours(line, bench) for line in errors.splitlines()):
        return f"does not say where, hit by {hit}: {errors}"
    return None


def run_once(bench: Bench, before: list[str], options: tuple[str, ...], log: Path) -> tuple[str | None, bool]:
    """What went wrong, if something did; and whether anything was hit."""
    bench.reset()
    log.write_text("")
    process = start(bench.stack, bench.image, *options, before=tuple(before))
    _, errors = process.communicate(timeout=120)
    hit = hits(log)
    try:
        wrong = fault_of_run(bench, process.returncode, errors, hit)
        if wrong is None and process.returncode != 0:
            finish(start(bench.stack, bench.image, *options))
            bench.check()
    except AssertionError as error:
        wrong = f"hit by {hit}: {error}\n{errors}"
    return wrong, bool(hit)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_call_that_fails_ends_right_or_loudly(bench, fault, tmp_path):
    """Once, and from there on; through the page cache and past it. In the short form these take turns."""
    row = Row(f"failing calls, {fault}")
    log = tmp_path / "calls"
    modes = ["buffered"] + (["direct"] if direct_is_possible(bench) else [])
    bench.reset()
    finish(start(bench.stack, bench.image, before=tuple(tracing(fault, log, None))))
    ways = list(itertools.product(("", "+"), modes))
    for number, place in enumerate(places(calls_of_one_thread(log))):
        for lasting, mode in ways if not IS_SHORT else [ways[number % len(ways)]]:
            wrong, was_hit = run_once(bench, tracing(fault, log, f"{place}{lasting}"), ("--io", mode), log)
            if wrong:
                row.bad.append(f"{place}{lasting} --io {mode}: {wrong}")
            row.done += was_hit
    row.check()


def test_without_resume_nothing_is_left_of_what_failed(bench, tmp_path):
    log = tmp_path / "calls"
    image = tmp_path / "data/out.ome.zarr"
    wanted = voxel_digests(convert(bench.stack, tmp_path / "straight.ome.zarr"))
    row = Row("failing calls, without --resume")

    def run(fault: Fault, when: str | None) -> subprocess.CompletedProcess:
        shutil.rmtree(image.parent, ignore_errors=True)
        image.parent.mkdir()
        command = [*tracing(fault, log, when), BINARY, "convert", bench.stack, image, "--threads", "2"]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    for fault in (Fault("pwrite64,pwritev", "ENOSPC"), Fault(SYNC, "EIO"), Fault("pread64", "EIO"), Fault(RENAME, "EIO")):
        assert run(fault, None).returncode == 0
        for place in places(calls_of_one_thread(log)):
            done = run(fault, str(place))
            left = sorted(path.name for path in image.parent.iterdir())
            if done.returncode != 0 and left or done.returncode == 0 and voxel_digests(image) != wanted:
                row.bad.append(f"{fault} {place}: {done.returncode}, {left}: {done.stderr}")
            row.done += bool(hits(log))
    row.check()


@pytest.fixture
def facility(tmp_path):
    made = Facility(tmp_path)
    made.data.mkdir()
    yield made
    made.end()


def go_on(facility: Facility, name: str) -> None:
    """Without faults, and without waiting until it would try again by itself."""
    facility.end()
    facility.start()
    scan = facility.wait_for_scan(name, "failed", "published", "converting", "settling", "noticed")
    if scan["state"] == "failed":
        facility.post(f"/api/beamport/v1/ingests/{scan['id']}/retry")
    facility.wait_for_scan(name, "published")


@pytest.fixture
def folder(bench, facility) -> Path:
    """Where the image of scan_1 gets its name; the scan waits in its root."""
    made = facility.image("scan_1").parent
    made.mkdir(parents=True)
    land_copies(bench.stack, facility.source("scan_1"))
    return made


def test_a_name_that_could_not_be_synced_is_not_published(facility, folder, tmp_path):
    """The last step but one: the image has its name, and the directory cannot be synced."""
    log = tmp_path / "calls"
    facility.start(*tracing(Fault(SYNC, "EIO"), log, "1+", path=folder, apart=True))
    scan = facility.wait_for_scan("scan_1", "failed", "published")
    assert hits(log), "the directory was never synced"
    assert scan["state"] == "failed"
    assert "20260102" in scan["note"]
    assert not facility.image("scan_1").exists()
    go_on(facility, "scan_1")
    assert beamport("verify", facility.image("scan_1")).returncode == 0
    facility.stop()


def test_a_name_that_was_given_just_before_a_kill_is_synced_before_it_counts(facility, folder, tmp_path):
    """Killed between the name and its being durable; the next service finds the image, and cannot sync it, either."""
    log = tmp_path / "calls"
    facility.start(*tracing(Fault(SYNC, "SIGKILL"), log, "1", path=folder, apart=True))
    facility.process.wait(timeout=60)
    assert facility.image("scan_1").exists(), "it was not killed where it should be"
    facility.start(*tracing(Fault(SYNC, "EIO"), log, "1+", path=folder, apart=True))
    scan = facility.wait_for_scan("scan_1", "failed", "published")
    assert hits(log), "the directory was never synced"
    assert scan["state"] == "failed"
    go_on(facility, "scan_1")
    assert beamport("verify", facility.image("scan_1")).returncode == 0
    facility.stop()


def trouble_or_end(facility: Facility, name: str, seen: int) -> bool:
    """It said in its log that something is wrong, or it is done with the scan."""
    said = facility.log.read_text()[seen:]
    return "error" in said or any(scan["name"] == name and scan["state"] in ("failed", "published") for scan in facility.scans())


def test_the_service_survives_calls_that_fail(bench, facility, tmp_path):
    """One scan after the other, each with its own fault; in the end every one is published."""
    log = tmp_path / "calls"
    moments = random.Random(3)
    wanted = voxel_digests(convert(bench.stack, tmp_path / "straight.ome.zarr"))
    faults = [Fault(SYNC, "EIO"), Fault("pwrite64,pwritev", "ENOSPC"), Fault("pread64", "EIO")]
    row = Row("failing calls, ingest service")
    for number in range(PLACES or 200):
        name, fault = f"scan_{number}", faults[number % len(faults)]
        log.write_text("")
        land_copies(bench.stack, facility.source(name))
        seen = facility.log.stat().st_size if facility.log.exists() else 0
        with contextlib.suppress(AssertionError, OSError):  # it may not even begin, or not answer
            facility.start(*tracing(fault, log, f"{moments.randint(5, 40)}+{moments.randint(1, 20)}", apart=True))
            facility.until(lambda name=name, seen=seen: trouble_or_end(facility, name, seen), 30)
        if facility.image(name).exists() and voxel_digests(facility.image(name)) != wanted:
            row.bad.append(f"{fault} {name}: it has its name and is not whole")
        row.done += bool(hits(log))
        go_on(facility, name)
        facility.stop()
        if voxel_digests(facility.image(name)) != wanted:
            row.bad.append(f"{fault} {name}: other bytes than undisturbed")
        shutil.rmtree(facility.source(name))
    row.check()
