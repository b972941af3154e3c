# SPDX-License-Identifier: Apache-2.0
"""`beamport verify` finds damage of every kind and names the place; the server does not show it as good."""

import json
import random
import shutil
from pathlib import Path

import pytest
from beamport_program import beamport, convert
from tiff_stacks import make_volume, write_slices


@pytest.fixture(scope="module", params=["uint8", "uint16"])
def good(request, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    stack = write_slices(folder / "slices", make_volume((150, 200, 210), request.param))
    return convert(stack, folder / "out.ome.zarr")


@pytest.fixture
def image(good, tmp_path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "out.ome.zarr"))


def first_shard(image: Path, level: int = 0) -> Path:
    return min(path for path in (image / str(level) / "c").rglob("*") if path.is_file())


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 0x40
    file.write_bytes(data)


def edit(file: Path, change) -> None:
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))


def zero_gap(shard: Path) -> int:
    """A byte that belongs to no chunk: large chunks begin at multiples of 4096."""
    data = shard.read_bytes()
    return next((place for place in range(4095, len(data) - 4096, 4096) if data[place - 7 : place + 1] == bytes(8)), 1)


DAMAGE = {
    "index flipped": lambda image: flip(first_shard(image), -30),
    "index checksum flipped": lambda image: flip(first_shard(image), -2),
    "shard truncated": lambda image: first_shard(image).write_bytes(first_shard(image).read_bytes()[:-500]),
    "shard empty": lambda image: first_shard(image).write_bytes(b""),
    "chunk header flipped": lambda image: flip(first_shard(image), 1),
    "shard missing": lambda image: first_shard(image).unlink(),
    "shard of another level": lambda image: shutil.copy(first_shard(image, 1), first_shard(image)),
    "level missing": lambda image: shutil.rmtree(image / "1"),
    "level shape changed": lambda image: edit(image / "1/zarr.json", lambda d: d["shape"].__setitem__(0, d["shape"][0] + 1)),
    "group not JSON": lambda image: (image / "zarr.json").write_text("{"),
    "level not JSON": lambda image: (image / "0/zarr.json").write_text("[]"),
    "attributes flipped": lambda image: flip(image / "zarr.json", 700),
    "gap between chunks flipped": lambda image: flip(first_shard(image), zero_gap(first_shard(image))),
    "manifest flipped": lambda image: flip(image / "0/beamport.manifest", 40),
    "manifest missing": lambda image: (image / "0/beamport.manifest").unlink(),
    "type changed": lambda image: edit(image / "0/zarr.json", lambda d: d.__setitem__("data_type", "float32")),
}


def test_good_image_is_verified(image):
    done = beamport("verify", image)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(image, damage):
    DAMAGE[damage](image)
    done = beamport("verify", image)
    assert done.returncode > 0, f"verify did not notice: {done.stdout}{done.stderr}"


def test_every_flipped_bit_is_found(image):
    files = sorted(path for path in image.rglob("*") if path.is_file())
    rng = random.Random(4)
    places = [(file, rng.randrange(file.stat().st_size)) for file in files for _ in range(2) if file.stat().st_size]
    for file, place in places:
        flip(file, place)
        done = beamport("verify", image)
        assert done.returncode > 0, f"{file.relative_to(image)}, byte {place}"
        assert file.relative_to(image).as_posix() in done.stdout + done.stderr
        flip(file, place)
    assert beamport("verify", image).returncode == 0


def test_message_names_the_damaged_shard(image):
    shard = first_shard(image)
    flip(shard, -30)
    done = beamport("verify", image)
    assert shard.relative_to(image).as_posix() in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["info", "verify"])
def test_not_an_image(tmp_path, command):
    (tmp_path / "empty.ome.zarr").mkdir()
    for name, part in (("empty.ome.zarr", "no Zarr image"), ("absent.ome.zarr", "")):
        done = beamport(command, tmp_path / name)
        assert done.returncode > 0
        assert name in done.stderr
        assert part in done.stderr
