# SPDX-License-Identifier: Apache-2.0
"""The conversion benchmark still runs, and can still say no. Nothing here looks at how long anything took."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
import zarr
from beamport_program import BINARY, ROOT, convert

CONVERT = ROOT / "bench/convert"
sys.path.insert(0, str(CONVERT))

import check  # noqa: E402
import memory_cap  # noqa: E402
import records  # noqa: E402
import report  # noqa: E402
import tiff_slices  # noqa: E402
from cases import TINY, Case  # noqa: E402
from inputs import Inputs  # noqa: E402
from peers.beamport_convert import BeamportConvert  # noqa: E402

CASE = Case("odd", (67, 69, 131), "uint16")


def run(work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CONVERT / "main.py"), "--work", str(work), "--beamport", str(BINARY), *arguments]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> tuple[Path, list[dict]]:
    """Everything on tiny volumes, with the tools that are installed: the work folder and the records."""
    work = tmp_path_factory.mktemp("bench")
    tools = "cp,beamport,tensorstore,tensorstore-nosync"  # what the test environment has
    done = run(work, "--tiny", "--tools", tools, "--results", "--results-folder", str(work / "kept"), "--json")
    assert done.returncode == 0, done.stderr
    return work, [json.loads(line) for line in done.stdout.splitlines()]


def test_every_section_measures_or_says_why_not(tiny):
    _, found = tiny
    for section in ("main", "live", "capped", "growth", "sparse", "scaling"):
        kinds = {record["kind"] for record in found if record["section"] == section}
        assert "run" in kinds or section == "live" and kinds == {"skipped"}, section
    ran = {record["tool"] for record in found if record["section"] == "main" and record["kind"] == "run"}
    assert ran >= {"cp -r", "beamport", "TensorStore"}


def test_every_converter_is_checked(tiny):
    _, found = tiny
    findings = [record["finding"] for record in found if record["kind"] == "check" and record["section"] == "main"]
    assert len(findings) >= 2 * len(TINY.main)
    assert all("level 0 bit-identical" in finding for finding in findings)


def test_costs_are_more_than_nothing(tiny):
    _, found = tiny
    for record in found:
        if record["kind"] == "run" and record["section"] == "main":
            assert record["wall_s"] >= record["exit_s"] > 0
            assert record["peak_rss_bytes"] > 0
            assert record["output_bytes"] > record["input_bytes"] / 2
            assert record["input_cached_bytes"] in (0, None)


def test_nothing_is_left_but_inputs_and_figures(tiny):
    work, _ = tiny
    assert not list((work / "outputs").iterdir())
    text = (work / "kept/RESULTS.md").read_text()
    assert "## Bars" in text
    assert "## Tools side by side" in text


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> tuple[Path, Path]:
    """(stack, image) of a volume with odd sizes."""
    folder = tmp_path_factory.mktemp("odd")
    stack = Inputs(folder).stack(CASE)
    return stack, convert(stack, folder / "out.ome.zarr")


def test_slices_are_tiffs_that_another_reader_understands(odd):
    stack, _ = odd
    planes = [tifffile.imread(path) for path in tiff_slices.slice_paths(stack)]
    _, slab = next(tiff_slices.read_slabs(stack, CASE.shape, CASE.dtype, CASE.shape[0]))
    assert np.array_equal(np.stack(planes), slab)
    with tifffile.TiffFile(tiff_slices.slice_path(stack, 0)) as tiff:
        assert tiff.pages[0].dataoffsets == (tiff_slices.PIXELS_AT,)


def test_no_two_tiles_of_the_input_repeat(odd):
    stack, _ = odd
    planes = [path.read_bytes() for path in tiff_slices.slice_paths(stack)]
    assert len(set(planes)) == len(planes)


def test_a_right_image_passes(odd):
    stack, image = odd
    for reader in ("tensorstore", "zarr-python"):
        check.level_0_is_identical(image, stack, CASE, reader)
        check.levels_are_means(image, CASE, reader)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_one_wrong_voxel_is_found(odd, tmp_path, level):
    stack, _ = odd
    image = convert(stack, tmp_path / "wrong.ome.zarr")
    array = zarr.open_array(image / str(level), mode="r+")
    last = tuple(size - 1 for size in array.shape)
    array[last] = int(array[last]) ^ 2
    with pytest.raises(check.WrongVolume, match="level"):
        check.level_0_is_identical(image, stack, CASE, "tensorstore")
        check.levels_are_means(image, CASE, "tensorstore")


def test_a_padded_image_passes_only_where_that_is_allowed(odd, tmp_path):
    stack, _ = odd
    small = Case(CASE.name, (60, *CASE.shape[1:]), CASE.dtype)
    image = convert(stack, tmp_path / "longer.ome.zarr")
    check.level_0_is_identical(image, stack, small, "tensorstore", may_be_padded=True)
    with pytest.raises(check.WrongVolume, match="level 0 is"):
        check.level_0_is_identical(image, stack, small, "tensorstore")


def test_a_float_level_may_be_off_by_rounding_only():
    finer = np.random.default_rng(5).normal(0, 1, (3, 4, 5)).astype("float32")
    sums = check._sum_pairs(check._sum_pairs(check._sum_pairs(finer.astype("float64"), 2), 1), 0)
    mean = (sums / check._counts(finer.shape)).astype("float32")
    assert check.is_halved(finer, mean)
    mean[-1, -1, -1] += np.float32(1e-4)
    assert not check.is_halved(finer, mean)


def test_a_cap_stops_what_needs_more(tmp_path):
    hungry = [sys.executable, "-c", "data = bytearray(400 << 20)"]
    for cap in (memory_cap.address_space_cap(200 << 20), memory_cap.control_group_cap(200 << 20)):
        if cap is None:
            continue
        with cap:
            assert subprocess.run(cap.wrap(hungry), capture_output=True, check=False).returncode != 0
            assert subprocess.run(cap.wrap(["true"]), check=False).returncode == 0


def _run_of(session: str, tool: str, wall: float, **more) -> dict:
    return {"session": session, "section": "main", "case": "c", "tool": tool, "kind": "run", "exit_code": 0, "wall_s": wall, "user_s": 1.0,
            "system_s": 0.0, "machine_busy_s": 1.0, "peak_rss_bytes": 1, "output_bytes": 1, "output_files": 1, "input_bytes": 10**9} | more


def test_new_figures_replace_old_ones_of_the_same_tool_only():
    kept = [_run_of("a", "cp -r", 2.0), _run_of("a", "beamport", 4.0)]
    merged = records.merge(kept, [_run_of("b", "beamport", 1.0)])
    section = report.Section(merged, "main")
    assert section.wall("c", "beamport") == 1.0
    assert section.ratio("c", "beamport", "cp -r") == (0.5, False)  # and the table marks it: other sessions
    assert report.Section(kept, "main").ratio("c", "beamport", "cp -r") == (2.0, True)
    skipped = {"session": "b", "section": "main", "case": "c", "tool": "cp -r", "kind": "skipped", "why": "gone"}
    assert report.Section(records.merge(kept, [skipped]), "main").wall("c", "cp -r") == 2.0


def test_a_missed_bar_is_not_called_met():
    rows = report.bars([_run_of("a", "cp -r", 1.0), _run_of("a", "beamport", 1.01), _run_of("a", "TensorStore", 2.9)])
    assert [row[-1] for row in rows] == ["**no**", "**no**"]


def test_linear_growth_has_exponent_one():
    assert report.growth_exponent([(1e9, 1.0), (2e9, 2.0), (28e9, 28.0)]) == pytest.approx(1)


def test_simd_targets_come_from_the_refusal_of_another_one(tmp_path):
    program = tmp_path / "beamport"
    program.write_text("#!/bin/sh\necho \"beamport: SIMD target '$5' is not one of this machine's: avx2, sse4\" >&2\nexit 2\n")
    program.chmod(0o755)
    assert BeamportConvert(program).simd_targets() == ["avx2", "sse4"]
    program.write_text("#!/bin/sh\necho 'there is no --simd' >&2\nexit 2\n")
    assert BeamportConvert(program).simd_targets() == []


@pytest.mark.parametrize(("option", "has"), [("--io", True), ("--i", False), ("--expect", False)])
def test_options_are_known_from_the_help(tmp_path, option, has):
    program = tmp_path / "beamport"
    program.write_text("#!/bin/sh\necho '  --io TEXT=auto   auto, or --expected'\n")
    program.chmod(0o755)
    assert BeamportConvert(program).has_option(option) == has
