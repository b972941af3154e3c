# SPDX-License-Identifier: Apache-2.0
"""The index of a Zarr v3 shard, read from the bytes on disk.

    chunk │ chunk │ … │ n × (offset: u64 LE, size: u64 LE) │ crc32c: u32 LE
"""

import struct
from math import prod
from pathlib import Path

import google_crc32c

ABSENT = 2**64 - 1


def shard_index(file: Path, chunks: int) -> list[tuple[int, int] | None]:
    """(offset, size) of each chunk in C order, nothing where a chunk is empty. Checks checksum and bounds."""
    data = file.read_bytes()
    index = data[-(16 * chunks + 4) :]
    assert len(index) == 16 * chunks + 4, f"{file} is shorter than its index"
    (checksum,) = struct.unpack("<I", index[-4:])
    assert checksum == google_crc32c.value(index[:-4]), f"{file}: wrong crc32c"
    entries = []
    for offset, size in struct.iter_unpack("<QQ", index[:-4]):
        if (offset, size) == (ABSENT, ABSENT):
            entries.append(None)
            continue
        assert offset + size <= len(data) - len(index), f"{file}: a chunk overlaps the index or ends outside"
        entries.append((offset, size))
    return entries


def chunks_per_shard(array: dict) -> int:
    """From a level's zarr.json."""
    shard = array["chunk_grid"]["configuration"]["chunk_shape"]
    chunk = array["codecs"][0]["configuration"]["chunk_shape"]
    return prod(outer // inner for outer, inner in zip(shard, chunk, strict=True))
