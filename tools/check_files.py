#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules for every file of the tree: licence line, telling names, bounded length, no traces of one machine.

Prints `file:line: message` for each breach and `file: warning: message` for what deserves a look; exit code 1 on a breach.
"""

import re
import sys
from pathlib import Path

import source_tree

LICENSED = {".h", ".cc", ".cmake", ".py", ".sh", ".ts", ".tsx", ".mjs", ".js", ".css"}
COUNTED = {".h", ".cc", ".py", ".ts", ".tsx", ".mjs", ".css"}
WARN_LINES, MAX_LINES = 500, 600
VAGUE = re.compile(r"^(?:.*[_.-])?(?:utils?|helpers?|managers?|misc|common)(?:[_.-].*)?$", re.I)
# Assembled, so that this file does not contain what it forbids.
HOSTS = [".".join(parts) for parts in (("registry", "npmjs"), ("registry", "yarnpkg"), ("files", "pythonhosted"),
                                       ("deb", "debian"), ("proxy", "golang"), ("index", "crates"))]
UNFINISHED = re.compile(r"\b(?:" + "TO" + "DO|FIX" + "ME|X" + r"XX)\b")
HOME = re.compile(r"(?<![\w.])/(?:root|home/[a-z]\w*)/")


def machine_paths(root: Path) -> list[str]:
    """Absolute paths of this checkout, and of the folder above it unless half the world has one of that name."""
    paths = [f"{root}/"]
    if len(root.parent.parts) > 1 and root.parent.as_posix() not in ("/tmp", "/home", "/opt", "/srv", "/mnt", "/usr/src"):
        paths.append(f"{root.parent}/")
    return paths


def needs_licence(path: Path, text: str) -> bool:
    return path.suffix in LICENSED or path.name == "CMakeLists.txt" or text.startswith("#!")


def check_file(path: Path, text: str, forbidden: list[str]) -> tuple[list[str], list[str]]:
    """(breaches, warnings) of one file."""
    breaches, warnings = [], []
    lines = text.splitlines()
    if needs_licence(path, text) and not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:2]):
        breaches.append(f"{path}:1: the licence line is missing (SPDX-License-Identifier: Apache-2.0)")
    if path.suffix == ".h" and "#pragma once" not in lines[:12]:
        breaches.append(f"{path}:1: #pragma once is missing")
    for part in (*path.parent.parts, path.stem):
        if VAGUE.match(part):
            breaches.append(f"{path}:1: the name `{part}` says nothing; name it by the concept")
    if path.suffix in COUNTED and len(lines) > MAX_LINES:
        breaches.append(f"{path}:{MAX_LINES}: {len(lines)} lines; split it by concept (limit {MAX_LINES})")
    elif path.suffix in COUNTED and len(lines) > WARN_LINES:
        warnings.append(f"{path}: warning: {len(lines)} lines, aim for {WARN_LINES}")
    for number, line in enumerate(lines, 1):
        for word in forbidden:
            if word in line:
                breaches.append(f"{path}:{number}: `{word}` belongs to one machine or registry")
        if HOME.search(line):
            breaches.append(f"{path}:{number}: a path below somebody's home")
        if path.suffix in COUNTED and UNFINISHED.search(line):
            breaches.append(f"{path}:{number}: unfinished work; do it or write an issue")
    return breaches, warnings


def main() -> int:
    forbidden = HOSTS + machine_paths(source_tree.ROOT)
    failed = False
    for path in source_tree.files():
        try:
            text = (source_tree.ROOT / path).read_text()
        except UnicodeDecodeError:
            continue  # a picture or a fuzz seed
        breaches, warnings = check_file(path, text, forbidden)
        for message in breaches + warnings:
            print(message)
        failed = failed or bool(breaches)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
