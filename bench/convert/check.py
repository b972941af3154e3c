# SPDX-License-Identifier: Apache-2.0
"""Is what a tool wrote the volume that it was given? A fast wrong answer scores nothing.

Level 0 is compared byte for byte with the TIFF files, through a reader that did not write it (TensorStore; zarr-python for
what TensorStore wrote). Coarser levels of Beamport are compared with the 2×2×2 mean of the existing voxels of *its own*
level below, so that roundings do not add up over the levels; of the other tools only the shapes of the levels are listed.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tiff_slices
from cases import Case

SLAB = 64
FLOAT_TOLERANCE = 1e-6  # of the largest magnitude in the block


class WrongVolume(RuntimeError):
    """The result is not what the TIFF files say."""


def level_paths(image: Path) -> list[Path]:
    """The levels that the group names, finest first."""
    attributes = json.loads((image / "zarr.json").read_text())["attributes"]
    multiscales = attributes.get("ome", attributes)["multiscales"][0]
    return [image / dataset["path"] for dataset in multiscales["datasets"]]


class Level:
    """An array as z,y,x whatever the order and number of axes it is stored with."""

    def __init__(self, path: Path, reader: str) -> None:
        facts = json.loads((path / "zarr.json").read_text())
        self._names = [name or "" for name in facts.get("dimension_names") or ["z", "y", "x"]]
        self.dtype = np.dtype(facts["data_type"])
        sizes = dict(zip(self._names, facts["shape"], strict=True))
        if any(sizes[name] != 1 for name in sizes if name not in ("z", "y", "x")):
            raise WrongVolume(f"{path.name} has more axes than z, y and x: {sizes}")
        self.shape = (sizes["z"], sizes["y"], sizes["x"])
        self._read: Callable[[tuple], np.ndarray] = _open_tensorstore(path) if reader == "tensorstore" else _open_zarr(path)

    def slab(self, first: int, last: int, height: int | None = None, width: int | None = None) -> np.ndarray:
        part = {"z": slice(first, last), "y": slice(0, height or self.shape[1]), "x": slice(0, width or self.shape[2])}
        box = tuple(part.get(name, 0) for name in self._names)
        kept = [name for name in self._names if name in ("z", "y", "x")]
        return self._read(box).transpose([kept.index(name) for name in ("z", "y", "x")])


def _open_tensorstore(path: Path) -> Callable[[tuple], np.ndarray]:
    import tensorstore

    spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": f"{path}/"}}
    array = tensorstore.open(spec, open=True, read=True).result()
    return lambda box: array[box].read().result()


def _open_zarr(path: Path) -> Callable[[tuple], np.ndarray]:
    import zarr

    array = zarr.open_array(path, mode="r")
    return lambda box: np.asarray(array[box])


def level_0_is_identical(image: Path, stack: Path, case: Case, reader: str, may_be_padded: bool = False) -> None:
    """Padded: the array is larger than the stack, which some tools do with whole shards."""
    level = Level(level_paths(image)[0], reader)
    same = level.shape == case.shape or may_be_padded and all(has >= size for has, size in zip(level.shape, case.shape, strict=True))
    if not same or level.dtype != np.dtype(case.dtype):
        raise WrongVolume(f"level 0 is {level.shape} {level.dtype}, the stack {case.shape} {case.dtype}")
    bits = f"u{case.itemsize}"
    for first, wanted in tiff_slices.read_slabs(stack, case.shape, case.dtype, SLAB):
        seen = level.slab(first, first + len(wanted), *case.shape[1:])
        if not np.array_equal(seen.view(bits) if seen.flags.c_contiguous else np.ascontiguousarray(seen).view(bits), wanted.view(bits)):
            different = np.flatnonzero([plane.tobytes() != other.tobytes() for plane, other in zip(seen, wanted, strict=True)])
            raise WrongVolume(f"level 0 differs from the TIFF files, first in slice {first + int(different[0])}")


def _sum_pairs(block: np.ndarray, axis: int) -> np.ndarray:
    """Sums of neighbours along an axis; the last of an odd number stands alone."""
    even = block[(slice(None),) * axis + (slice(0, None, 2),)].copy()
    odd = block[(slice(None),) * axis + (slice(1, None, 2),)]
    even[(slice(None),) * axis + (slice(0, odd.shape[axis]),)] += odd
    return even


def _counts(shape: tuple[int, ...]) -> np.ndarray:
    """How many voxels of the finer level each coarse voxel stands for."""
    z, y, x = (np.minimum(2, size - 2 * np.arange(-(-size // 2))) for size in shape)
    return z[:, None, None] * y[None, :, None] * x[None, None, :]


def is_halved(finer: np.ndarray, coarser: np.ndarray) -> bool:
    """Is this the 2×2×2 mean, within one count or the float tolerance?"""
    floating = finer.dtype.kind == "f"
    wide = finer.astype("float64") if floating else finer.astype("int64")
    sums = _sum_pairs(_sum_pairs(_sum_pairs(wide, 2), 1), 0)
    counts = _counts(finer.shape)
    off = np.abs(coarser * counts - sums) if floating else np.abs(coarser.astype("int64") * counts - sums)
    if not floating:
        return bool((off <= counts).all())
    largest = _sum_pairs(_sum_pairs(_sum_pairs(np.abs(wide), 2), 1), 0)  # at least the largest magnitude
    return bool((off <= FLOAT_TOLERANCE * largest * counts + np.finfo("float32").tiny).all())


def levels_are_means(image: Path, case: Case, reader: str) -> None:
    levels = [Level(path, reader) for path in level_paths(image)]
    shapes = [level.shape for level in levels]
    if shapes != case.level_shapes:
        raise WrongVolume(f"the levels are {shapes}, expected {case.level_shapes}")
    for number, (finer, coarser) in enumerate(zip(levels, levels[1:], strict=False), 1):
        for first in range(0, coarser.shape[0], SLAB // 2):
            seen = coarser.slab(first, min(first + SLAB // 2, coarser.shape[0]))
            below = finer.slab(2 * first, min(2 * (first + len(seen)), finer.shape[0]))
            # In strips of rows: the sums in double precision would take several times the memory of the slab.
            for top in range(0, seen.shape[1], 64):
                if not is_halved(below[:, 2 * top : 2 * (top + 64)], seen[:, top : top + 64]):
                    raise WrongVolume(f"level {number} is not the mean of level {number - 1} near slice {first}, row {top}")


def level_shapes(image: Path) -> list[tuple[int, int, int]]:
    return [Level(path, "tensorstore").shape for path in level_paths(image)]


def check_image(tool: str, image: Path, stack: Path, case: Case, own_levels: bool) -> str:
    """Says what was found to be right; raises WrongVolume."""
    reader = "zarr-python" if tool.startswith("TensorStore") else "tensorstore"
    level_0_is_identical(image, stack, case, reader, may_be_padded=not own_levels)
    if own_levels:
        levels_are_means(image, case, reader)
        return f"level 0 bit-identical, {len(case.level_shapes) - 1} coarser levels are 2×2×2 means, by {reader}"
    shapes = level_shapes(image)
    same = "as asked" if shapes == case.level_shapes else "; ".join("×".join(map(str, shape)) for shape in shapes)
    return f"level 0 bit-identical, {len(shapes)} levels ({same}), by {reader}"
