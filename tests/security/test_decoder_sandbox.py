# SPDX-License-Identifier: Apache-2.0
"""Compressed files are decoded in processes that can do nothing else, and whose end is the end of one scan at most."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
import zarr
from beamport_program import BINARY, Server, beamport, free_port
from tiff_stacks import make_volume, write_slices

SECONDS = 200  # on a slow machine with others at work


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def workers_of(pid: int) -> list[int]:
    """Decode workers whose parent is this process and that are confined already."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if b"decode-worker" not in (entry / "cmdline").read_bytes():
                continue
            status = status_of(int(entry.name))
            if int(status["PPid"]) == pid and status["Seccomp"] == "2":
                found.append(int(entry.name))
    return found


def eventually(question, what: str):
    deadline = time.monotonic() + SECONDS
    while not (answer := question()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.005)
    return answer


@contextlib.contextmanager
def conversion(stack: Path, output: Path, *options: object) -> Iterator[subprocess.Popen]:
    command = [str(BINARY), "convert", str(stack), str(output), "--voxel-size", "1um", *map(str, options)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_running_worker_is_confined(tmp_path):
    volume = make_volume((20, 300, 200), "uint16")
    stack = write_slices(tmp_path / "slices", volume[:10], compression="zlib")
    with conversion(stack, tmp_path / "out.ome.zarr", "--expect", 20) as process:
        # The stack is not complete, so the workers that decoded the first slices wait for more.
        worker = eventually(lambda: workers_of(process.pid), "a worker")[0]
        status = status_of(worker)
        assert status["Seccomp"] == "2"
        assert status["NoNewPrivs"] == "1"
        assert status["Threads"] == "1"
        assert Path(f"/proc/{worker}/environ").read_bytes() == b""

        limits = Path(f"/proc/{worker}/limits").read_text()
        bounds = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()[1:]}
        for name in ("Max core file size", "Max file size", "Max processes"):
            assert bounds[name] == ["0", "0"], name
        assert int(bounds["Max open files"][0]) <= 16
        assert int(bounds["Max address space"][1]) <= 1 << 30

        folder = Path(f"/proc/{worker}/fd")
        targets = {int(link.name): os.readlink(link) for link in folder.iterdir()}
        assert {targets.pop(number) for number in (0, 1, 2)} == {"/dev/null"}
        assert targets.pop(3).startswith("socket:")
        for target in targets.values():
            assert target.startswith((f"{stack}/slice_", "/memfd:beamport-decoded")), targets

        for number, plane in enumerate(volume[10:], 10):
            tifffile.imwrite(stack / f"slice_{number:05d}.tif", plane, metadata=None, compression="zlib")
        said = process.communicate(timeout=SECONDS)[0]
        assert process.returncode == 0, said
    assert np.array_equal(zarr.open_group(tmp_path / "out.ome.zarr", mode="r")["0"][:], volume)
    assert not Path(f"/proc/{worker}").exists()


def test_workers_end_when_the_program_is_killed(tmp_path):
    stack = write_slices(tmp_path / "slices", make_volume((10, 300, 200), "uint16"), compression="zlib")
    with conversion(stack, tmp_path / "out.ome.zarr", "--expect", 20) as process:
        workers = eventually(lambda: workers_of(process.pid), "a worker")
    for worker in workers:
        eventually(lambda pid=worker: not Path(f"/proc/{pid}").exists() or status_of(pid)["State"].startswith("Z"), "its end")


@contextlib.contextmanager
def killer(pid: int) -> Iterator[list[int]]:
    """Gives the confined workers of the process SIGSEGV, as a file that makes the decoder crash would.

    Only those that were confined a moment ago, too: they have said that they are ready.
    """
    killed: list[int] = []
    stop = threading.Event()

    def kill() -> None:
        before: set[int] = set()
        while not stop.is_set():
            now = set(workers_of(pid))
            for worker in now & before:
                with contextlib.suppress(OSError):
                    os.kill(worker, signal.SIGSEGV)
                    killed.append(worker)
            before = now

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def large_slices(tmp_path_factory) -> Path:
    """Slices that take some time to decode."""
    plane = make_volume((1, 2048, 2048), "uint16")
    return write_slices(tmp_path_factory.mktemp("large") / "slices", np.repeat(plane, 24, axis=0), compression="zlib")


def test_workers_that_crash_again_and_again_fail_the_conversion(tmp_path, large_slices):
    with conversion(large_slices, tmp_path / "out.ome.zarr") as process:
        with killer(process.pid) as killed:
            said = process.communicate(timeout=SECONDS)[0]
        assert process.returncode not in (0, -signal.SIGSEGV), said
    assert len(set(killed)) >= 2
    assert "made the decoder fail twice: it crashed (signal 11" in said
    assert f"{large_slices}/slice_" in said
    assert ": page 1: rows " in said
    assert not (tmp_path / "out.ome.zarr").exists()


def test_crashing_decoders_fail_the_scan_and_not_the_service(tmp_path, large_slices):
    port = free_port()
    landing = tmp_path / "landing/2026/ada/20260102"
    landing.mkdir(parents=True)
    config = tmp_path / "beamport.toml"
    config.write_text(
        f'[server]\nport = {port}\ndata = "data"\n[ingest]\nreserve = "1 MB"\nsettle = "1 s"\n'
        '[[root]]\nname = "p14"\npath = "landing"\nshortest_period = "1 s"\n'
    )
    log = tmp_path / "service.log"

    def scans() -> dict[str, dict]:
        with contextlib.suppress(OSError, ValueError):
            return {scan["name"]: scan for scan in json.loads(server.get("/api/beamport/v1/ingests")[2])["ingests"]}
        return {}

    def state(name: str) -> str:
        return scans().get(name, {}).get("state", "")

    with log.open("w") as output:
        process = subprocess.Popen([BINARY, "serve", "--config", config], stdout=output, stderr=output)
    server = Server(port, process)
    try:
        with killer(process.pid) as killed:
            shutil.copytree(large_slices, tmp_path / "bad")
            os.rename(tmp_path / "bad", landing / "bad")
            eventually(lambda: state("bad") == "failed", f"the scan's failure; {log}")
        assert len(set(killed)) >= 2
        note = scans()["bad"]["note"]
        assert "made the decoder fail twice: it crashed (signal 11" in note
        assert "/bad/slice_" in note
        assert server.is_alive()
        volume = make_volume((10, 100, 90), "uint16")
        os.rename(write_slices(tmp_path / "good", volume, compression="zlib"), landing / "good")
        eventually(lambda: state("good") == "published", f"the next scan; {log}")
        image = zarr.open_group(tmp_path / "data/ada/20260102/good.ome.zarr", mode="r")
        assert np.array_equal(image["0"][:], volume)
    finally:
        process.terminate()
        code = process.wait(timeout=60)
    assert code == 0, log.read_text()


def test_the_worker_is_no_command_for_people():
    assert "decode-worker" not in beamport("--help").stdout
    alone = beamport("decode-worker", "1000000000", stdin=subprocess.DEVNULL)
    assert alone.returncode > 0
    assert beamport("decode-worker", "much").returncode > 0
