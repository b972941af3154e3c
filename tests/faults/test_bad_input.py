# SPDX-License-Identifier: Apache-2.0
"""Bad input gets a clear error and loses nothing: exit code, message with the file, nothing that looks complete."""

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from beamport_program import BINARY, beamport, convert
from damaged_tiffs import DAMAGED, GOOD, write_stack


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def assert_refused(stack: Path | str, folder: Path, *parts: str, **options) -> str:
    """The conversion fails with all of `parts` in its message and leaves the folder as it was."""
    before = listing(folder)
    done = beamport("convert", stack, folder / "out.ome.zarr", **options)
    assert done.returncode not in (0, None)
    assert done.returncode > 0, f"ended by signal {-done.returncode}: {done.stderr}"
    assert done.returncode not in (134, 139), done.stderr
    for part in parts:
        assert part in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) <= 12, "an error is a sentence, not a dump"
    assert listing(folder) == before
    return done.stderr


@pytest.mark.parametrize("case", DAMAGED)
@pytest.mark.parametrize("place", [0, 5])
def test_damaged_slice(tmp_path, case, place):
    stack = write_stack(tmp_path / "slices", replaced={place: DAMAGED[case]})
    assert_refused(stack, tmp_path, f"slice_{place:04d}.tif")


@pytest.mark.parametrize("case", [name for name in DAMAGED if not name.startswith("other")])
def test_damaged_single_file(tmp_path, case):
    file = tmp_path / "volume.tif"
    file.write_bytes(DAMAGED[case])
    assert_refused(file, tmp_path, "volume.tif")


def test_multipage_file_cut_in_the_middle(tmp_path):
    file = tmp_path / "volume.tif"
    tifffile.imwrite(file, np.zeros((20, 64, 64), "uint16"), metadata=None)
    file.write_bytes(file.read_bytes()[:-40_000])
    assert_refused(file, tmp_path, "volume.tif")


