# SPDX-License-Identifier: Apache-2.0
"""A conversion that is killed goes on, again and again, to the same bytes as one that nobody disturbed.

BEAMPORT_RESUME_CYCLES: how many kills (60); BEAMPORT_RESUME_SEED: when they come (1). `pytest -s` prints what was kept.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from beamport_program import BINARY, beamport
from conversion_bench import HOLDS_THE_IDENTITY, OPTIONS, Bench, digests, finish, start
from tiff_stacks import make_volume, write_slices

CYCLES = int(os.environ.get("BEAMPORT_RESUME_CYCLES", "60"))
SEED = int(os.environ.get("BEAMPORT_RESUME_SEED", "1"))
# Every fifth is of a stack that is landing: it takes a second at least until what lay there before counts as complete.
LANDING_CYCLES = CYCLES // 5

SHAPE = (450, 130, 190)


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("stack")
    return write_slices(folder / "slices", make_volume(SHAPE, "uint16"))


def wait_for_a_shard(process: subprocess.Popen, partial: Path) -> None:
    while not any(not file.name.startswith(".") for file in (partial / "0").glob("c/*/*/*")):
        assert process.poll() is None, "the conversion ended before it could be disturbed"


@pytest.fixture(scope="module")
def bench(stack, tmp_path_factory) -> Bench:
    return Bench(stack, tmp_path_factory.mktemp("bench"))


def kept(process_output: dict, totals: dict) -> None:
    totals["finished"] = totals.get("finished", 0) + 1
    totals["kept"] = totals.get("kept", 0) + process_output["kept_shards"]


def test_killed_at_random_moments(bench):
    moments = random.Random(SEED)
    bench.reset()
    totals: dict[str, int] = {}
    kills = 0
    while kills < CYCLES - LANDING_CYCLES:
        process = start(bench.stack, bench.image)
        try:
            output, _ = process.communicate(timeout=moments.uniform(0, bench.seconds))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            if bench.image.exists():  # killed after the last step
                bench.check()
                bench.reset()
            continue
        assert process.returncode == 0
        kept(json.loads(output.splitlines()[-1]), totals)
        bench.check()
        bench.reset()
    if not bench.image.exists():
        kept(finish(start(bench.stack, bench.image)), totals)
    bench.check()
    print(f"{kills} kills, {totals}")
    assert totals["kept"] > 0, "nothing was ever gone on from"


# Each of them changes what a later process finds.
CHANGES = "mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,ftruncate,fallocate,pwrite64,pwritev,fsync,fdatasync"


def start_killed_at(number: int, changes: str, stack: Path, image: Path, path: Path | None = None) -> subprocess.Popen:
    """The conversion ends by SIGKILL just before the change of that number, counted from 1 (of those to `path`)."""
    command = ["strace", "-f", "-qq", "-o", "/dev/null", *(["-P", path] if path else [])]
    command += ["-e", f"trace={changes}", "-e", f"inject={changes}:signal=SIGKILL:when={number}"]
    command += [BINARY, "convert", stack, image, *OPTIONS]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def tracing():
    if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        pytest.skip("tracing is not allowed here")


def was_killed(process: subprocess.Popen) -> bool:
    output, errors = process.communicate(timeout=120)
    assert process.returncode in (0, -signal.SIGKILL), output + errors
    return process.returncode != 0


def test_killed_between_the_last_two_steps_and_at_each_removal_after_it(bench, tracing, tmp_path):
    """The record is gone, the name is not given yet: then the image's own document knows which image it is."""
    bench.reset()
    assert was_killed(start_killed_at(1, "unlink,unlinkat", bench.stack, bench.image, bench.partial / ".resume"))
    assert not bench.image.exists()
    (bench.partial / ".resume").unlink()  # the change that it was killed before
    between = tmp_path / "between"
    shutil.copytree(bench.partial, between)
    removals = "unlink,unlinkat,rmdir,rename,renameat2"
    number = 0
    while True:
        number += max(1, 1800 // CYCLES)
        bench.reset()
        shutil.rmtree(bench.partial)
        shutil.copytree(between, bench.partial)
        if not was_killed(start_killed_at(number, removals, bench.stack, bench.image)):
            break
        if not bench.image.exists():
            finish(start(bench.stack, bench.image))
        bench.check()
    bench.check()
    assert number > 20, "the removals of an unfinished image were never met"


def test_killed_before_any_change(bench, tracing):
    moments = random.Random(SEED + 2)
    number = 0
    kills = 0
    while True:
        number += moments.randint(1, max(1, 1200 // CYCLES))
        bench.reset()
        if not was_killed(start_killed_at(number, CHANGES, bench.stack, bench.image)):
            break
        kills += 1
        if not bench.image.exists():
            finish(start(bench.stack, bench.image))
        bench.check()
    bench.check()
    print(f"{kills} kills, the last one at change {number}")
    assert kills > 5, "hardly any change was met"


class Beamline(threading.Thread):
    """Writes the slices into the folder, roughly in their order; some of them wrongly at first."""

    def __init__(self, stack: Path, folder: Path, moments: random.Random, seconds: float):
        super().__init__()
        self.folder = folder
        names = sorted(path.name for path in stack.iterdir())
        places = {name: place + moments.uniform(0, 60) for place, name in enumerate(names)}
        order = sorted(names, key=places.get)
        wrong = set(moments.sample(order[:-1], 12))
        self.steps = [(stack / (names[-1 - names.index(name)] if name in wrong else name), name) for name in order]
        for name in sorted(wrong):  # before the last step, so that nothing is complete before it
            first = next(place for place, step in enumerate(self.steps) if step[1] == name)
            self.steps.insert(moments.randrange(first + 1, len(self.steps)), (stack / name, name))
        self.pause = seconds / len(self.steps)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    def run(self) -> None:
        for source, name in self.steps:
            time.sleep(self.pause)
            hidden = self.folder / f".{name}"
            shutil.copyfile(source, hidden)
            hidden.rename(self.folder / name)


def test_killed_at_random_moments_while_slices_land(bench, tmp_path):
    moments = random.Random(SEED + 1)
    folder = tmp_path / "slices"
    landing = ("--expect", str(SHAPE[0]), "--first", "0")
    kills = 0
    totals: dict[str, int] = {}
    while kills < LANDING_CYCLES:
        bench.reset()
        beamline = Beamline(bench.stack, folder, moments, seconds=2)
        beamline.start()
        while True:
            process = start(folder, bench.image, *landing)
            # Three or four kills a scan, mostly; in the end it is left alone.
            if kills < LANDING_CYCLES and moments.random() < 0.8:
                try:
                    output, errors = process.communicate(timeout=moments.uniform(0.3, 2.0))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    kills += 1
                    if bench.image.exists():
                        break
                    continue
                assert process.returncode == 0, errors
                kept(json.loads(output.splitlines()[-1]), totals)
            else:
                kept(finish(process), totals)
            break
        beamline.join()
        bench.check()
    print(f"{kills} kills, {totals}")


def test_a_stop_keeps_what_is_done(bench):
    bench.reset()
    process = start(bench.stack, bench.image)
    wait_for_a_shard(process, bench.partial)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0, "it had ended before it could be stopped"
    assert "goes on from there" in errors
    assert finish(start(bench.stack, bench.image))["kept_shards"] > 0
    bench.check()


def test_a_full_disk_is_gone_on_from_when_there_is_room_again(bench, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    script = """
      mount -t tmpfs -o size=9m none "$1" && mkdir "$1/out.ome.zarr.partial" && cp "$2" "$1/out.ome.zarr.partial/.resume"
      shift 2
      "$@"; echo "ended with $?"; mount -o remount,size=200m "$DISK"
      "$@"; echo "ended with $?"; cp -r "$DISK/out.ome.zarr" "$OUT"
    """
    beginning = tmp_path / "beginning"
    beginning.write_bytes(bench.beginning)
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        pytest.skip("mount namespaces are not allowed here")
    copy = tmp_path / "copy.ome.zarr"
    command = [BINARY, "convert", bench.stack, disk / "out.ome.zarr", *OPTIONS]
    done = subprocess.run(
        [*unshare, "sh", "-c", script, "sh", disk, beginning, *command], capture_output=True, text=True, timeout=120,
        env=os.environ | {"DISK": str(disk), "OUT": str(copy)},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0].startswith("ended with") and lines[0] != "ended with 0", done.stdout + done.stderr
    assert "space" in done.stderr.lower()
    assert lines[-1] == "ended with 0", done.stdout + done.stderr
    assert json.loads(lines[-2])["kept_shards"] > 0
    assert digests(copy) == bench.wanted


def test_another_request_begins_anew_and_says_so(bench):
    bench.reset()
    process = start(bench.stack, bench.image, "--profile", "small")
    wait_for_a_shard(process, bench.partial)
    process.kill()
    process.communicate()
    process = start(bench.stack, bench.image)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert json.loads(output.splitlines()[-1])["kept_shards"] == 0
    assert "another request" in errors
    got = digests(bench.image)
    assert {name: got[name] for name in got if name not in HOLDS_THE_IDENTITY} == {
        name: bench.wanted[name] for name in bench.wanted if name not in HOLDS_THE_IDENTITY
    }
    assert beamport("verify", bench.image).returncode == 0
    assert beamport("verify", bench.image).returncode == 0
