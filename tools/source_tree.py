# SPDX-License-Identifier: Apache-2.0
"""Which files belong to the tree, and C++ text without its comments and literals. The checks in tools/ share it."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def files(root: Path = ROOT) -> list[Path]:
    """Tracked and new files that git does not ignore, relative to root, sorted."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    return sorted(Path(name) for name in listing.split("\0") if name and (root / name).is_file())


_TOKENS = re.compile(
    r"""//[^\n]*|/\*.*?\*/"""  # comments
    r"""|(?:u8|[uUL])?R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)\""""  # raw strings
    r"""|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",  # strings; characters, but not 1'000'000
    re.S,
)


def blank_comments_and_literals(text: str) -> str:
    """The same text with every comment and literal turned into spaces, so that offsets and lines stay right."""

    def blank(match: re.Match[str]) -> str:
        found = match.group()
        keep = found[0] if found[0] in "\"'" else " "
        return keep + re.sub(r"[^\n]", " ", found[1:-1]) + keep if len(found) > 1 else found

    return _TOKENS.sub(blank, text)


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
