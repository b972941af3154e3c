# SPDX-License-Identifier: Apache-2.0
"""Uncompressed TIFF slices as libtiff lays them out: one strip, voxels first, directory last.

    0  "II" 42 offset of the directory      8  voxels, row by row      8 + n  directory (11 entries of 12 bytes)

Beamlines write exactly this, and so voxels can be read without a TIFF library by every tool that is compared.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

PIXELS_AT = 8
_SHORT, _LONG = 3, 4
_SAMPLE_FORMAT = {"u": 1, "i": 2, "f": 3}


def header_and_directory(height: int, width: int, dtype: np.dtype) -> tuple[bytes, bytes]:
    """What stands before and after the voxels of one slice."""
    size = height * width * dtype.itemsize
    directory_at = PIXELS_AT + size + size % 2
    entries = [
        (256, _LONG, width),
        (257, _LONG, height),
        (258, _SHORT, dtype.itemsize * 8),
        (259, _SHORT, 1),  # not compressed
        (262, _SHORT, 1),  # black is zero
        (273, _LONG, PIXELS_AT),
        (277, _SHORT, 1),
        (278, _LONG, height),  # one strip
        (279, _LONG, size),
        (284, _SHORT, 1),
        (339, _SHORT, _SAMPLE_FORMAT[dtype.kind]),
    ]
    directory = struct.pack("<H", len(entries))
    for tag, kind, value in entries:
        directory += struct.pack("<HHIHxx" if kind == _SHORT else "<HHII", tag, kind, 1, value)
    return struct.pack("<2sHI", b"II", 42, directory_at), bytes(size % 2) + directory + struct.pack("<I", 0)


def slice_path(folder: Path, z: int) -> Path:
    return folder / f"slice_{z:05d}.tif"


def slice_paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("slice_*.tif"))


def write_slice(path: Path, plane: np.ndarray) -> None:
    before, after = header_and_directory(*plane.shape, plane.dtype)
    pieces = [memoryview(before), memoryview(plane).cast("B"), memoryview(after)]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        while pieces:
            written = os.writev(descriptor, pieces)
            while pieces and written >= len(pieces[0]):
                written -= len(pieces.pop(0))
            if pieces:
                pieces[0] = pieces[0][written:]
    finally:
        os.close(descriptor)


def write_hollow_slice(path: Path, height: int, width: int, dtype: np.dtype) -> None:
    """A slice of zeros whose voxels are a hole in the file: its nominal size costs no disk."""
    before, after = header_and_directory(height, width, dtype)
    with path.open("wb") as file:
        file.write(before)
        file.truncate(PIXELS_AT + height * width * dtype.itemsize)
        file.seek(0, os.SEEK_END)
        file.write(after)


def read_into(path: Path, plane: np.ndarray) -> None:
    """Fills a contiguous plane with the voxels of one slice."""
    view = memoryview(plane).cast("B")
    with path.open("rb", buffering=0) as file:
        file.seek(PIXELS_AT)
        done = 0
        while done < len(view):
            count = file.readinto(view[done:])
            if not count:
                raise OSError(f"{path} ends after {PIXELS_AT + done} bytes")
            done += count


def read_slabs(folder: Path, shape: tuple[int, int, int], dtype: str, depth: int) -> Iterator[tuple[int, np.ndarray]]:
    """(first slice, voxels) of slab after slab; each slab is a new array, so that a writer may still hold the last one."""
    for first in range(0, shape[0], depth):
        slab = np.empty((min(depth, shape[0] - first), *shape[1:]), dtype)
        for z, plane in enumerate(slab, first):
            read_into(slice_path(folder, z), plane)
        yield first, slab
