# SPDX-License-Identifier: Apache-2.0
import subprocess
from pathlib import Path

import check_headers

TEXTS = {
    Path("src/beamport/base/result.h"): "#include <string>\n",
    Path("src/beamport/array/box.h"): '#include "beamport/base/result.h"\n',
    Path("src/beamport/zarr/image.h"): '#include <vector>\n#include "beamport/array/box.h"\n',
    Path("src/beamport/net/server.h"): '#include "beamport/net/other.h"\n',
}


def affected(*changed: str) -> list[str]:
    return [path.name for path in check_headers.affected(list(TEXTS), {Path(name) for name in changed}, TEXTS.__getitem__)]


def test_a_changed_header_is_checked_with_all_that_include_it():
    assert affected("src/beamport/base/result.h") == ["box.h", "result.h", "image.h"]
    assert affected("src/beamport/array/box.h") == ["box.h", "image.h"]
    assert affected("src/beamport/zarr/image.h") == ["image.h"]


def test_sources_and_other_files_touch_no_header():
    assert affected("src/beamport/base/result.cc", "README.md") == []


def test_a_header_that_is_gone_touches_those_that_still_include_it():
    assert affected("src/beamport/net/other.h") == ["server.h"]


def test_changed_is_what_differs_from_the_last_commit_but_one_and_what_is_new(tmp_path, monkeypatch):
    monkeypatch.setattr(check_headers.source_tree, "ROOT", tmp_path)

    def commit(message: str) -> None:
        author = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
        subprocess.run(["git", *author, "commit", "-q", "-m", message], cwd=tmp_path, check=True)

    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=tmp_path, check=True)
    for name in ("a.h", "b.h", "c.h"):
        (tmp_path / name).write_text("one\n")
    commit("first")
    assert check_headers.changed_files() is None, "a first commit has nothing to compare with"
    (tmp_path / "a.h").write_text("two\n")
    commit("second")
    (tmp_path / "b.h").write_text("two\n")
    (tmp_path / "d.h").write_text("new\n")
    assert check_headers.changed_files() == {Path("a.h"), Path("b.h"), Path("d.h")}
