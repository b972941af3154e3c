# SPDX-License-Identifier: Apache-2.0
"""The image as other programs meet it over HTTP: the fields and the answers that Neuroglancer, napari and Python need."""

import json

import numpy as np
import pytest
import tensorstore
from beamport_program import convert, serving
from tiff_stacks import make_volume, write_slices

SHAPE = (70, 130, 97)
# What Neuroglancer 2.41 reads without conversion; Vizarr and napari read more.
DATA_TYPES = {"uint8", "uint16", "int16", "uint32", "float32"}
CODECS = {"bytes", "blosc", "zstd", "gzip", "crc32c", "sharding_indexed"}
PAGE = {"Origin": "https://neuroglancer.example"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server, the volumes by name, and the address of each image below it."""
    folder = tmp_path_factory.mktemp("served")
    data = folder / "data"
    data.mkdir()
    volumes = {dtype: make_volume(SHAPE, dtype) for dtype in sorted(DATA_TYPES)}
    for dtype, volume in volumes.items():
        convert(write_slices(folder / dtype, volume), data / f"{dtype}.ome.zarr", "--voxel-size", "0.65um")
    with serving(data) as server:
        listed = json.loads(server.get("/api/beamport/v1/datasets")[2])["datasets"]
        yield server, volumes, {item["name"]: f"/zarr/{item['id']}" for item in listed}


def document(server, path: str) -> dict:
    status, _, body = server.get(path)
    assert status == 200, path
    return json.loads(body)


@pytest.mark.parametrize("dtype", sorted(DATA_TYPES))
def test_tensorstore_reads_the_served_image(served, dtype):
    server, volumes, addresses = served
    spec = {"driver": "zarr3", "kvstore": f"http://{server.host}{addresses[dtype]}/0/"}
    array = tensorstore.open(spec, open=True, read=True).result()
    assert np.array_equal(array.read().result(), volumes[dtype])
    assert np.array_equal(array[3:5, 60:129, 5:96].read().result(), volumes[dtype][3:5, 60:129, 5:96])


@pytest.mark.parametrize("dtype", sorted(DATA_TYPES))
def test_the_fields_that_viewers_need(served, dtype):
    server, volumes, addresses = served
    group = document(server, f"{addresses[dtype]}/zarr.json")
    assert (group["zarr_format"], group["node_type"]) == (3, "group")
    ome = group["attributes"]["ome"]
    assert ome["version"] == "0.5", "no version, no metadata"
    (multiscale,) = ome["multiscales"]
    assert [axis["name"] for axis in multiscale["axes"]] == ["z", "y", "x"]
    assert all(axis["type"] == "space" and axis["unit"] == "micrometer" for axis in multiscale["axes"])
    for dataset in multiscale["datasets"]:
        assert [item["type"] for item in dataset["coordinateTransformations"]] == ["scale", "translation"]
        array = document(server, f"{addresses[dtype]}/{dataset['path']}/zarr.json")
        assert array["data_type"] in DATA_TYPES
        assert array["fill_value"] == 0
        assert array["dimension_names"] == ["z", "y", "x"]
        assert array["shape"][-1] > 4, "a last axis of 3 or 4 is taken for colours"
        (sharding,) = array["codecs"]
        settings = sharding["configuration"]
        assert settings["index_location"] == "end"
        assert [codec["name"] for codec in settings["index_codecs"]] == ["bytes", "crc32c"]
        assert {sharding["name"], *(codec["name"] for codec in settings["codecs"])} <= CODECS
    (channel,) = ome["omero"]["channels"]
    window = channel["window"]
    assert channel["active"] is True
    volume = volumes[dtype].astype("float64")
    assert (window["min"], window["max"]) == pytest.approx((volume.min(), volume.max()))
    assert volume.min() <= window["start"] < window["end"] <= volume.max()


def test_a_page_of_another_site_may_read_pieces(served):
    """HEAD for the size, the index from the end of the shard, a range of it; all readable by a script elsewhere."""
    server, _, addresses = served
    shard = f"{addresses['float32']}/0/c/0/0/0"
    status, headers, _ = server.request("HEAD", shard, PAGE)
    assert status == 200
    assert headers["access-control-allow-origin"] == "*"
    assert headers["accept-ranges"] == "bytes"
    size = int(headers["content-length"])
    whole = server.get(shard)[2]
    assert len(whole) == size
    for wanted, part in {
        "bytes=-36": whole[-36:],
        "bytes=100-199": whole[100:200],
        f"bytes={size - 10}-": whole[-10:],
        "bytes=0-65535": whole[:65536],
    }.items():
        status, headers, body = server.request("GET", shard, PAGE | {"Range": wanted})
        assert status == 206, wanted
        assert body == part, wanted
        assert headers["access-control-allow-origin"] == "*"
        assert "content-range" in headers["access-control-expose-headers"].lower()
        assert "content-encoding" not in headers, "a compressed range could not be placed"
    asked = PAGE | {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    status, headers, _ = server.request("OPTIONS", shard, asked)
    assert status == 204
    assert "range" in headers["access-control-allow-headers"].lower()


def test_a_chunk_that_is_absent_is_a_readable_404(served):
    server, _, addresses = served
    status, headers, _ = server.request("GET", f"{addresses['uint8']}/0/c/9/9/9", PAGE)
    assert status == 404
    assert headers["access-control-allow-origin"] == "*"
