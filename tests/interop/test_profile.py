# SPDX-License-Identifier: Apache-2.0
"""What is on disk is exactly the format profile: layout, codecs, metadata; judged by validators of others too."""

import json
from pathlib import Path

import numpy as np
import ome_zarr_models
import pytest
import tifffile
import yaozarrs
from beamport_program import convert
from shard_bytes import chunks_per_shard, shard_index
from strangers import READERS, zarr_python
from tiff_stacks import make_volume, write_slices

SHAPE = (135, 160, 161)


@pytest.fixture(scope="module")
def stacks(tmp_path_factory):
    """Stack and volume by type, written once."""
    folder = tmp_path_factory.mktemp("stacks")
    made = {}

    def stack(dtype: str) -> tuple[Path, np.ndarray]:
        if dtype not in made:
            volume = make_volume(SHAPE, dtype)
            made[dtype] = write_slices(folder / dtype, volume), volume
        return made[dtype]

    return stack


def group(image: Path) -> dict:
    return json.loads((image / "zarr.json").read_text())["attributes"]


def level_documents(image: Path) -> list[dict]:
    paths = [item["path"] for item in group(image)["ome"]["multiscales"][0]["datasets"]]
    return [json.loads((image / path / "zarr.json").read_text()) for path in paths]


def inner_codecs(array: dict) -> list[dict]:
    return array["codecs"][0]["configuration"]["codecs"]


LIVE = {"name": "blosc", "configuration": {"cname": "lz4", "clevel": 1, "shuffle": "bitshuffle", "blocksize": 0}}


