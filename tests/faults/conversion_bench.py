# SPDX-License-Identifier: Apache-2.0
"""One stack that is converted again and again to one name, and what an undisturbed conversion makes of it."""

import hashlib
import json
import shutil
import subprocess
import time
from pathlib import Path

from beamport_program import BINARY

# Small shards, two slabs deep, and no level held in memory: every level comes as those of large volumes do.
OPTIONS = ("--resume", "--json", "--shard", "128,64,128", "--held-memory", "1", "--threads", "2")
HEADER_BYTES = 104  # of .resume, without any shard
HOLDS_THE_IDENTITY = ("zarr.json", "0/beamport.manifest")


def digests(image: Path) -> dict[str, str]:
    files = sorted(path for path in image.rglob("*") if path.is_file())
    return {path.relative_to(image).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def voxel_digests(image: Path) -> dict[str, str]:
    """Of all files but the two that hold the identity: the same for every conversion of one stack."""
    return {name: digest for name, digest in digests(image).items() if name not in HOLDS_THE_IDENTITY}


def start(stack: Path, image: Path, *options: str, before: tuple = ()) -> subprocess.Popen:
    command = [*before, BINARY, "convert", stack, image, *OPTIONS, *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen) -> dict:
    """What it printed in the end."""
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, f"{process.returncode}: {output}{errors}"
    return json.loads(output.splitlines()[-1])


class Bench:
    """One stack, converted again and again to one name, always from the same beginning and so with one identity."""

    def __init__(self, stack: Path, folder: Path):
        self.stack = stack
        self.image = folder / "out.ome.zarr"
        self.partial = folder / "out.ome.zarr.partial"
        self.beginning = self.record_of_a_beginning()
        self.reset()
        began = time.monotonic()
        finish(start(stack, self.image))
        self.seconds = time.monotonic() - began
        self.wanted = digests(self.image)
        self.reset()

    def record_of_a_beginning(self) -> bytes:
        process = start(self.stack, self.image)
        record = self.partial / ".resume"
        while not (record.exists() and record.stat().st_size >= HEADER_BYTES):
            assert process.poll() is None
        process.kill()
        process.communicate()
        return record.read_bytes()[:HEADER_BYTES]

    def reset(self) -> None:
        shutil.rmtree(self.image, ignore_errors=True)
        shutil.rmtree(self.partial, ignore_errors=True)
        self.partial.mkdir()
        (self.partial / ".resume").write_bytes(self.beginning)

    def check(self) -> None:
        got = digests(self.image)
        assert set(got) == set(self.wanted)
        different = [name for name in got if got[name] != self.wanted[name]]
        assert different == [], f"other bytes than undisturbed: {different}"
        assert not self.partial.exists()
