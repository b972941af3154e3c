# SPDX-License-Identifier: Apache-2.0
"""`beamport serve --config`: scans that land become datasets by themselves, once each, whatever happens in between."""

import json
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
from beamport_program import beamport
from conversion_bench import voxel_digests
from facility import INGESTS, Facility, land, voxels
from tiff_stacks import make_volume, write_slices

CYCLES = int(os.environ.get("BEAMPORT_INGEST_KILLS", "12"))


@pytest.fixture
def facility(request, tmp_path):
    made = Facility(tmp_path, getattr(request, "param", ""))
    yield made
    made.end()


def test_a_scan_that_lands_becomes_a_dataset(facility):
    volume = make_volume((70, 90, 100), "uint16")
    facility.start()
    land(facility.source("scan_1"), volume)
    [scan] = facility.wait_for("published")
    assert (scan["user"], scan["date"], scan["name"], scan["generation"]) == ("ada", "20260102", "scan_1", 1)
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    assert beamport("verify", facility.image("scan_1")).returncode == 0
    listed = json.loads(facility.server.get("/api/beamport/v1/datasets")[2])["datasets"]
    assert [item["id"] for item in listed] == [scan["dataset_id"]]
    metrics = facility.server.get("/metrics")[2].decode().splitlines()
    assert "beamport_scans_published_total 1" in metrics
    assert f"beamport_source_bytes_total {volume.nbytes}" in metrics
    assert facility.server.get("/readyz")[0] == 200
    facility.stop()


