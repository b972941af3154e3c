# SPDX-License-Identifier: Apache-2.0
"""The resolution pyramid in a few lines of NumPy, written apart from the program: 2×2×2 means clipped at the edge."""

import numpy as np


def halve(volume: np.ndarray) -> np.ndarray:
    """Mean of each block's existing voxels; NaN is left out; integers rounded half to even."""
    floating = volume.dtype.kind == "f"
    padded = np.full([size + size % 2 for size in volume.shape], np.nan)
    padded[tuple(slice(size) for size in volume.shape)] = volume
    z, y, x = (size // 2 for size in padded.shape)
    blocks = padded.reshape(z, 2, y, 2, x, 2).transpose(0, 2, 4, 1, 3, 5).reshape(z, y, x, 8)
    known = ~np.isnan(blocks)
    counts = known.sum(axis=3)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, blocks, 0).sum(axis=3) / counts
    return mean.astype(volume.dtype) if floating else np.rint(mean).astype(volume.dtype)


def pyramid(volume: np.ndarray, levels: int) -> list[np.ndarray]:
    result = [volume]
    while len(result) < levels:
        result.append(halve(result[-1]))
    return result
