# SPDX-License-Identifier: Apache-2.0
"""Caps the memory of one command: a memory control group of its own, or a limit on its address space.

A control group counts resident memory and the page cache that the command filled (the kernel takes cache back before it
kills); `ulimit -v` counts what is mapped, used or not, and so is the stricter of the two.
"""

import contextlib
import os
import shutil
from pathlib import Path


class MemoryCap:
    """Used as a context; `wrap` puts a command under the cap."""

    kind = ""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def wrap(self, command: list[str]) -> list[str]:
        raise NotImplementedError

    def __enter__(self) -> "MemoryCap":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def facts(self) -> dict:
        """What the kernel counted; asked before the context ends."""
        return {}


class AddressSpaceCap(MemoryCap):
    """RLIMIT_AS, what `ulimit -v` sets."""

    kind = "ulimit -v"

    def wrap(self, command: list[str]) -> list[str]:
        return ["prlimit", f"--as={self.limit}", "--", *command]


class ControlGroupCap(MemoryCap):
    """A control group (version 1 or 2) below the one this process is in; made and removed by the context."""

    kind = "cgroup"

    def __init__(self, limit: int, parent: Path, version: int) -> None:
        super().__init__(limit)
        self._group = parent / f"beamport-bench-{os.getpid()}"
        self._limit_file, self._swap_file, self._peak_file = (
            ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.max_usage_in_bytes") if version == 1
            else ("memory.max", "memory.swap.max", "memory.peak")
        )
        self._swap_limit = limit if version == 1 else 0

    def __enter__(self) -> "ControlGroupCap":
        self._group.mkdir(exist_ok=True)
        (self._group / self._limit_file).write_text(str(self.limit))
        with contextlib.suppress(OSError):  # kernels without swap accounting
            (self._group / self._swap_file).write_text(str(self._swap_limit))
        return self

    def __exit__(self, *_: object) -> None:
        self._group.rmdir()

    def wrap(self, command: list[str]) -> list[str]:
        return ["sh", "-c", 'echo $$ >"$0" && exec "$@"', str(self._group / "cgroup.procs"), *command]

    def facts(self) -> dict:
        with contextlib.suppress(OSError, ValueError):
            return {"cgroup_peak_bytes": int((self._group / self._peak_file).read_text())}
        return {}


def _own_memory_groups() -> list[tuple[Path, int]]:
    """Folders in which this process may expect to make a memory control group: its own group, then the root."""
    mounts: list[tuple[Path, int]] = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _source, options = after.split(" ", 2)
        if kind == "cgroup" and "memory" in options.split(","):
            mounts.append((Path(before.split()[4]), 1))
        elif kind == "cgroup2":
            mounts.append((Path(before.split()[4]), 2))
    own: dict[int, str] = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            own[2] = path
        elif "memory" in controllers.split(","):
            own[1] = path
    folders = []
    for mount, version in mounts:
        folders += [(mount / own.get(version, "/").lstrip("/"), version), (mount, version)]
    return folders


def control_group_cap(limit: int) -> ControlGroupCap | None:
    """None where no memory control group can be made here."""
    for parent, version in _own_memory_groups():
        cap = ControlGroupCap(limit, parent, version)
        try:
            with cap:
                pass
        except OSError:
            with contextlib.suppress(OSError):
                cap.__exit__()
            continue
        return cap
    return None


def address_space_cap(limit: int) -> AddressSpaceCap | None:
    return AddressSpaceCap(limit) if shutil.which("prlimit") else None
