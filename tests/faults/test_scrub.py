# SPDX-License-Identifier: Apache-2.0
"""`beamport scrub` finds every flipped bit in published data, names the file, and the server shows it; the service finds
it by itself, and repairs what has a source."""

import fcntl
import json
import os
import random
import shutil
import time
from pathlib import Path

import pytest
from beamport_program import beamport, convert, serving
from test_ingest_service import Facility, land, voxels
from tiff_stacks import make_volume, write_slices

FLIPS = int(os.environ.get("BEAMPORT_BIT_FLIPS", "50"))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("scrub")
    for name, dtype, profile in (("a", "float32", "live"), ("b", "uint8", "live"), ("c", "uint16", "raw")):
        stack = write_slices(folder / f"slices_{name}", make_volume((130, 150, 170), dtype))
        (folder / "data" / name).mkdir(parents=True)
        convert(stack, folder / "data" / name / "scan.ome.zarr", "--profile", profile)
    return folder / "data"


def flip(file: Path, bit: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(bit // 8)
        byte = opened.read(1)[0]
        opened.seek(bit // 8)
        opened.write(bytes([byte ^ 1 << bit % 8]))


def scrub(data: Path) -> tuple[int, dict[str, dict]]:
    done = beamport("scrub", "--data", data, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {line["image"]: line for line in lines if line["event"] == "scrubbed"}


def test_every_flipped_bit_is_found(data):
    """Places are drawn by size, so that most flips hit voxels, and by file, so that small files are hit, too."""
    files = sorted(path for path in data.rglob("*") if path.is_file() and path.stat().st_size and ".beamport" not in path.parts)
    sizes = [path.stat().st_size for path in files]
    rng = random.Random(20)
    assert scrub(data)[0] == 0
    found = 0
    for i in range(FLIPS):
        file = rng.choices(files, sizes)[0] if i % 2 else rng.choice(files)
        bit = rng.randrange(8 * file.stat().st_size)
        flip(file, bit)
        code, images = scrub(data)
        image = file.relative_to(data).parts[0] + "/scan.ome.zarr"
        key = file.relative_to(data / image).as_posix()
        others = {name: line["finding"] for name, line in images.items() if name != image}
        named = [place["file"] for place in images[image]["damaged"]]
        if code != 0 and named == [key] and set(others.values()) == {"sound"}:
            found += 1
        flip(file, bit)
    assert found == FLIPS
    assert scrub(data)[0] == 0


def test_the_server_shows_what_was_found_until_it_is_sound(data):
    shard = next(path for path in (data / "a/scan.ome.zarr/0/c").rglob("*") if path.is_file())

    def states(server) -> dict[str, tuple[str, str]]:
        listing = json.loads(server.get("/api/beamport/v1/datasets")[2])
        return {item["name"]: (item["state"], item["problem"] or "") for item in listing["datasets"]}

    flip(shard, 4000)
    assert scrub(data)[0] != 0
    with serving(data) as server:
        state, problem = states(server)["a/scan"]
        assert state == "damaged"
        assert shard.relative_to(data / "a/scan.ome.zarr").as_posix() in problem
        assert states(server)["b/scan"] == ("published", "")
    flip(shard, 4000)
    assert scrub(data)[0] == 0
    with serving(data) as server:
        assert states(server)["a/scan"] == ("published", "")


def test_a_wrong_rate_is_named(data):
    done = beamport("scrub", "--data", data, "--rate", "nonsense")
    assert done.returncode > 0
    assert "--rate" in done.stderr


@pytest.fixture
def facility(request, tmp_path):
    made = Facility(tmp_path, getattr(request, "param", ""))
    yield made
    if made.process and made.process.poll() is None:
        made.kill()


def with_scrub(facility: Facility, every: str) -> None:
    facility.config.write_text(f'[scrub]\nevery = "{every}"\nshare = 100\n' + facility.config.read_text())


def state_of(facility: Facility) -> tuple[str, str]:
    [item] = json.loads(facility.server.get("/api/beamport/v1/datasets")[2])["datasets"]
    return item["state"], item["problem"] or ""


def shard_of(image: Path) -> Path:
    return max((path for path in (image / "0/c").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)


def wait_for(what, facility: Facility) -> None:
    deadline = time.monotonic() + 90
    while not what():
        assert time.monotonic() < deadline, facility.log.read_text()
        time.sleep(0.05)


def test_the_service_finds_damage_by_itself_and_converts_the_source_again(facility):
    with_scrub(facility, "1 s")
    volume = make_volume((70, 90, 100), "uint16")
    facility.start()
    land(facility.source("scan_1"), volume)
    facility.wait_for("published")
    flip(shard_of(facility.image("scan_1")), 4000)
    facility.wait_for("superseded")
    [scan] = facility.wait_for("published")
    assert scan["generation"] == 2
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    wait_for(lambda: state_of(facility) == ("published", ""), facility)
    log = facility.log.read_text()
    assert "is damaged and converted again as generation 2" in log
    wait_for(lambda: "1 images sound, 0 damaged" in facility.log.read_text().rsplit("generation 2", 1)[1], facility)
    metrics = facility.server.get("/metrics")[2].decode().splitlines()
    assert "beamport_repairs_total 1" in metrics
    assert any(line.startswith("beamport_scrub_passes_total") for line in metrics)
    assert beamport("verify", facility.image("scan_1")).returncode == 0
    facility.stop()


@pytest.mark.parametrize("what", ["gone", "changed"])
def test_without_its_source_a_damaged_image_stays_in_quarantine(facility, what):
    with_scrub(facility, "1 s")
    source = facility.source("scan_1")
    land(source, make_volume((70, 90, 100), "uint16"))
    facility.start()
    facility.wait_for("published")
    facility.stop()
    if what == "gone":
        shutil.rmtree(source)
    else:
        os.utime(source / "slice_00003.tif", (1, 1))
    facility.config.write_text(facility.config.read_text().replace('settle = "1 s"', 'settle = "1 h"'))
    shard = shard_of(facility.image("scan_1"))
    flip(shard, 4000)
    facility.start()
    wait_for(lambda: state_of(facility)[0] == "damaged", facility)
    wait_for(lambda: "cannot be repaired" in state_of(facility)[1], facility)
    problem = state_of(facility)[1]
    assert shard.relative_to(facility.image("scan_1")).as_posix() in problem
    assert ("is gone" if what == "gone" else "is not what it was") in problem
    assert [scan["generation"] for scan in facility.scans()] == [1]
    facility.stop()


def test_repair_by_hand_is_taken_up_by_the_service_that_runs(facility):
    with_scrub(facility, "never")
    volume = make_volume((70, 90, 100), "uint8")
    land(facility.source("scan_1"), volume)
    facility.start()
    facility.wait_for("published")
    flip(shard_of(facility.image("scan_1")), 4000)
    found = beamport("scrub", "--config", facility.config, "--repair", "--json")
    assert found.returncode != 0
    [line] = [line for line in map(json.loads, found.stdout.splitlines()) if line["event"] == "scrubbed"]
    assert line["repair"].startswith("it is converted again")
    facility.wait_for("superseded")
    facility.wait_for("published")
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    assert beamport("scrub", "--config", facility.config).returncode == 0
    facility.stop()


def test_repair_needs_to_know_where_the_sources_are(data):
    done = beamport("scrub", "--data", data, "--repair")
    assert done.returncode > 0
    assert "--config" in done.stderr


@pytest.mark.parametrize("facility", ['source = "delete-after-verify"', 'source = "archive"\narchive = "archive"'], indirect=True)
def test_a_source_policy_that_was_cut_off_is_taken_up_at_the_next_start(facility):
    """Killed between publishing and the policy: another holder of the lock keeps the service from beginning with it."""
    volume = make_volume((70, 60, 70), "uint16")
    source = facility.source("scan_1")
    land(source, volume)
    (facility.data / ".beamport").mkdir(parents=True)
    with (facility.data / ".beamport/removals.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        facility.start()
        facility.wait_for("published")
        facility.kill()
    assert len(list(source.glob("*.tif"))) == 70
    facility.start()
    wait_for(lambda: not list(source.glob("*.tif")), facility)
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    assert [scan["generation"] for scan in facility.scans()] == [1]
    facility.stop()
