# SPDX-License-Identifier: Apache-2.0
"""A file system in a file, whose power can be cut: what was not synced is lost, as the kernel's own tests do it."""

import ctypes
import fcntl
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

import pytest

# ext4 and XFS have the same request: end at once, without writing the journal.
GOING_DOWN = 0x8004587D  # _IOR('X', 125, u32)
WITHOUT_THE_LOG = 2
CLONE_NEWNS = 0x00020000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
MEGABYTES = {"ext4": 128, "xfs": 320}  # mkfs.xfs makes no smaller one than 300
MAKE = {
    "ext4": ["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
}


def mount_for_ourselves() -> None:
    """From here on what is mounted is seen by this process and its children alone, and ends with them."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        pytest.skip(f"mounting is not allowed here: {os.strerror(ctypes.get_errno())}")
    if libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        pytest.skip(f"mounts cannot be made private here: {os.strerror(ctypes.get_errno())}")


class DiskImage:
    """Mounted while it is used in a `with` block."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.file, self.folder = kind, folder / f"{kind}.img", folder / kind
        if shutil.which(MAKE[kind][0]) is None:
            pytest.skip(f"{MAKE[kind][0]} is not installed")
        with self.file.open("wb") as opened:
            opened.truncate(MEGABYTES[kind] << 20)
        subprocess.run([*MAKE[kind], self.file], check=True, capture_output=True)
        self.folder.mkdir()

    def __enter__(self) -> "DiskImage":
        mounted = self._mount()
        if mounted.returncode != 0:
            pytest.skip(f"{self.kind} in a file cannot be mounted here: {mounted.stderr.strip()}")
        return self

    def __exit__(self, *_: object) -> None:
        self._unmount()
        self.file.unlink()

    def _mount(self) -> subprocess.CompletedProcess:
        return subprocess.run(["mount", "-o", "loop", "-t", self.kind, self.file, self.folder], capture_output=True, text=True)

    def _unmount(self) -> None:
        for _ in range(100):
            done = subprocess.run(["umount", self.folder], capture_output=True, text=True)
            if done.returncode == 0:
                return
            time.sleep(0.05)  # a process that was killed still lets go of its files
        raise AssertionError(f"{self.folder} cannot be unmounted: {done.stderr}")

    def cut(self) -> None:
        """From now on nothing reaches the disk; programs get EIO."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, GOING_DOWN, struct.pack("I", WITHOUT_THE_LOG))
        finally:
            os.close(descriptor)

    def power_up(self) -> None:
        """Mounts what was on the disk when it was cut. Nobody may have files open there any more."""
        self._unmount()
        mounted = self._mount()
        assert mounted.returncode == 0, f"{self.kind} did not come back: {mounted.stderr}"

    def sync(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            assert ctypes.CDLL(None).syncfs(descriptor) == 0
        finally:
            os.close(descriptor)