@pytest.mark.parametrize("compression", ["lzw", "zlib", "zstd", "packbits"])
def test_compressed_slice_with_garbage_inside(tmp_path, compression):
    stack = tmp_path / "slices"
    stack.mkdir()
    noise = np.random.default_rng(3).integers(0, 255, (64, 64), "uint8")
    for number in range(6):
        tifffile.imwrite(stack / f"slice_{number}.tif", noise, compression=compression, metadata=None)
    bad = stack / "slice_4.tif"
    with tifffile.TiffFile(bad) as tiff:
        offset, size = tiff.pages[0].dataoffsets[0], tiff.pages[0].databytecounts[0]
    data = bytearray(bad.read_bytes())
    data[offset : offset + size // 2] = b"\x80" * (size // 2)
    bad.write_bytes(data)
    assert_refused(stack, tmp_path, "slice_4.tif")


def test_mixed_types(tmp_path):
    stack = write_stack(tmp_path / "slices")
    tifffile.imwrite(stack / "slice_0003.tif", np.zeros((32, 32), "float32"), metadata=None)
    message = assert_refused(stack, tmp_path, "slice_0003.tif")
    assert "float32" in message
    assert "uint8" in message


def test_mixed_page_shapes_in_one_file(tmp_path):
    file = tmp_path / "volume.tif"
    with tifffile.TiffWriter(file) as tiff:
        for size in (64, 64, 48, 64):
            tiff.write(np.zeros((size, size), "uint16"), contiguous=False, metadata=None)
    assert_refused(file, tmp_path, "volume.tif")


def test_colour_is_refused_by_name(tmp_path):
    stack = tmp_path / "slices"
    stack.mkdir()
    for number in range(3):
        tifffile.imwrite(stack / f"slice_{number}.tif", np.zeros((32, 32, 3), "uint8"), photometric="rgb", metadata=None)
    assert_refused(stack, tmp_path, "slice_0.tif")


def test_mixed_number_widths(tmp_path):
    stack = write_stack(tmp_path / "slices", count=9)
    (stack / "slice_09.tif").write_bytes(GOOD)
    assert_refused(stack, tmp_path, "slice_09.tif")


def test_missing_number_is_named(tmp_path):
    stack = write_stack(tmp_path / "slices", count=20)
    (stack / "slice_0007.tif").unlink()
    (stack / "slice_0011.tif").unlink()
    (stack / "slice_0012.tif").unlink()
    message = assert_refused(stack, tmp_path, "7")
    assert "11" in message
    assert "12" in message


def test_duplicate_number_names_both_files(tmp_path):
    stack = write_stack(tmp_path / "slices")
    (stack / "slice_0003.tiff").write_bytes(GOOD)
    assert_refused(stack, tmp_path, "slice_0003.tif", "slice_0003.tiff")


def test_empty_folder(tmp_path):
    (tmp_path / "slices").mkdir()
    assert_refused(tmp_path / "slices", tmp_path, "slices")


def test_no_such_stack(tmp_path):
    assert_refused(tmp_path / "absent", tmp_path, "absent")
    assert_refused(f"{tmp_path}/absent_*.tif", tmp_path, "absent_*.tif")


def test_pipe_among_the_slices(tmp_path):
    stack = write_stack(tmp_path / "slices")
    (stack / "slice_0003.tif").unlink()
    os.mkfifo(stack / "slice_0003.tif")
    assert_refused(stack, tmp_path, "slice_0003.tif")


def test_folder_among_the_slices(tmp_path):
    stack = write_stack(tmp_path / "slices")
    (stack / "slice_0003.tif").unlink()
    (stack / "slice_0003.tif").mkdir()
    assert_refused(stack, tmp_path, "slice_0003.tif is a directory")


@pytest.fixture
def as_nobody(monkeypatch):
    """A folder that everybody may use, and options that run the program there without root's powers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(BINARY, folder / "beamport")  # the checkout may lie in a folder that only root can enter
        monkeypatch.setattr("beamport_program.BINARY", folder / "beamport")
        work = folder / "work"
        work.mkdir()
        for path in (folder, work):
            path.chmod(0o777)
        yield work, {"user": 65534, "group": 65534, "extra_groups": [], "cwd": work} if os.geteuid() == 0 else {}


def test_slice_without_permission(as_nobody):
    tmp_path, options = as_nobody
    stack = write_stack(tmp_path / "slices")
    (stack / "slice_0005.tif").chmod(0)
    assert "ermi" in assert_refused(stack, tmp_path, "slice_0005.tif", **options)


def test_output_folder_without_permission(as_nobody):
    tmp_path, options = as_nobody
    stack = write_stack(tmp_path / "slices")
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    done = beamport("convert", stack, closed / "out.ome.zarr", **options)
    assert done.returncode > 0
    assert "closed" in done.stderr
    assert list(closed.iterdir()) == []


def test_missing_output_folder_is_named_before_the_stack_is_looked_at(tmp_path):
    done = beamport("convert", tmp_path / "nothing", tmp_path / "absent" / "out.ome.zarr")
    assert done.returncode > 0
    assert f"{tmp_path / 'absent'}: there is no such folder" in done.stderr
    assert listing(tmp_path) == []


def test_existing_output_is_kept_unless_told(tmp_path):
    stack = write_stack(tmp_path / "slices")
    image = convert(stack, tmp_path / "out.ome.zarr")
    before = {path: path.read_bytes() for path in image.rglob("*") if path.is_file()}
    assert_refused(stack, tmp_path, "out.ome.zarr", "--overwrite")
    assert {path: path.read_bytes() for path in image.rglob("*") if path.is_file()} == before
    convert(stack, image, "--overwrite")
    assert listing(tmp_path) == ["out.ome.zarr", "slices"]


def test_failed_overwrite_keeps_the_old_image(tmp_path):
    stack = write_stack(tmp_path / "slices")
    image = convert(stack, tmp_path / "out.ome.zarr")
    before = {path: path.read_bytes() for path in image.rglob("*") if path.is_file()}
    (stack / "slice_0007.tif").write_bytes(GOOD[:-5])
    done = beamport("convert", stack, image, "--overwrite")
    assert done.returncode > 0
    assert {path: path.read_bytes() for path in image.rglob("*") if path.is_file()} == before
    assert listing(tmp_path) == ["out.ome.zarr", "slices"]


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--profile", "huge"), "huge"),
        (("--dtype", "complex64"), "complex64"),
        (("--dtype", "uint8", "--window", "5,1"), "window"),
        (("--dtype", "uint8", "--window", "a,b"), "window"),
        (("--voxel-size", "0"), "--voxel-size '0'"),
        (("--voxel-size", "-1um"), "--voxel-size '-1um'"),
        (("--voxel-size", "3parsec"), "parsec"),
        (("--gaps", "guess"), "guess"),
        (("--no-such-option",), "--no-such-option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_option_is_named(tmp_path, options, part):
    stack = write_stack(tmp_path / "slices")
    done = beamport("convert", stack, tmp_path / "out.ome.zarr", *options)
    assert done.returncode > 0
    assert part in done.stderr
    assert listing(tmp_path) == ["slices"]
