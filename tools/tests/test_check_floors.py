# SPDX-License-Identifier: Apache-2.0
"""The floor check catches upward, sideways, undeclared and foreign includes in a small made-up house."""

from pathlib import Path

import check_floors
import pytest

HOUSE = {
    "base": "beamport_module(base FLOOR 0 SOURCES error.cc)",
    "array": "beamport_module(array FLOOR 1 SOURCES box.cc USES base)",
    "os": "beamport_module(os FLOOR 1 SOURCES file.cc USES base)",
    "codec": "beamport_module(codec FLOOR 2\n  SOURCES chain.cc\n  USES base  # not array\n  LINK_PRIVATE PkgConfig::zstd)\n"
    "beamport_test(codec SOURCES chain_test.cc USES os)",
    "image": "beamport_module(image FLOOR 2 SOURCES tiff.cc USES base os LINK_PRIVATE TIFF::TIFF)",
}


def problems(tmp_path: Path, file: str, text: str) -> list[str]:
    for module, cmake in HOUSE.items():
        folder = tmp_path / "src/beamport" / module
        folder.mkdir(parents=True)
        (folder / "CMakeLists.txt").write_text(cmake)
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    paths = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    return check_floors.check_tree(tmp_path, sorted(paths))


@pytest.mark.parametrize(
    ("file", "include", "expected"),
    [
        ("src/beamport/array/box.cc", '"beamport/codec/chain.h"', "array (floor 1) includes beamport/codec/chain.h (floor 2)"),
        ("src/beamport/array/box.cc", '"beamport/os/file.h"', "(floor 1): imports run downwards only"),
        ("src/beamport/codec/chain.cc", '"beamport/array/box.h"', "does not list array under USES"),
        ("src/beamport/codec/chain.cc", '"beamport/os/file.h"', "does not list os under USES"),
        ("src/beamport/codec/chain.cc", '"beamport/zarr/array.h"', "no module `zarr` is declared"),
        ("src/beamport/codec/chain.cc", "<tiffio.h>", "only image may see it"),
        ("src/beamport/image/tiff.cc", "<zstd.h>", "only codec may see it"),
        ("src/beamport/image/tiff.cc", "<boost/beast/core.hpp>", "only net may see it"),
        ("src/beamport/image/tiff.cc", "<boost/algorithm/string.hpp>", "no module may see it"),
        ("src/beamport/image/tiff.cc", "<gtest/gtest.h>", "outside a test"),
        ("src/beamport/image/tiff.cc", "<iostream>", "no module may see it"),
        ("apps/main.cc", "<spdlog/spdlog.h>", "only base may see it"),
    ],
)
def test_breach_is_found_with_its_line(tmp_path, file, include, expected):
    found = problems(tmp_path, file, f"// first line\n#include {include}\n")
    assert len(found) == 1
    assert found[0].startswith(f"{file}:2: ")
    assert expected in found[0]


@pytest.mark.parametrize(
    ("file", "include"),
    [
        ("src/beamport/array/box.cc", '"beamport/base/error.h"'),
        ("src/beamport/array/box.cc", '"beamport/array/extent.h"'),
        ("src/beamport/image/tiff.cc", '"beamport/os/file.h"'),
        ("src/beamport/image/tiff.cc", "<tiffio.h>"),
        ("src/beamport/image/tiff.cc", "<vector>"),
        ("src/beamport/codec/chain_test.cc", '"beamport/os/file.h"'),
        ("src/beamport/codec/chain_test.cc", "<gmock/gmock.h>"),
        ("src/beamport/codec/test_chunks.h", "<gtest/gtest.h>"),
        ("src/beamport/image/tiff_test.cc", "<zstd.h>"),
        ("src/beamport/image/tiff.cc", "<boost/json/object.hpp>"),
        ("apps/main.cc", '"beamport/codec/chain.h"'),
        ("apps/main.cc", "<CLI/CLI.hpp>"),
    ],
)
def test_downward_and_own_includes_pass(tmp_path, file, include):
    assert problems(tmp_path, file, f"#include {include}\n") == []
