#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_headers.py [--all]: headers of src/ compile alone, without the precompiled header, so includes stay honest.

Without --all only those that may have changed are compiled: headers that differ from the merge base with main (on main
itself: from the last commit), and every header that includes one of them, directly or not. All of them take minutes.
Objects go through ccache: a header whose includes did not change costs milliseconds.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import source_tree

COMPILER = ["clang++-19", "-std=c++20", "-O0", "-Isrc", "-Wall", "-Wextra", "-Werror", "-Wno-pragma-once-outside-header",
            "-Wno-unused-const-variable", "-Wno-unused-function"]


def check(header: Path) -> str:
    """What the compiler says about this header, empty if nothing."""
    target = source_tree.ROOT / "build" / "headers" / header.with_suffix(".o")
    target.parent.mkdir(parents=True, exist_ok=True)
    launcher = ["ccache"] if shutil.which("ccache") else []
    command = [*launcher, *COMPILER, "-c", "-x", "c++", header.as_posix(), "-o", str(target)]
    done = subprocess.run(command, cwd=source_tree.ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr


def git(*arguments: str) -> list[str]:
    """Lines that git prints; none when it cannot."""
    done = subprocess.run(["git", *arguments], cwd=source_tree.ROOT, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def changed_files() -> set[Path] | None:
    """What differs from the base; None when there is nothing to compare with."""
    head = git("rev-parse", "HEAD")
    base = git("merge-base", "HEAD", "origin/main") or git("merge-base", "HEAD", "main")
    if not base or base == head:
        base = git("rev-parse", "--verify", "--quiet", "HEAD~1")
    if not base:
        return None
    return {Path(name) for name in git("diff", "--name-only", base[0]) + git("ls-files", "-o", "--exclude-standard")}


_INCLUDE = re.compile(r'^ *# *include *"(beamport/[^"]+)"', re.M)


def affected(headers: list[Path], changed: set[Path], text_of) -> list[Path]:
    """The changed headers and all that include one of them, directly or through others."""
    includes = {header: {Path("src") / name for name in _INCLUDE.findall(text_of(header))} for header in headers}
    found: set[Path] = set()
    fresh = {header for header in headers if header in changed or includes[header] & (changed - set(headers))}
    while fresh:
        found |= fresh
        fresh = {header for header in headers if header not in found and includes[header] & fresh}
    return sorted(found)


def main(arguments: list[str]) -> int:
    headers = [path for path in source_tree.files() if path.suffix == ".h" and path.parts[0] == "src"]
    changed = None if "--all" in arguments else changed_files()
    if changed is not None and Path("tools/check_headers.py") not in changed:
        headers = affected(headers, changed, lambda header: (source_tree.ROOT / header).read_text())
    with ThreadPoolExecutor(int(os.environ.get("BEAMPORT_JOBS") or os.cpu_count() or 2)) as pool:
        complaints = [text for text in pool.map(check, headers) if text]
    for text in complaints:
        print(text)
    print(f"{len(headers) - len(complaints)} of {len(headers)} headers compile alone")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
