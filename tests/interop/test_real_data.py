# SPDX-License-Identifier: Apache-2.0
"""Real scans from several instruments. Where ../shared/data is absent these tests are skipped by name."""

import json
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
import yaozarrs
from beamport_program import beamport, convert, shared
from reference_pyramid import pyramid
from strangers import READERS, zarr_python


def read_stack(path: Path) -> np.ndarray:
    if path.is_dir():
        return np.stack([tifffile.imread(file) for file in sorted(path.iterdir())])
    if "bone_binary" in path.as_posix():
        return read_padded_deflate(path)
    return tifffile.imread(path)


def read_padded_deflate(path: Path) -> np.ndarray:
    """Its strips decode to more rows than they should have; libtiff drops the surplus, tifffile refuses it."""
    data = path.read_bytes()
    with tifffile.TiffFile(path) as tiff:
        planes = []
        for page in tiff.pages:
            strips = zip(page.dataoffsets, page.databytecounts, strict=True)
            rows = b"".join(
                zlib.decompress(data[offset : offset + size])[: page.rowsperstrip * page.imagewidth] for offset, size in strips
            )
            planes.append(np.frombuffer(rows, "uint8")[: page.imagelength * page.imagewidth].reshape(page.shape))
    return np.stack(planes)


@pytest.mark.parametrize(
    "name",
    [
        "derived/i13_24737_recon",
        "derived/i13_24737_recon_u16.tif",
        "volumes/qim3d/bone_128x128x128.tif",
        "volumes/qim3d/shell_225x128x128.tif",
        "volumes/bone_binary/bone_7H3A_B1.tif",
    ],
)
def test_real_volume(tmp_path, name):
    stack = shared(name)
    volume = read_stack(stack)
    image = convert(stack, tmp_path / "out.ome.zarr")
    for reader, read in READERS.items():
        assert read(image, 0).tobytes() == volume.astype(volume.dtype.newbyteorder("<")).tobytes(), reader
    yaozarrs.validate_zarr_store(str(image))
    levels = json.loads((image / "zarr.json").read_text())["attributes"]["ome"]["multiscales"][0]["datasets"]
    tolerance = 4 * np.finfo("float32").eps * np.abs(volume).max() if volume.dtype.kind == "f" else 1
    for level, wanted in enumerate(pyramid(volume, len(levels))):
        difference = np.abs(zarr_python(image, level).astype("float64") - wanted.astype("float64"))
        assert difference.max() <= tolerance
    done = beamport("verify", image)
    assert done.returncode == 0, done.stdout + done.stderr


def test_gaps_in_the_numbering_are_refused_by_name(tmp_path):
    stack = shared("volumes/psi_nct_slices")
    done = beamport("convert", stack, tmp_path / "out.ome.zarr")
    assert done.returncode != 0
    assert "441" in done.stderr
    assert "459" in done.stderr or "469" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_gaps_closed_on_request_are_recorded(tmp_path):
    stack = shared("volumes/psi_nct_slices")
    image = convert(stack, tmp_path / "out.ome.zarr", "--gaps", "close")
    assert np.array_equal(zarr_python(image, 0), read_stack(stack))
    attributes = json.loads((image / "zarr.json").read_text())["attributes"]["beamport"]
    assert any("441" in note for note in attributes["source"]["notes"])
