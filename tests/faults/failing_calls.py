# SPDX-License-Identifier: Apache-2.0
"""System calls that fail on demand, by strace: which number of them, with which error, and what was hit.

A number counts the calls of each thread by itself, so one run may be hit once in several threads.
"""

import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

CALL = re.compile(r"^(\d+)\s+(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)$")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
OPENED = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True)
class Fault:
    """Calls of these names (comma between them) end with this error, or just before them the program with SIGKILL."""

    calls: str
    error: str

    def effect(self) -> str:
        return f"{'signal' if self.error.startswith('SIG') else 'error'}={self.error}"

    def __str__(self) -> str:
        return f"{self.calls.replace(',', '+')}={self.error}"


@dataclass(frozen=True)
class Hit:
    """A call that was made to fail, and every path that it names."""

    call: str
    paths: tuple[str, ...]


def require_tracing() -> None:
    if subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        pytest.skip("tracing is not allowed here")


def tracing(fault: Fault, log: Path, when: str | None, path: Path | None = None, apart: bool = False) -> list[str]:
    """The beginning of a command. `when` as strace says it: 7 the seventh, 7+ all from there on, none: only look.

    Only calls on `path` count, if it is given. `apart`: the program is the child, not strace, and can be killed.
    """
    command = ["strace", *(["-D"] if apart else []), "-f", "-qq", "-y", "-s", "0", "-o", str(log)]
    command += ["-P", str(path)] if path else []
    command += ["-e", f"trace={fault.calls}", "-e", "signal=none"]
    return command + (["-e", f"inject={fault.calls}:{fault.effect()}:when={when}"] if when else [])


def calls_of_one_thread(log: Path) -> int:
    """How many calls the busiest thread made."""
    lines = log.read_text(errors="replace").splitlines()
    counts = Counter(found[1] for line in lines if "<..." not in line and (found := CALL.match(line)))
    return max(counts.values(), default=0)


def hits(log: Path) -> list[Hit]:
    """The calls that were made to fail. What one that was interrupted by others named stands where it began."""
    begun: dict[str, str] = {}
    found = []
    for line in log.read_text(errors="replace").splitlines():
        if not (call := CALL.match(line)):
            continue
        thread, name, rest = call.groups()
        if "<unfinished" in rest:
            begun[thread] = rest
        elif "(INJECTED)" in rest:
            text = begun.get(thread, "") + rest if "resumed>" in line else rest
            names = [name for name in QUOTED.findall(text) + OPENED.findall(text) if "/" in name or "." in name]
            found.append(Hit(name, tuple(names)))
    return found
