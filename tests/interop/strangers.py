# SPDX-License-Identifier: Apache-2.0
"""Readers that Beamport's authors did not write: each returns one level of an OME-Zarr image as a NumPy array."""

import subprocess
from pathlib import Path

import numpy as np
import tensorstore
import zarr

HERE = Path(__file__).resolve().parent


def zarr_python(image: Path, level: int) -> np.ndarray:
    return zarr.open_group(image, mode="r")[str(level)][:]


def tensorstore_reader(image: Path, level: int) -> np.ndarray:
    spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": f"{image}/{level}/"}}
    return tensorstore.open(spec, open=True, read=True).result().read().result()


def zarrita(image: Path, level: int) -> np.ndarray:
    """Through Node.js; the script writes a line with type and shape and then the voxels."""
    done = subprocess.run(
        ["node", HERE / "zarrita/print_level.mjs", str(image), str(level)], capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    header, voxels = done.stdout.split(b"\n", 1)
    dtype, *shape = header.decode().split()
    return np.frombuffer(voxels, dtype).reshape([int(size) for size in shape])


READERS = {"zarr-python": zarr_python, "tensorstore": tensorstore_reader, "zarrita": zarrita}
