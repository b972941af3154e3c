# SPDX-License-Identifier: Apache-2.0
"""Strangers' readers see level 0 bit-identical to the TIFFs, and the pyramid as a plain reference makes it."""

import json
from pathlib import Path

import numpy as np
import pytest
from beamport_program import convert
from reference_pyramid import pyramid
from strangers import READERS, zarr_python
from tiff_stacks import TYPES, make_volume, write_slices

# Odd sizes, a single slice, a single column of voxels, more than one shard in a plane.
SHAPES = [(135, 160, 160), (129, 257, 65), (1, 77, 130), (70, 1, 1), (3, 1030, 1100)]


def expected(volume: np.ndarray) -> np.ndarray:
    """What level 0 must hold: the voxels as they are, float64 narrowed."""
    return volume.astype("float32") if volume.dtype == np.float64 else volume


@pytest.fixture(scope="module", params=[(dtype, shape) for dtype in TYPES for shape in SHAPES], ids=str)
def converted(request, tmp_path_factory) -> tuple[np.ndarray, Path]:
    dtype, shape = request.param
    folder = tmp_path_factory.mktemp("stack")
    volume = make_volume(shape, dtype)
    image = convert(write_slices(folder / "slices", volume), folder / "out.ome.zarr")
    return expected(volume), image


@pytest.mark.parametrize("reader", READERS)
def test_level_0_is_bit_identical(converted, reader):
    volume, image = converted
    seen = READERS[reader](image, 0)
    assert seen.dtype == volume.dtype
    assert seen.shape == volume.shape
    assert seen.tobytes() == volume.tobytes()


def test_levels_are_reference_means(converted):
    volume, image = converted
    paths = json.loads((image / "zarr.json").read_text())["attributes"]["ome"]["multiscales"][0]["datasets"]
    assert [item["path"] for item in paths] == [str(level) for level in range(len(paths))]
    assert max(volume.shape) <= 128 or len(paths) > 1
    scale = np.abs(volume).max() if volume.dtype.kind == "f" else None
    for level, wanted in enumerate(pyramid(volume, len(paths))):
        seen = zarr_python(image, level)
        assert seen.shape == wanted.shape
        assert seen.dtype == wanted.dtype
        if scale is None:
            assert np.abs(seen.astype("int64") - wanted.astype("int64")).max() <= 1
        else:
            assert np.abs(seen - wanted).max() <= 4 * np.finfo("float32").eps * scale
    assert max(seen.shape) <= 128


def test_the_readers_agree_on_the_coarsest_level(converted):
    _, image = converted
    level = max(int(path.name) for path in image.iterdir() if path.name.isdecimal())
    seen = [read(image, level).tobytes() for read in READERS.values()]
    assert seen[0] == seen[1] == seen[2]


def test_not_a_number_stays_and_does_not_spread(tmp_path):
    volume = make_volume((70, 140, 140), "float32")
    volume[5, 7, 9] = np.nan
    volume[20:24, 30:34, 40:44] = np.nan
    volume[50, 60, 70], volume[50, 60, 72] = np.inf, -np.inf
    image = convert(write_slices(tmp_path / "slices", volume), tmp_path / "out.ome.zarr")
    assert zarr_python(image, 0).tobytes() == volume.tobytes()
    level_1 = zarr_python(image, 1)
    assert not np.isnan(level_1[2, 3, 4])
    assert np.isnan(level_1[10:12, 15:17, 20:22]).all()
    assert np.isnan(level_1).sum() == 8


def test_a_volume_of_zeros_reads_as_zeros(tmp_path):
    volume = np.zeros((65, 130, 66), "uint16")
    image = convert(write_slices(tmp_path / "slices", volume), tmp_path / "out.ome.zarr")
    for read in READERS.values():
        assert not read(image, 0).any()
