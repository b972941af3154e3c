# SPDX-License-Identifier: Apache-2.0
"""Each file rule catches its breach; a clean file passes."""

from pathlib import Path

import check_files
import pytest

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"


def breaches(path: str, text: str) -> list[str]:
    return check_files.check_file(Path(path), text, ["/somewhere/else/"])[0]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/a.cc", "int a;\n", "licence line"),
        ("run", "#!/bin/sh\necho\n", "licence line"),
        ("src/a.h", SPDX, "#pragma once"),
        ("src/string_utils.cc", SPDX, "says nothing"),
        ("src/helpers/a.cc", SPDX, "says nothing"),
        ("web/src/common.ts", SPDX, "says nothing"),
        ("src/a.cc", SPDX * 601, "601 lines"),
        ("docs/a.md", "see /somewhere/else/file\n", "one machine"),
        ("docs/a.md", "see /home/" + "anna/file\n", "home"),
        ("src/a.cc", SPDX + "// TO" + "DO: later\n", "unfinished"),
    ],
)
def test_breach_is_found(path, text, expected):
    found = breaches(path, text)
    assert len(found) == 1
    assert expected in found[0]


def test_clean_files_pass():
    assert breaches("src/a.h", SPDX + "#pragma once\n") == []
    assert breaches("run", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n") == []
    assert breaches("src/commonest_value.cc", SPDX) == []
    assert breaches("docs/a.md", "https://example.org/home/page and beam/root/x\n") == []


def test_long_file_is_a_warning_first():
    found, warnings = check_files.check_file(Path("src/a.cc"), SPDX * 501, [])
    assert found == []
    assert len(warnings) == 1
