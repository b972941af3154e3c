# SPDX-License-Identifier: Apache-2.0
"""The limit: the disk reads all slices and writes as many bytes, at once, past the page cache, and nobody computes anything.

No converter that reads the stack once and writes a volume of about its size can be faster than this on the same disk, as
long as neither end of the pipeline waits for the other.
"""

import mmap
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cases import Case
from peers.tool import PythonTool, script_arguments

READERS = 4
WRITERS = 2
PIECE = 4 << 20


class DiskAlone(PythonTool):
    """Bytes in and bytes out, by O_DIRECT, from a few threads that only wait."""

    name = "disk alone"
    own_settings = "reads every slice and writes random bytes of the same size; no conversion"
    converts = False

    def why_not(self) -> str | None:
        return None

    def version(self) -> str:
        return f"{READERS} readers and {WRITERS} writers, O_DIRECT, pieces of 4 MiB"


def read_slice(path: Path, memory: threading.local) -> None:
    if not hasattr(memory, "piece"):
        memory.piece = mmap.mmap(-1, PIECE)  # begins at a page, as O_DIRECT wants it
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECT)
    try:
        offset = 0
        while got := os.preadv(descriptor, [memory.piece], offset):
            offset += got
    finally:
        os.close(descriptor)


def write_file(path: Path, size: int) -> None:
    piece = mmap.mmap(-1, PIECE)
    piece.write(os.urandom(PIECE))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_DIRECT)
    try:
        os.posix_fallocate(descriptor, 0, size)
        for offset in range(0, size, PIECE):
            os.pwritev(descriptor, [piece], offset)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def run(stack: Path, output: Path, case: Case) -> None:
    output.mkdir()
    memory = threading.local()
    whole_pieces = -(-case.input_bytes // WRITERS // PIECE) * PIECE
    with ThreadPoolExecutor(READERS) as readers, ThreadPoolExecutor(WRITERS) as writers:
        written = [writers.submit(write_file, output / f"{i}.bytes", whole_pieces) for i in range(WRITERS)]
        read = [readers.submit(read_slice, path, memory) for path in sorted(stack.iterdir())]
        for future in read + written:
            future.result()


if __name__ == "__main__":
    given = script_arguments()
    if given is not None:
        run(*given[:3])
