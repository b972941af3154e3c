# SPDX-License-Identifier: Apache-2.0
"""What the kernel holds of the input and owes to the disk: every timed run starts cold and ends durable."""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_SYNC_FILE_RANGE_WRITE = 2
_DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def sync_file_system(path: Path) -> None:
    """What `sync -f` does: returns when everything written to this file system is on the device."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if _libc.syncfs(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(path))
    finally:
        os.close(descriptor)


def start_writing(path: Path) -> None:
    """Asks for write-back without waiting, so that gigabytes of input do not pile up for the sync at the end."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        _libc.sync_file_range(descriptor, ctypes.c_int64(0), ctypes.c_int64(0), _SYNC_FILE_RANGE_WRITE)
    finally:
        os.close(descriptor)


def drop(folder: Path, everything: bool) -> str:
    """Drops the files of a folder from the page cache, and as root `everything` if asked; says what it did."""
    sync_file_system(folder)
    for path in sorted(folder.iterdir()):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
    if not everything:
        return "posix_fadvise"
    try:
        _DROP_CACHES.write_text("1")
    except OSError:
        return "posix_fadvise"
    return "posix_fadvise and drop_caches"


def cached_bytes(folder: Path) -> int | None:
    """How much of a folder's files is in the page cache; None where util-linux's fincore is absent."""
    files = [str(path) for path in sorted(folder.iterdir())]
    if not files or shutil.which("fincore") is None:
        return None
    done = subprocess.run(["fincore", "--bytes", "--noheadings", "--output", "RES", *files], capture_output=True, text=True, check=False)
    return sum(int(line) for line in done.stdout.split()) if done.returncode == 0 else None


def warm(folder: Path) -> None:
    """Reads a folder's files into the page cache."""
    buffer = bytearray(1 << 22)
    for path in sorted(folder.iterdir()):
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass
