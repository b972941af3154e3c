# SPDX-License-Identifier: Apache-2.0
"""Volumes made from a seed, written as TIFF stacks by tifffile: the input side of the tests."""

from pathlib import Path

import numpy as np
import tifffile

TYPES = ("uint8", "uint16", "int16", "uint32", "float32", "float64")


def make_volume(shape: tuple[int, int, int], dtype: str, seed: int = 1) -> np.ndarray:
    """A smooth body with noise, and the type's extreme values at known places, so that every bit is used."""
    random = np.random.default_rng([seed, *shape])
    z, y, x = np.ogrid[: shape[0], : shape[1], : shape[2]]
    body = np.sin(z / 9.0) + np.cos(y / 13.0) * np.sin(x / 17.0) + random.normal(0, 0.2, shape)
    if np.dtype(dtype).kind == "f":
        volume = (body * 1e-3).astype(dtype)
        volume.flat[:: max(1, volume.size // 50)] = np.finfo("float32").tiny
        return volume
    limits = np.iinfo(dtype)
    span = float(limits.max) - float(limits.min)
    volume = np.clip((body + 3) / 6 * span + limits.min, limits.min, limits.max).astype(dtype)
    volume.flat[0], volume.flat[-1] = limits.min, limits.max
    return volume


def write_slices(folder: Path, volume: np.ndarray, pattern: str = "slice_{:05d}.tif", first: int = 0, **options) -> Path:
    """One file per slice, in a new folder."""
    folder.mkdir(parents=True)
    for number, plane in enumerate(volume, first):
        tifffile.imwrite(folder / pattern.format(number), plane, metadata=None, **options)
    return folder


def write_pages(file: Path, volume: np.ndarray, **options) -> Path:
    """One file with a page per slice."""
    with tifffile.TiffWriter(file, bigtiff=options.pop("bigtiff", False), byteorder=options.pop("byteorder", None)) as tiff:
        for plane in volume:
            tiff.write(plane, contiguous=False, metadata=None, **options)
    return file
