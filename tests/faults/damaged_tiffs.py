# SPDX-License-Identifier: Apache-2.0
"""TIFF files that are wrong in one way each, written byte by byte where no library would.

    II 42 offset │ IFD: count, count × (tag u16, type u16, n u32, value u32), next u32 │ pixels
"""

import struct
from pathlib import Path

SHORT, LONG = 3, 4
WIDTH = HEIGHT = 32


def tiff(
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    first_directory: int = 8,
    next_directory: int = 0,
    strip_offset: int | None = None,
    strip_bytes: int | None = None,
    magic: bytes = b"II*\0",
) -> bytes:
    """A grey uint8 picture of one strip; every field that a case wants wrong can be given."""
    entries = [
        (256, LONG, width), (257, LONG, height), (258, SHORT, 8), (259, SHORT, 1), (262, SHORT, 1),
        (273, LONG, 134 if strip_offset is None else strip_offset), (277, SHORT, 1), (278, LONG, height),
        (279, LONG, min(width * height, 2**32 - 1) if strip_bytes is None else strip_bytes), (339, SHORT, 1),
    ]  # fmt: skip
    directory = struct.pack("<H", len(entries))
    for tag, kind, value in entries:
        directory += struct.pack("<HHII", tag, kind, 1, value)
    directory += struct.pack("<I", next_directory)
    return magic + struct.pack("<I", first_directory) + directory + bytes(range(256)) * (WIDTH * HEIGHT // 256)


GOOD = tiff()

# Case -> the bytes of one slice among good ones.
DAMAGED = {
    "truncated in its pixels": GOOD[:-100],
    "truncated in its directory": GOOD[:60],
    "truncated in its header": GOOD[:5],
    "empty": b"",
    "wrong magic": tiff(magic=b"II+\xff"),
    "a text file": b"this is not a picture\n" * 80,
    "no page": tiff(first_directory=0),
    "directory past the end": tiff(first_directory=1_000_000),
    "directories in a loop": tiff(next_directory=8),
    "absurd sizes": tiff(width=2**31, height=2**31, strip_bytes=WIDTH * HEIGHT),
    "sizes whose product overflows": tiff(width=2**32 - 1, height=2**32 - 1),
    "zero width": tiff(width=0),
    "strip past the end": tiff(strip_offset=1_000_000),
    "strip longer than the file": tiff(strip_bytes=1_000_000),
    "strip shorter than its rows": tiff(strip_bytes=100),
    "strip offset that overflows": tiff(strip_offset=2**32 - 1, strip_bytes=2**32 - 1),
    "other width": tiff(width=WIDTH // 2, strip_bytes=WIDTH * HEIGHT // 2),
    "other height": tiff(height=HEIGHT // 2, strip_bytes=WIDTH * HEIGHT // 2),
}


def write_stack(folder: Path, count: int = 8, replaced: dict[int, bytes] | None = None, pattern: str = "slice_{:04d}.tif") -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / pattern.format(number)).write_bytes((replaced or {}).get(number, GOOD))
    return folder
