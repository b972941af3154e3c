#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Imports run downwards only, and each third-party library stays inside the module that wraps it.

Compares every `#include` below src/beamport, apps and bench with
  - USES of beamport_module (and of beamport_test for tests and fuzz targets) in the module's CMakeLists.txt,
  - the floors of the two modules: the used one must be lower,
  - WRAPPED: which module may see a library's headers. Tests may judge a result with any library.
Prints file:line: message for each breach; exit code 1 if there is one.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import source_tree

# Header prefix -> modules that wrap it, nothing for all of them. The longest matching prefix counts; a header matching
# none is free.
WRAPPED: dict[str, tuple[str, ...] | None] = {
    "boost/": (),
    "boost/asio": ("net",),
    "boost/beast": ("net",),
    "boost/system": ("net",),
    "boost/json": None,  # vocabulary, see beamport/base/json.h
    "boost/describe": ("base", "api"),
    "boost/mp11": ("base", "api"),  # walks what Describe lists
    "spdlog/": ("base",),
    "tiff": ("image",),
    "blosc": ("codec",),
    "zstd": ("codec",),
    "lz4": ("codec",),
    "isa-l": ("codec",),
    "zlib.h": ("codec",),
    "hwy/": ("array",),
    "turbojpeg.h": ("picture",),
    "jpeglib.h": (),
    "webp/": ("picture",),
    "utf8proc.h": ("ingest", "catalog"),
    "openssl/": ("crypto", "net"),
    "sqlite3": ("db",),
    "CLI/": ("apps",),
    "toml": ("apps",),
    "regex": (),  # slow to compile, slow to run, overflows the stack on hostile input
    "iostream": (),  # fmt formats, base/log logs
    "sstream": (),
    "nlohmann/": (),
}
TEST_LIBRARIES = re.compile(r"^(gtest|gmock|rapidcheck|benchmark)\b")
TEST_FILE = re.compile(r"_(test|fuzz|bench)\.(cc|h)$|(^|/)test_\w+\.(cc|h)$")

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)
_CALL = re.compile(r"\b(beamport_(?:module|test|fuzz|bench))\s*\(([^)]*)\)")
_KEYWORDS = {"FLOOR", "SOURCES", "USES", "LINK", "LINK_PUBLIC", "LINK_PRIVATE", "CORPUS"}


@dataclass
class Module:
    name: str
    floor: int
    uses: set[str] = field(default_factory=set)
    test_uses: set[str] = field(default_factory=set)


def read_cmake(text: str) -> Module | None:
    """The module that a CMakeLists.txt declares, with what its tests use besides."""
    module = None
    extra: set[str] = set()
    for call, arguments in _CALL.findall(re.sub(r"#[^\n]*", "", text)):
        words = arguments.split()
        values: dict[str, list[str]] = {"": []}
        key = ""
        for word in words:
            if word in _KEYWORDS:
                key = word
                values.setdefault(key, [])
            else:
                values[key].append(word)
        if call == "beamport_module":
            module = Module(words[0], int(values["FLOOR"][0]), set(values.get("USES", [])))
        else:
            extra |= set(values.get("USES", []))
    if module:
        module.test_uses = module.uses | extra
    return module


def wrapping_modules(header: str) -> tuple[str, ...] | None:
    matching = [prefix for prefix in WRAPPED if header.startswith(prefix)]
    return WRAPPED[max(matching, key=len)] if matching else None


def check_include(path: str, header: str, modules: dict[str, Module]) -> str | None:
    """What is wrong with this include in this file, or nothing."""
    parts = Path(path).parts
    owner = parts[2] if parts[:2] == ("src", "beamport") and len(parts) > 3 else parts[0]
    is_test = bool(TEST_FILE.search(path))
    if header.startswith("beamport/"):
        target = header.split("/")[1]
        if owner not in modules or target == owner:
            return None
        if target not in modules:
            return f"includes {header}, but no module `{target}` is declared"
        mine, other = modules[owner], modules[target]
        if other.floor >= mine.floor:
            return f"{owner} (floor {mine.floor}) includes {header} (floor {other.floor}): imports run downwards only"
        if target not in (mine.test_uses if is_test else mine.uses):
            return f"includes {header}, but {owner}'s CMakeLists.txt does not list {target} under USES"
        return None
    if TEST_LIBRARIES.match(header):
        return None if is_test else f"includes {header} outside a test"
    wrappers = wrapping_modules(header)
    if is_test or wrappers is None or owner in wrappers:
        return None
    where = f"only {' and '.join(wrappers)} may see it" if wrappers else "no module may see it"
    return f"includes {header}: {where}"


def check_tree(root: Path, paths: list[Path]) -> list[str]:
    modules: dict[str, Module] = {}
    for path in paths:
        if path.name == "CMakeLists.txt" and path.parts[:2] == ("src", "beamport"):
            module = read_cmake((root / path).read_text())
            if module:
                modules[module.name] = module
    problems = []
    for path in paths:
        if path.suffix not in (".h", ".cc") or path.parts[0] not in ("src", "apps", "bench"):
            continue
        text = (root / path).read_text()
        for match in _INCLUDE.finditer(text):
            problem = check_include(path.as_posix(), match.group(1), modules)
            if problem:
                problems.append(f"{path}:{source_tree.line_of(text, match.start(1))}: {problem}")
    return problems


def main() -> int:
    problems = check_tree(source_tree.ROOT, source_tree.files())
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
