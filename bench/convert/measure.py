# SPDX-License-Identifier: Apache-2.0
"""Runs one command and says what it cost: wall clock until the disk has it, CPU, memory of the whole process tree.

CPU is what the kernel charges the child and everything it waited for. Write-back by kernel threads is charged to nobody;
`machine_busy_s` (all cores, all processes) shows it on a machine that does nothing else. Memory is sampled: the sum of the
resident sets of all descendants (pages shared by forked workers count once per worker), at least each process's own
high-water mark. The kernel's ru_maxrss is not used: it starts with the size of the process that forked.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import page_cache
from memory_cap import MemoryCap

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")
_SAMPLE_SECONDS = 0.02


@dataclass
class Measurement:
    """What one run cost."""

    exit_code: int
    wall_s: float
    exit_s: float  # until the command ended; the rest of wall_s is the sync
    user_s: float
    system_s: float
    machine_busy_s: float
    peak_rss_bytes: int
    quarter_rss_bytes: list[int] = field(default_factory=list)  # peaks in the quarters of the run
    message: str = ""  # the end of what it printed, if it failed

    @property
    def cpu_s(self) -> float:
        return self.user_s + self.system_s


def _machine_busy_seconds() -> float:
    fields = [int(value) for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _idle, _iowait, interrupt, soft = fields[:7]
    return (user + nice + system + interrupt + soft) / _TICK


class _TreeSampler(threading.Thread):
    """Follows a process and its descendants until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._done = threading.Event()
        self.samples: list[tuple[float, int]] = []
        self.highest_single = 0

    def run(self) -> None:
        while not self._done.is_set():
            total = 0
            waiting = [self._pid]
            while waiting:
                pid = waiting.pop()
                with contextlib.suppress(OSError, ValueError):  # it may end while it is looked at
                    waiting.extend(self._children(pid))
                    total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
                    self.highest_single = max(self.highest_single, self._high_water(pid))
            self.samples.append((time.monotonic(), total))
            self._done.wait(_SAMPLE_SECONDS)

    @staticmethod
    def _children(pid: int) -> list[int]:
        found: list[int] = []
        for task in os.listdir(f"/proc/{pid}/task"):
            found += [int(child) for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
        return found

    @staticmethod
    def _high_water(pid: int) -> int:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0

    def stop(self) -> None:
        self._done.set()
        self.join()

    def peak(self) -> int:
        return max([self.highest_single, *(total for _, total in self.samples)])

    def quarters(self) -> list[int]:
        if not self.samples:
            return []
        start, end = self.samples[0][0], self.samples[-1][0]
        peaks = [0, 0, 0, 0]
        for moment, total in self.samples:
            part = min(3, int(4 * (moment - start) / max(end - start, 1e-9)))
            peaks[part] = max(peaks[part], total)
        return peaks


def run_measured(command: list[str], log: Path, sync: Path, cap: MemoryCap | None = None,
                 environment: dict[str, str] | None = None) -> Measurement:
    """Runs a command to its end and then syncs the file system of `sync`, whether it failed or not."""
    wrapped = cap.wrap(command) if cap else command
    busy = _machine_busy_seconds()
    with log.open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen(wrapped, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   start_new_session=True, env={**os.environ, **(environment or {})})
        sampler = _TreeSampler(process.pid)
        sampler.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # interrupted: leave nothing running
            os.killpg(process.pid, signal.SIGKILL)
            raise
        ended = time.monotonic()
    process.returncode = os.waitstatus_to_exitcode(status)
    page_cache.sync_file_system(sync)
    synced = time.monotonic()
    busy = _machine_busy_seconds() - busy
    sampler.stop()
    failed = process.returncode != 0
    return Measurement(
        exit_code=process.returncode, wall_s=synced - started, exit_s=ended - started, user_s=usage.ru_utime,
        system_s=usage.ru_stime, machine_busy_s=busy, peak_rss_bytes=sampler.peak(), quarter_rss_bytes=sampler.quarters(),
        message=_printable(log.read_text(errors="replace")[-800:]) if failed else "",
    )


def _printable(text: str) -> str:
    """Without the control characters of progress lines, which are no use in a table."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def tree_size(folder: Path) -> tuple[int, int]:
    """(bytes, files) below a folder, as the files say."""
    size = count = 0
    for base, _, names in os.walk(folder):
        for name in names:
            size += os.lstat(os.path.join(base, name)).st_size
            count += 1
    return size, count
