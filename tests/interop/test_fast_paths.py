# SPDX-License-Identifier: Apache-2.0
"""Every way to the disk and every set of vector instructions gives the same image, and the right one."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from beamport_program import beamport
from reference_pyramid import pyramid
from strangers import READERS
from tiff_stacks import make_volume, write_slices

# Two slabs, edges that are no multiple of any vector, rows that are no multiple of a disk block.
SHAPE = (131, 141, 203)
DTYPES = ("uint8", "uint16", "int16", "uint32", "float32")
IO_MODES = ("buffered", "direct")


def simd_targets() -> list[str]:
    """The program names them when it refuses another one."""
    refusal = beamport("convert", "stack", "out.ome.zarr", "--simd", "none").stderr
    found = re.search(r"not one of this machine's: (.+)", refusal)
    assert found, refusal
    return found.group(1).strip().split(", ")


def digests(image: Path) -> dict[str, str]:
    """All but the root document, which holds the time and a random id, and the manifest with that one's checksum."""
    files = (path for path in image.rglob("*") if path.is_file() and path.name not in ("zarr.json", "beamport.manifest"))
    return {path.relative_to(image).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def assert_right(image: Path, volume: np.ndarray, reader: str) -> None:
    levels = len([path for path in image.iterdir() if path.name.isdecimal()])
    scale = np.abs(volume).max() if volume.dtype.kind == "f" else None
    for level, wanted in enumerate(pyramid(volume, levels)):
        seen = READERS[reader](image, level)
        if level == 0:
            assert seen.tobytes() == volume.tobytes()
        elif scale is None:
            assert np.abs(seen.astype("int64") - wanted.astype("int64")).max() <= 1
        else:
            assert np.abs(seen - wanted).max() <= 4 * np.finfo("float32").eps * scale


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_target_and_every_way_to_the_disk(tmp_path, dtype):
    volume = make_volume(SHAPE, dtype)
    stack = write_slices(tmp_path / "slices", volume)
    first: dict[str, str] = {}
    tried = []
    for target in simd_targets():
        for io in IO_MODES:
            image = tmp_path / f"{target}-{io}.ome.zarr"
            done = beamport("convert", stack, image, "--simd", target, "--io", io)
            if io == "direct" and "not supported" in done.stderr:
                continue  # this file system has no direct I/O
            assert done.returncode == 0, done.stderr
            tried.append((target, io))
            if not first:
                first = digests(image)
                for reader in READERS:
                    assert_right(image, volume, reader)
            assert digests(image) == first, f"{target}, {io} differs from {tried[0]}"
    assert len({target for target, _ in tried}) >= 2
