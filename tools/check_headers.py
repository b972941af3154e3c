#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every header of src/ compiles alone, without the precompiled header, so includes stay honest.

Objects go through ccache: a header whose includes did not change costs milliseconds.
"""

import os
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


def main() -> int:
    headers = [path for path in source_tree.files() if path.suffix == ".h" and path.parts[0] == "src"]
    with ThreadPoolExecutor(int(os.environ.get("BEAMPORT_JOBS") or os.cpu_count() or 2)) as pool:
        complaints = [text for text in pool.map(check, headers) if text]
    for text in complaints:
        print(text)
    print(f"{len(headers) - len(complaints)} of {len(headers)} headers compile alone")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
