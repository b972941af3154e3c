# SPDX-License-Identifier: Apache-2.0
"""Planes that look like a reconstruction to a compressor: real texture, mirrored over the plane, and noise nowhere the same.

The texture is a reconstructed synchrotron scan (135 × 160 × 160) where the shared data is present, else a phantom from
the seed. Noise comes from a pool of normal values that each slice reads from another random offset: adding it costs one
pass over memory, where drawing it would cost ten. Its deviation is 5 % of the texture's, about twice the fine noise that
the real reconstruction has itself; lossless compression gains what it gains on real float32 scans, 1.1-1.3.
"""

import hashlib
import os
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BEAMPORT_SHARED_DATA", ROOT.parent / "shared/data"))
NOISE_SHARE = 0.05
_POOL_SLACK = 1 << 22  # how many offsets a slice's noise can start at


def real_texture() -> np.ndarray | None:
    files = sorted((SHARED / "derived/i13_24737_recon").glob("*.tiff"))
    if not files:
        return None
    import tifffile  # only here: the other modules read the slices that this one makes

    return np.stack([tifffile.imread(file) for file in files]).astype("float32")


def phantom_texture(seed: int) -> np.ndarray:
    """Materials of different density with blurred borders, from smoothly interpolated random values."""
    random = np.random.default_rng([seed, 7])
    body = random.standard_normal((16, 18, 18))
    for axis, size in enumerate((135, 160, 160)):
        old = np.linspace(0, 1, body.shape[axis])
        new = np.linspace(0, 1, size)
        body = np.apply_along_axis(lambda line, old=old, new=new: np.interp(new, old, line), axis, body)
    materials = np.digitize(body, [-0.6, 0.1, 0.7]) * 0.006 + body * 0.0004
    return materials.astype("float32")


class PlaneSource:
    """Makes slice after slice of one size and type; slice z is the same whichever came before."""

    def __init__(self, height: int, width: int, dtype: str, seed: int) -> None:
        texture = real_texture()
        self.origin = "real reconstruction" if texture is not None else "phantom"
        texture = phantom_texture(seed) if texture is None else texture
        self._texture = texture
        self._seed = seed
        self._dtype = np.dtype(dtype)
        self._plane = np.empty((height, width), "float32")
        random = np.random.default_rng([seed, 11])
        self._noise = random.standard_normal(height * width + _POOL_SLACK, dtype="float32")
        self._scale, self._shift = 1.0, 0.0
        if self._dtype.kind == "u":  # the window that facilities use when they squeeze reconstructions
            low, high = np.percentile(texture, [0.1, 99.9])
            self._limit = np.iinfo(self._dtype).max
            self._scale = self._limit / (high - low)
            self._shift = -low * self._scale
        self._noise *= np.float32(NOISE_SHARE * texture.std() * self._scale)

    def fingerprint(self) -> str:
        """Changes when the texture does, so that a stack made from another one is not mistaken for this."""
        return hashlib.sha256(self._texture.tobytes()).hexdigest()[:16]

    def plane(self, z: int) -> np.ndarray:
        """Valid until the next call."""
        depth = len(self._texture)
        turn = z % (2 * depth)
        image = self._texture[turn if turn < depth else 2 * depth - 1 - turn]
        if self._dtype.kind == "u":
            image = image * np.float32(self._scale) + np.float32(self._shift)
        height, width = self._plane.shape
        mirrored = np.concatenate([np.concatenate([image, image[:, ::-1]], 1), np.concatenate([image[::-1], image[::-1, ::-1]], 1)])
        band = np.tile(mirrored, (1, -(-width // mirrored.shape[1])))[:, :width]
        offset = int(np.random.default_rng([self._seed, z]).integers(_POOL_SLACK))
        noise = self._noise[offset : offset + height * width].reshape(height, width)
        for top in range(0, height, len(band)):
            rows = min(len(band), height - top)
            np.add(band[:rows], noise[top : top + rows], out=self._plane[top : top + rows])
        if self._dtype.kind == "u":
            np.clip(self._plane, 0, self._limit, out=self._plane)
        return self._plane.astype(self._dtype, copy=False)
