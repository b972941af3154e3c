# SPDX-License-Identifier: Apache-2.0
"""A full disk, a file size limit, a kill: nothing that looks complete is left, and a rerun succeeds."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tifffile
import zarr
from beamport_program import BINARY, beamport, convert, serving


def large_stack(folder: Path, slices: int = 256, edge: int = 1024) -> Path:
    """Half a GiB to read, two MiB on disk: every slice is the same file under another name."""
    folder.mkdir()
    noise = np.random.default_rng(4).integers(0, 65535, (edge, edge), "uint16")
    tifffile.imwrite(folder / "slice_0000.tif", noise, metadata=None)
    for number in range(1, slices):
        os.link(folder / "slice_0000.tif", folder / f"slice_{number:04d}.tif")
    return folder


def looks_complete(image: Path) -> bool:
    return image.exists() and beamport("verify", image).returncode == 0


def test_disk_full(tmp_path):
    """On a real file system of 6 MiB, half of what the image takes, in a mount namespace of its own."""
    stack = large_stack(tmp_path / "slices", slices=64)
    disk = tmp_path / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o size=6m none "$1" && "$2" convert "$3" "$1/out.ome.zarr"; code=$?; find "$1" -mindepth 1; exit $code'
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        pytest.skip("mount namespaces are not allowed here")
    done = subprocess.run(
        [*unshare, "sh", "-c", script, "sh", disk, BINARY, stack], capture_output=True, text=True, timeout=120
    )
    assert done.returncode > 0
    assert "space" in done.stderr.lower(), done.stderr
    assert str(disk) not in done.stdout, f"left on the full disk: {done.stdout}"


def test_file_size_limit(tmp_path):
    stack = large_stack(tmp_path / "slices", slices=64)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    done = subprocess.run(
        [BINARY, "convert", stack, tmp_path / "out.ome.zarr"], capture_output=True, text=True, timeout=120,
        preexec_fn=limit, restore_signals=False
    )  # fmt: skip
    assert done.returncode > 0
    assert "out.ome.zarr" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["slices"]


def kill_midway(stack: Path, image: Path, kill: signal.Signals, after_files: int) -> subprocess.Popen:
    """Starts a conversion and ends it once that many files of its output exist."""
    process = subprocess.Popen([BINARY, "convert", stack, image], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            written = sum(path.is_file() for folder in image.parent.glob("*out*") for path in folder.rglob("*"))
            if written >= after_files:
                process.send_signal(kill)
                break
        time.sleep(0.001)
    process.wait(timeout=60)
    return process


@pytest.mark.parametrize("after_files", [0, 1, 3])
def test_killed_conversion_leaves_nothing_complete_and_a_rerun_succeeds(tmp_path, after_files):
    stack = large_stack(tmp_path / "slices")
    published = tmp_path / "published"
    published.mkdir()
    image = published / "out.ome.zarr"
    process = kill_midway(stack, image, signal.SIGKILL, after_files)
    assert process.returncode == -signal.SIGKILL, "the conversion ended before it could be killed"
    assert not looks_complete(image)
    with serving(published) as server:
        datasets = json.loads(server.get("/api/beamport/v1/datasets")[2])["datasets"]
        assert [item for item in datasets if item["state"] == "published"] == []
    convert(stack, image)
    assert sorted(path.name for path in published.iterdir()) == ["out.ome.zarr"]
    level_0 = zarr.open_group(image, mode="r")["0"]
    plane = tifffile.imread(stack / "slice_0000.tif")
    assert level_0.shape == (256, *plane.shape)
    assert np.array_equal(level_0[200], plane)


def test_interrupt_from_the_keyboard_cleans_up(tmp_path):
    stack = large_stack(tmp_path / "slices")
    published = tmp_path / "published"
    published.mkdir()
    process = kill_midway(stack, published / "out.ome.zarr", signal.SIGINT, 1)
    assert process.returncode != 0
    assert list(published.iterdir()) == []


def test_two_conversions_to_one_place_do_not_mix(tmp_path):
    stack = large_stack(tmp_path / "slices")
    image = tmp_path / "out.ome.zarr"
    both = [subprocess.Popen([BINARY, "convert", stack, image], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    outcomes = [(process.communicate(timeout=120)[1], process.returncode) for process in both]
    assert sorted(code == 0 for _, code in outcomes) == [False, True], outcomes
    assert looks_complete(image)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.ome.zarr", "slices"]


def test_conversion_ends_when_its_reader_has_gone(tmp_path):
    """`beamport convert … | head -0`: writing progress to a closed pipe must not end in a crash or a hang."""
    stack = large_stack(tmp_path / "slices", slices=64)
    closed = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    closed.wait()
    done = subprocess.run([BINARY, "convert", stack, tmp_path / "out.ome.zarr"], stdout=closed.stdin, stderr=closed.stdin, timeout=120)
    assert done.returncode >= 0
    assert looks_complete(tmp_path / "out.ome.zarr") == (done.returncode == 0)
