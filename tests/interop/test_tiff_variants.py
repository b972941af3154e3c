# SPDX-License-Identifier: Apache-2.0
"""Every way a scanner writes its TIFFs gives the same voxels."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from beamport_program import convert
from strangers import zarr_python
from tiff_stacks import make_volume, write_pages, write_slices

SHAPE = (67, 150, 131)
LAYOUTS = {
    "one strip": {},
    "strips of 7 rows": {"rowsperstrip": 7},
    "tiles": {"tile": (64, 48)},
    "LZW": {"compression": "lzw"},
    "LZW with predictor": {"compression": "lzw", "predictor": True, "rowsperstrip": 16},
    "deflate": {"compression": "zlib"},
    "deflate with predictor": {"compression": "zlib", "predictor": True},
    "packbits": {"compression": "packbits"},
    "zstd": {"compression": "zstd"},
    "zstd tiles": {"compression": "zstd", "tile": (32, 64)},
}


def level_0(stack: Path | str, folder: Path) -> np.ndarray:
    return zarr_python(convert(stack, folder / "out.ome.zarr"), 0)


@pytest.mark.parametrize("byteorder", ["<", ">"], ids=["little", "big"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_slices(tmp_path, layout, dtype, byteorder):
    options = LAYOUTS[layout]
    volume = make_volume(SHAPE, dtype)
    stack = write_slices(tmp_path / "slices", volume, byteorder=byteorder, **options)
    assert np.array_equal(level_0(stack, tmp_path), volume)


@pytest.mark.parametrize("byteorder", ["<", ">"], ids=["little", "big"])
@pytest.mark.parametrize("bigtiff", [False, True], ids=["classic", "BigTIFF"])
@pytest.mark.parametrize("layout", ["one strip", "strips of 7 rows", "tiles", "deflate"])
def test_pages_of_one_file(tmp_path, layout, bigtiff, byteorder):
    volume = make_volume(SHAPE, "uint16")
    file = write_pages(tmp_path / "volume.tif", volume, bigtiff=bigtiff, byteorder=byteorder, **LAYOUTS[layout])
    assert np.array_equal(level_0(file, tmp_path), volume)


@pytest.mark.parametrize("dtype", ["uint32", "float64"])
@pytest.mark.parametrize("byteorder", ["<", ">"], ids=["little", "big"])
def test_wide_types_in_bigtiff(tmp_path, dtype, byteorder):
    volume = make_volume(SHAPE, dtype)
    file = write_pages(tmp_path / "volume.tif", volume, bigtiff=True, byteorder=byteorder)
    assert np.array_equal(level_0(file, tmp_path), volume.astype("float32" if dtype == "float64" else dtype))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_imagej_hyperstack_with_its_voxel_size(tmp_path, dtype):
    volume = make_volume(SHAPE, dtype)
    file = tmp_path / "volume.tif"
    tifffile.imwrite(file, volume, imagej=True, resolution=(1 / 0.65, 1 / 0.65), metadata={"spacing": 1.3, "unit": "um", "axes": "ZYX"})
    image = convert(file, tmp_path / "out.ome.zarr")
    assert np.array_equal(zarr_python(image, 0), volume)
    import zarr

    dataset = zarr.open_group(image, mode="r").attrs["ome"]["multiscales"][0]["datasets"][0]
    scale = dataset["coordinateTransformations"][0]["scale"]
    assert scale == pytest.approx([1.3, 0.65, 0.65], rel=1e-6)


def test_imagej_stack_beyond_its_only_directory(tmp_path):
    """ImageJ writes stacks of more than 4 GiB with one directory; a small one of that kind reads the same."""
    volume = make_volume((40, 64, 96), "uint16")
    file = tmp_path / "volume.tif"
    tifffile.imwrite(file, volume, imagej=True, metadata={"axes": "ZYX"})
    with tifffile.TiffFile(file) as tiff:
        first = tiff.pages[0].offset
        tags = len(tiff.pages[0].tags)
    data = bytearray(file.read_bytes())
    data[first + 2 + 12 * tags : first + 6 + 12 * tags] = bytes(4)  # no next directory
    file.write_bytes(data)
    assert np.array_equal(level_0(file, tmp_path), volume)


def test_glob_takes_only_what_matches(tmp_path):
    volume = make_volume((5, 40, 50), "uint16")
    folder = write_slices(tmp_path / "slices", volume, pattern="recon_{:04d}.tiff", first=118)
    tifffile.imwrite(folder / "flat_0001.tiff", np.zeros((4, 4), "uint8"))
    assert np.array_equal(level_0(f"{folder}/recon_*.tiff", tmp_path), volume)


def test_order_follows_the_numbers_not_the_dates(tmp_path):
    volume = make_volume((12, 40, 50), "uint16")
    folder = tmp_path / "slices"
    folder.mkdir()
    for number in reversed(range(12)):
        tifffile.imwrite(folder / f"slice_{number:02d}.tif", volume[number])
    assert np.array_equal(level_0(folder, tmp_path), volume)
