# SPDX-License-Identifier: Apache-2.0
"""The volumes that are converted, and what every tool is told to make of them.

Sizes are in bytes and GB = 1e9 bytes, as disks and file listings count them.
"""

from dataclasses import dataclass

import numpy as np

CHUNK = 64
SHARD_EDGE = 1024


@dataclass(frozen=True)
class Case:
    """One stack of slices: its name is also the folder's name under the work folder."""

    name: str
    shape: tuple[int, int, int]
    dtype: str

    @property
    def itemsize(self) -> int:
        return np.dtype(self.dtype).itemsize

    @property
    def slice_bytes(self) -> int:
        return self.shape[1] * self.shape[2] * self.itemsize

    @property
    def input_bytes(self) -> int:
        return self.shape[0] * self.slice_bytes

    @property
    def shard(self) -> tuple[int, int, int]:
        """The profile's 64 × 1024 × 1024, cut to the chunks that a smaller plane has."""
        return (CHUNK, *(min(SHARD_EDGE, -(-size // CHUNK) * CHUNK) for size in self.shape[1:]))

    @property
    def level_shapes(self) -> list[tuple[int, int, int]]:
        """Every level: halved, rounded up, until the longest axis is at most 64, as the profile does it."""
        shapes = [self.shape]
        while max(shapes[-1]) > 64:
            shapes.append(tuple(-(-size // 2) for size in shapes[-1]))
        return shapes

    def first_slices(self, count: int, name: str) -> "Case":
        return Case(name, (count, *self.shape[1:]), self.dtype)

    def __str__(self) -> str:
        return f"{'×'.join(str(size) for size in self.shape)} {self.dtype}, {self.input_bytes / 1e9:.3g} GB"


@dataclass(frozen=True)
class CaseSet:
    """The volumes of all sections, at full size or so small that a test can run them."""

    main: tuple[Case, ...]
    live: Case
    growth: Case
    growth_slices: tuple[int, ...]
    sparse: Case
    capped_plane: Case  # real voxels, memory cap of capped_plane_gib
    capped_wide: Case  # sparse files, memory cap of capped_wide_gib
    capped_plane_gib: float
    capped_wide_gib: float


FULL = CaseSet(
    main=(Case("float32-1024", (1024, 1024, 1024), "float32"), Case("uint16-2048", (1024, 2048, 2048), "uint16")),
    live=Case("uint16-2048", (1024, 2048, 2048), "uint16"),
    growth=Case("growth", (1664, 2048, 2048), "float32"),
    growth_slices=(64, 128, 256, 512, 960, 1664),
    sparse=Case("sparse-16384", (256, 16384, 16384), "float32"),
    capped_plane=Case("float32-2560", (256, 2560, 2560), "float32"),
    capped_wide=Case("sparse-16384-capped", (64, 16384, 16384), "float32"),
    capped_plane_gib=4,
    capped_wide_gib=6,
)

TINY = CaseSet(
    main=(Case("float32-tiny", (130, 192, 200), "float32"), Case("uint16-tiny", (131, 193, 201), "uint16")),
    live=Case("uint16-tiny", (131, 193, 201), "uint16"),
    growth=Case("growth-tiny", (130, 192, 200), "float32"),
    growth_slices=(32, 64, 130),
    sparse=Case("sparse-tiny", (70, 1024, 1024), "float32"),
    capped_plane=Case("float32-tiny", (130, 192, 200), "float32"),
    capped_wide=Case("sparse-tiny-capped", (64, 1024, 1024), "float32"),
    capped_plane_gib=1,
    capped_wide_gib=1,
)

# For trying the harness or a peer by hand: large enough to see rates, small enough for minutes.
MEDIUM = CaseSet(
    main=(Case("float32-medium", (256, 512, 512), "float32"), Case("uint16-medium", (128, 1024, 1024), "uint16")),
    live=Case("uint16-medium", (128, 1024, 1024), "uint16"),
    growth=Case("growth-medium", (256, 512, 512), "float32"),
    growth_slices=(64, 128, 256),
    sparse=Case("sparse-medium", (128, 4096, 4096), "float32"),
    capped_plane=Case("float32-2560-medium", (64, 1280, 1280), "float32"),
    capped_wide=Case("sparse-medium-capped", (64, 4096, 4096), "float32"),
    capped_plane_gib=4,
    capped_wide_gib=6,
)

SETS = {"full": FULL, "medium": MEDIUM, "tiny": TINY}