def test_a_scan_of_known_length_is_converted_and_shown_while_it_lands(facility):
    volume = make_volume((200, 90, 100), "float32")
    source = facility.source("scan_1")
    source.mkdir(parents=True)
    (source / "beamport.json").write_text(json.dumps({"slices": len(volume), "first_number": 0}))
    facility.start()
    order = list(range(len(volume)))
    random.Random(2).shuffle(order)
    order.sort(key=lambda place: place // 64)  # out of order, but not wildly
    beamline = threading.Thread(target=land, args=(source, volume, 0.03, order))
    beamline.start()
    states = set()
    while beamline.is_alive():
        for scan in facility.scans():
            if scan["slices_done"] > 0:
                status, _, body = facility.server.get(f"/api/beamport/v1/datasets/{scan['dataset_id']}")
                states.add((scan["state"], json.loads(body)["state"] if status == 200 else status))
        time.sleep(0.05)
    beamline.join()
    facility.wait_for("published")
    assert ("converting", "growing") in states
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    facility.stop()


def test_a_program_hands_in_fifty_times_at_once_and_one_dataset_comes_of_it(facility):
    volume = make_volume((70, 60, 70), "uint8")
    land(facility.source("scan_1"), volume)
    facility.start()
    ids = []

    def hand_in() -> None:
        status, _, body = facility.post(INGESTS, {"source": str(facility.source("scan_1")), "slices": len(volume)})
        ids.append(json.loads(body)["id"] if status == 200 else f"{status} {body!r}")

    threads = [threading.Thread(target=hand_in) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 1, set(ids)
    facility.wait_for("published")
    assert len(facility.scans()) == 1
    facility.stop()


def test_who_has_no_token_or_names_another_place_is_refused(facility):
    facility.start()
    assert facility.post(INGESTS, {"source": str(facility.source("x"))}, token="wrong" * 8)[0] == 401
    for place in ("/etc", str(facility.root), str(facility.data), f"{facility.root}/../data", "relative"):
        status, _, body = facility.post(INGESTS, {"source": place})
        assert status in (400, 403), (place, status, body)
    assert facility.scans() == []
    facility.stop()


def test_a_new_reconstruction_replaces_the_old_one_whole(facility):
    first, second = make_volume((70, 60, 70), "uint16"), make_volume((66, 50, 60), "float32")
    facility.start()
    land(facility.source("scan_1"), first)
    facility.wait_for("published")
    for path in facility.source("scan_1").iterdir():
        path.unlink()
    land(facility.source("scan_1"), second)
    facility.wait_for("superseded")
    [scan] = facility.wait_for("published")
    assert scan["generation"] == 2
    assert voxels(facility.image("scan_1")).tobytes() == second.tobytes()
    facility.stop()


@pytest.mark.parametrize("facility", ['source = "delete-after-verify"'], indirect=True)
def test_slices_are_removed_only_after_the_image_was_compared_with_them(facility):
    volume = make_volume((70, 60, 70), "uint16")
    land(facility.source("scan_1"), volume)
    (facility.source("scan_1") / "notes.txt").write_text("voltage")
    facility.start()
    facility.wait_for("published")
    deadline = time.monotonic() + 30
    while list(facility.source("scan_1").glob("*.tif")):
        assert time.monotonic() < deadline, facility.log.read_text()
        time.sleep(0.05)
    assert (facility.source("scan_1") / "notes.txt").exists()
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    time.sleep(3)  # an empty folder is no new reconstruction
    assert [scan["state"] for scan in facility.scans()] == ["published"]
    facility.stop()


def test_a_damaged_slice_fails_with_its_name_and_goes_on_when_it_is_written_again(facility):
    volume = make_volume((70, 60, 70), "uint16")
    source = facility.source("scan_1")
    land(source, volume)
    damaged = sorted(source.iterdir())[40]
    good = damaged.read_bytes()
    damaged.write_bytes(good[: len(good) // 2])
    facility.start()
    [scan] = facility.wait_for("failed")
    assert scan["note"].startswith(f"2026/ada/20260102/scan_1/{damaged.name}: ")
    assert not facility.image("scan_1").exists()
    damaged.write_bytes(good)
    facility.wait_for("published")
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    facility.stop()


@pytest.mark.parametrize("way", ["web", "command line"])
def test_cancelling_stops_a_scan_and_leaves_nothing(facility, way):
    source = facility.source("scan_1")
    source.mkdir(parents=True)
    (source / "beamport.json").write_text(json.dumps({"slices": 500}))
    facility.start()
    land(source, make_volume((100, 60, 70), "uint16"))
    [scan] = facility.wait_for("converting")
    if way == "web":
        assert facility.post(f"{INGESTS}/{scan['id']}/cancel")[0] == 200
    else:
        assert beamport("ingest", "cancel", scan["id"], "--config", facility.config).returncode == 0
    facility.wait_for("cancelled")
    deadline = time.monotonic() + 20
    while list(facility.data.rglob("*.partial")):
        assert time.monotonic() < deadline, facility.log.read_text()
        time.sleep(0.05)
    facility.stop()


def test_killed_again_and_again_while_slices_land(facility):
    """The voxels, and all files but the two that hold the identity, are those of an undisturbed conversion."""
    volume = make_volume((330, 130, 140), "uint16")
    source = facility.source("scan_1")
    source.mkdir(parents=True)
    (source / "beamport.json").write_text(json.dumps({"slices": len(volume)}))
    rng = random.Random(7)
    beamline = threading.Thread(target=land, args=(source, volume, 0.01))
    beamline.start()
    for _ in range(CYCLES):
        facility.start()
        time.sleep(rng.uniform(0.0, 0.7))
        facility.kill()
        assert not facility.image("scan_1").exists() or beamport("verify", facility.image("scan_1")).returncode == 0
    beamline.join()
    facility.start()
    facility.wait_for("published")
    facility.stop()
    straight = facility.data.parent / "straight.ome.zarr"
    assert beamport("convert", source, straight).returncode == 0
    assert voxel_digests(facility.image("scan_1")) == voxel_digests(straight)
    assert not list(facility.data.rglob("*.partial"))


def test_a_graceful_stop_parks_and_the_next_start_goes_on(facility):
    volume = make_volume((200, 60, 70), "uint16")
    source = facility.source("scan_1")
    source.mkdir(parents=True)
    (source / "beamport.json").write_text(json.dumps({"slices": len(volume)}))
    facility.start()
    staging = write_slices(source.parent / ".waiting", volume)
    for path in sorted(staging.iterdir())[:150]:
        path.rename(source / path.name)
    while not any(scan["slices_done"] for scan in facility.scans()):
        time.sleep(0.02)
    facility.process.send_signal(signal.SIGTERM)
    assert facility.process.wait(timeout=10) == 0
    assert list(facility.data.rglob("*.partial"))
    for path in sorted(staging.iterdir()):
        path.rename(source / path.name)
    facility.start()
    facility.wait_for("published")
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    facility.stop()


def test_nothing_begins_while_the_disk_is_nearly_full(facility):
    volume = make_volume((70, 60, 70), "uint16")
    settings = facility.config.read_text()
    facility.config.write_text(settings.replace('reserve = "1 MB"', 'reserve = "900000 GB"'))
    land(facility.source("scan_1"), volume)
    facility.start()
    facility.wait_for("noticed")
    deadline = time.monotonic() + 20
    while "waits for space" not in facility.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [scan["state"] for scan in facility.scans()] == ["noticed"]
    assert not list(facility.data.rglob("*.partial"))
    facility.stop()
    facility.config.write_text(settings)
    facility.start()
    facility.wait_for("published")
    assert voxels(facility.image("scan_1")).tobytes() == volume.tobytes()
    facility.stop()


def test_the_command_line_and_the_service_share_one_journal(facility):
    volume = make_volume((70, 60, 70), "uint8")
    land(facility.source("scan_1"), volume)
    added = beamport("ingest", "add", facility.source("scan_1"), "--config", facility.config, "--name", "renamed", "--json")
    assert added.returncode == 0, added.stderr
    scan = json.loads(added.stdout)
    assert scan["state"] == "noticed"
    facility.start()
    facility.wait_for("published")
    shown = json.loads(beamport("ingest", "show", scan["id"], "--config", facility.config, "--json").stdout)
    assert shown["state"] == "published"
    assert voxels(facility.image("renamed")).tobytes() == volume.tobytes()
    listed = beamport("ingest", "list", "--config", facility.config)
    assert "nothing under way" in listed.stderr
    facility.stop()
