# SPDX-License-Identifier: Apache-2.0
"""`beamport scrub` finds every flipped bit in published data, names the file, and the server shows it."""

import json
import os
import random
from pathlib import Path

import pytest
from beamport_program import beamport, convert, serving
from tiff_stacks import make_volume, write_slices

FLIPS = int(os.environ.get("BEAMPORT_BIT_FLIPS", "50"))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("scrub")
    for name, dtype, profile in (("a", "float32", "live"), ("b", "uint8", "live"), ("c", "uint16", "raw")):
        stack = write_slices(folder / f"slices_{name}", make_volume((130, 150, 170), dtype))
        (folder / "data" / name).mkdir(parents=True)
        convert(stack, folder / "data" / name / "scan.ome.zarr", "--profile", profile)
    return folder / "data"


def flip(file: Path, bit: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(bit // 8)
        byte = opened.read(1)[0]
        opened.seek(bit // 8)
        opened.write(bytes([byte ^ 1 << bit % 8]))


def scrub(data: Path) -> tuple[int, dict[str, dict]]:
    done = beamport("scrub", "--data", data, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {line["image"]: line for line in lines if line["event"] == "scrubbed"}


def test_every_flipped_bit_is_found(data):
    """Places are drawn by size, so that most flips hit voxels, and by file, so that small files are hit, too."""
    files = sorted(path for path in data.rglob("*") if path.is_file() and path.stat().st_size and ".beamport" not in path.parts)
    sizes = [path.stat().st_size for path in files]
    rng = random.Random(20)
    assert scrub(data)[0] == 0
    found = 0
    for i in range(FLIPS):
        file = rng.choices(files, sizes)[0] if i % 2 else rng.choice(files)
        bit = rng.randrange(8 * file.stat().st_size)
        flip(file, bit)
        code, images = scrub(data)
        image = file.relative_to(data).parts[0] + "/scan.ome.zarr"
        key = file.relative_to(data / image).as_posix()
        others = {name: line["finding"] for name, line in images.items() if name != image}
        named = [place["file"] for place in images[image]["damaged"]]
        if code != 0 and named == [key] and set(others.values()) == {"sound"}:
            found += 1
        flip(file, bit)
    assert found == FLIPS
    assert scrub(data)[0] == 0


def test_the_server_shows_what_was_found_until_it_is_sound(data):
    shard = next(path for path in (data / "a/scan.ome.zarr/0/c").rglob("*") if path.is_file())

    def states(server) -> dict[str, tuple[str, str]]:
        listing = json.loads(server.get("/api/beamport/v1/datasets")[2])
        return {item["name"]: (item["state"], item["problem"] or "") for item in listing["datasets"]}

    flip(shard, 4000)
    assert scrub(data)[0] != 0
    with serving(data) as server:
        state, problem = states(server)["a/scan"]
        assert state == "damaged"
        assert shard.relative_to(data / "a/scan.ome.zarr").as_posix() in problem
        assert states(server)["b/scan"] == ("published", "")
    flip(shard, 4000)
    assert scrub(data)[0] == 0
    with serving(data) as server:
        assert states(server)["a/scan"] == ("published", "")


def test_a_wrong_rate_is_named(data):
    done = beamport("scrub", "--data", data, "--rate", "nonsense")
    assert done.returncode > 0
    assert "--rate" in done.stderr
