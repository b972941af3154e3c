# SPDX-License-Identifier: Apache-2.0
"""On what, and when, figures were measured. The disk's rates are the yardstick for every wall clock in the tables."""

import contextlib
import datetime
import mmap
import os
import platform
import statistics
import subprocess
import time
from pathlib import Path

_BLOCK = 4 << 20


def _line_after(file: str, key: str) -> str:
    for line in Path(file).read_text().splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return "?"


def _mount_of(path: Path) -> tuple[str, str]:
    """(file system, mount options) under a path."""
    best: tuple[str, str, str] = ("", "?", "")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, point, kind, options, *_ = line.split()
        if (path == Path(point) or Path(point) in path.parents) and len(point) >= len(best[0]):
            best = (point, kind, options)
    return best[1], best[2]


def commit(program: Path) -> str:
    """Of the tree that the measured program was built in."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=program.parent, capture_output=True, text=True, check=False).stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "?") + ("+changes" if git("status", "--porcelain", "-uno") else "")


def facts(work: Path, program: Path) -> dict:
    kind, options = _mount_of(work.resolve())
    memory = int(_line_after("/proc/meminfo", "MemTotal").split()[0]) * 1024
    return {
        "cpu": _line_after("/proc/cpuinfo", "model name"), "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30, 1), "kernel": platform.release(), "file_system": f"{kind} ({options})",
        "python": platform.python_version(), "load_before": round(os.getloadavg()[0], 2),
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"), "commit": commit(program),
    }


def disk_rates(work: Path, size: int, repeats: int = 3) -> dict:
    """O_DIRECT writing and reading of one file in 4 MiB blocks, one thread: medians and ranges in MB/s."""
    path = work / "disk-rate.bin"
    block = mmap.mmap(-1, _BLOCK)  # page-aligned, as O_DIRECT wants it
    block.write(os.urandom(_BLOCK))
    rates: dict[str, list[float]] = {"write": [], "read": []}
    try:
        for _ in range(repeats):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_DIRECT, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, size)
                started = time.monotonic()
                for offset in range(0, size, _BLOCK):
                    os.pwrite(descriptor, block, offset)
                os.fsync(descriptor)
                rates["write"].append(size / (time.monotonic() - started) / 1e6)
                started = time.monotonic()
                for offset in range(0, size, _BLOCK):
                    os.preadv(descriptor, [block], offset)
                rates["read"].append(size / (time.monotonic() - started) / 1e6)
            finally:
                os.close(descriptor)
    except OSError as error:
        return {"disk": f"O_DIRECT is not possible here ({error.strerror})"}
    finally:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    return {
        f"disk_{what}_mb_s": [round(statistics.median(values)), round(min(values)), round(max(values))] for what, values in rates.items()
    }