@pytest.mark.parametrize(
    ("profile", "dtype", "wanted"),
    [
        ("live", "uint16", LIVE),
        ("live", "int16", LIVE),
        ("live", "uint32", LIVE),
        ("live", "float32", LIVE),
        ("live", "uint8", {"name": "zstd", "configuration": {"level": 1}}),
        ("small", "uint16", {"name": "blosc", "configuration": {"cname": "zstd", "shuffle": "shuffle"}}),
        ("small", "float32", {"name": "blosc", "configuration": {"cname": "zstd", "shuffle": "shuffle"}}),
        ("small", "uint8", {"name": "zstd", "configuration": {"level": 1}}),
        ("raw", "uint16", None),
        ("raw", "uint8", None),
    ],
)
def test_layout_of_every_level(stacks, tmp_path, profile, dtype, wanted):
    stack, volume = stacks(dtype)
    image = convert(stack, tmp_path / "out.ome.zarr", "--profile", profile)
    edge = 128 if dtype == "uint8" else 64
    shape = list(volume.shape)
    for array in level_documents(image):
        assert array["zarr_format"] == 3
        assert array["node_type"] == "array"
        assert array["shape"] == shape
        assert array["data_type"] == dtype
        assert array["fill_value"] == 0
        assert array["dimension_names"] == ["z", "y", "x"]
        assert array["chunk_grid"]["name"] == "regular"
        assert array["chunk_key_encoding"] == {"name": "default", "configuration": {"separator": "/"}}
        known = {"zarr_format", "node_type", "shape", "data_type", "fill_value", "dimension_names", "chunk_grid",
                 "chunk_key_encoding", "codecs", "attributes", "storage_transformers"}
        assert set(array) <= known, "readers refuse unknown fields"

        (sharding,) = array["codecs"]
        assert sharding["name"] == "sharding_indexed"
        settings = sharding["configuration"]
        assert settings["chunk_shape"] == [edge] * 3
        assert settings["index_location"] == "end"
        assert settings["index_codecs"] == [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]
        shard = array["chunk_grid"]["configuration"]["chunk_shape"]
        whole = [-(-size // edge) * edge for size in shape]
        limits = [edge, 1024, 1024] if profile != "raw" else [edge, *whole[1:]]
        if profile == "small":
            limits[0] = max(edge, 128)
        assert shard == [min(size, limit) for size, limit in zip(whole, limits, strict=True)]

        first, *rest, last = inner_codecs(array)
        assert last == {"name": "crc32c"}, "every chunk is covered by a checksum"
        assert first["name"] == "bytes"
        if np.dtype(dtype).itemsize > 1:
            assert first["configuration"] == {"endian": "little"}
        if wanted is None:
            assert rest == []
        else:
            (codec,) = rest
            assert codec["name"] == wanted["name"]
            assert codec["configuration"].items() >= wanted["configuration"].items()
            if codec["name"] == "blosc":
                assert codec["configuration"]["typesize"] == np.dtype(dtype).itemsize
        shape = [(size + 1) // 2 for size in shape]


@pytest.mark.parametrize("profile", ["live", "small", "raw"])
def test_shard_files_are_whole_and_nothing_else_lies_about(stacks, tmp_path, profile):
    stack, _ = stacks("uint16")
    image = convert(stack, tmp_path / "out.ome.zarr", "--profile", profile)
    shards = 0
    for level, array in enumerate(level_documents(image)):
        grid = array["chunk_grid"]["configuration"]["chunk_shape"]
        for file in (image / str(level) / "c").rglob("*"):
            if file.is_file():
                place = [int(part) for part in file.relative_to(image / str(level) / "c").parts]
                assert all(p * g < size for p, g, size in zip(place, grid, array["shape"], strict=True))
                assert any(shard_index(file, chunks_per_shard(array))), "an empty shard is not stored"
                shards += 1
    assert shards > 0
    leftovers = [path for path in tmp_path.iterdir() if path.name not in ("out.ome.zarr", "slices")]
    assert leftovers == []


def test_raw_shards_are_tiled_bigtiffs(stacks, tmp_path):
    stack, volume = stacks("uint16")
    image = convert(stack, tmp_path / "out.ome.zarr", "--profile", "raw")
    first = 0
    for file in sorted((image / "0/c").rglob("*"), key=lambda path: path.parts):
        if not file.is_file():
            continue
        with tifffile.TiffFile(file) as tiff:
            assert tiff.is_bigtiff
            assert tiff.pages[0].is_tiled
            planes = np.stack([page.asarray() for page in tiff.pages])
        first = 64 * int(file.relative_to(image / "0/c").parts[0])
        wanted = volume[first : first + 64]
        assert np.array_equal(planes[: len(wanted), : SHAPE[1], : SHAPE[2]], wanted)


@pytest.mark.parametrize("profile", ["small", "raw"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_other_profiles_hold_the_same_voxels(stacks, tmp_path, profile, dtype):
    stack, volume = stacks(dtype)
    image = convert(stack, tmp_path / "out.ome.zarr", "--profile", profile)
    for name, read in READERS.items():
        assert np.array_equal(read(image, 0), volume), name


def test_group_metadata(stacks, tmp_path):
    stack, volume = stacks("float32")
    image = convert(stack, tmp_path / "out.ome.zarr", "--voxel-size", "0.65um")
    ome = group(image)["ome"]
    assert ome["version"] == "0.5"
    (multiscale,) = ome["multiscales"]
    assert multiscale["axes"] == [{"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"]
    for level, dataset in enumerate(multiscale["datasets"]):
        scale, translation = dataset["coordinateTransformations"]
        assert scale["type"] == "scale"
        assert scale["scale"] == pytest.approx([0.65 * 2**level] * 3)
        assert translation["type"] == "translation"
        assert translation["translation"] == pytest.approx([0.65 * (2**level - 1) / 2] * 3)
    assert multiscale["type"]
    assert multiscale["metadata"]

    (channel,) = ome["omero"]["channels"]
    window = channel["window"]
    assert len(channel["color"]) == 6
    assert window["min"] <= window["start"] < window["end"] <= window["max"]
    assert window["min"] == pytest.approx(volume.min())
    assert window["max"] == pytest.approx(volume.max())
    inside = (volume >= window["start"]) & (volume <= window["end"])
    assert 0.9 < inside.mean() <= 1, "the window shows nearly all voxels but not the outliers"


def test_statistics_are_those_of_the_voxels(stacks, tmp_path):
    stack, volume = stacks("uint16")
    statistics = group(convert(stack, tmp_path / "out.ome.zarr"))["beamport"]["statistics"]
    assert statistics["voxel_count"] == volume.size
    assert statistics["min"] == volume.min()
    assert statistics["max"] == volume.max()
    assert statistics["mean"] == pytest.approx(volume.mean(), rel=1e-6)
    histogram = statistics["histogram"]
    assert len(histogram["counts"]) == 1024
    assert histogram["below"] + sum(histogram["counts"]) + histogram["above"] == volume.size
    width = (histogram["high"] - histogram["low"]) / 1024
    for entry in statistics["percentiles"]:
        exact = np.percentile(volume, entry["percent"])
        assert abs(entry["value"] - exact) <= 2 * width + 1, entry


@pytest.mark.parametrize("options", [(), ("--profile", "small"), ("--profile", "raw"), ("--voxel-size", "650nm")], ids=str)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_validators_of_others_agree(stacks, tmp_path, dtype, options):
    image = convert(stacks(dtype)[0], tmp_path / "out.ome.zarr", *options)
    yaozarrs.validate_zarr_store(str(image))
    import zarr

    validated = ome_zarr_models.open_ome_zarr(zarr.open_group(image, mode="r"), version="0.5")
    assert type(validated).__name__ == "Image"


WINDOWED = [("uint16", 65535), ("uint8", 255)]


@pytest.mark.parametrize(("dtype", "top"), WINDOWED)
def test_a_window_becomes_the_whole_range_of_the_type(stacks, tmp_path, dtype, top):
    stack, volume = stacks("float32")
    low, high = -0.001, 0.0015
    image = convert(stack, tmp_path / "out.ome.zarr", "--dtype", dtype, "--window", f"{low},{high}")
    seen = zarr_python(image, 0)
    assert seen.dtype == dtype
    wanted = np.clip((volume.astype("float64") - low) / (high - low) * top, 0, top)
    assert np.abs(seen - wanted).max() <= 0.5 + 1e-6 * top
    record = group(image)["beamport"]["conversion"]
    assert record["from"] == "float32"
    assert record["to"] == dtype
    assert record["window"] == [low, high]
    inside = (volume > low) & (volume < high)
    back = seen * record["slope"] + record["intercept"]
    assert np.abs(back - volume)[inside].max() <= record["slope"] * 0.5001 + 1e-9


@pytest.mark.parametrize(("dtype", "top"), WINDOWED)
def test_a_percentile_window_is_found_and_recorded(stacks, tmp_path, dtype, top):
    stack, volume = stacks("float32")
    image = convert(stack, tmp_path / "out.ome.zarr", "--dtype", dtype, "--window", "percentile")
    low, high = group(image)["beamport"]["conversion"]["window"]
    spread = volume.max() - volume.min()
    assert abs(low - np.percentile(volume, 0.1)) < 0.05 * spread
    assert abs(high - np.percentile(volume, 99.9)) < 0.05 * spread
    seen = zarr_python(image, 0)
    assert seen.dtype == dtype
    assert (seen == 0).mean() < 0.02
    assert (seen == top).mean() < 0.02


def test_narrowing_float64_is_recorded(stacks, tmp_path):
    image = convert(stacks("float64")[0], tmp_path / "out.ome.zarr")
    assert any("float64" in note for note in group(image)["beamport"]["source"]["notes"])
