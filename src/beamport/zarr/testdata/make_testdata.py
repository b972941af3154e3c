# SPDX-License-Identifier: Apache-2.0
"""Writes small arrays with the writers of others, as fixtures for array_strangers_test.cc.

    pip install zarr==3.1.6 numcodecs==0.16.6 tensorstore==0.1.86
    python make_testdata.py          # replaces the folders beside this file

Every array holds 1 + z*100 + y*10 + x, but 0 (the fill value) where x >= 6; its shape is 5, 6, 7.
"""

import shutil
from pathlib import Path

import numcodecs
import numpy as np
import tensorstore as ts
import zarr
from zarr.codecs import (
    BloscCodec,
    BytesCodec,
    Crc32cCodec,
    GzipCodec,
    ShardingCodec,
    TransposeCodec,
    ZstdCodec,
)

HERE = Path(__file__).parent
SHAPE = (5, 6, 7)
CHUNKS = (3, 6, 4)


def voxels(dtype: str) -> np.ndarray:
    z, y, x = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    return np.where(x < 6, 1 + z * 100 + y * 10 + x, 0).astype(dtype)


def fresh(name: str) -> Path:
    path = HERE / name
    shutil.rmtree(path, ignore_errors=True)
    return path


def v2(name: str, dtype: str, compressor, **options) -> None:
    array = zarr.create_array(
        str(fresh(name)), shape=SHAPE, chunks=CHUNKS, dtype=dtype, compressors=compressor, fill_value=0,
        zarr_format=2, **options)
    array[:] = voxels(dtype)


def v3(name: str, dtype: str, compressors, **options) -> None:
    array = zarr.create_array(
        str(fresh(name)), shape=SHAPE, chunks=CHUNKS, dtype=dtype, compressors=compressors, fill_value=0, **options)
    array[:] = voxels(dtype)


def v3_sharded(name: str, dtype: str, location: str) -> None:
    sharding = ShardingCodec(
        chunk_shape=CHUNKS, codecs=[BytesCodec(endian="little"), ZstdCodec(level=1)], index_location=location)
    array = zarr.create_array(
        str(fresh(name)), shape=SHAPE, chunks=(6, 6, 8), dtype=dtype, serializer=sharding, compressors=None,
        filters=None, fill_value=0)
    array[:] = voxels(dtype)


def tensorstore(name: str, dtype: str, codecs: list, chunk_shape: tuple) -> None:
    store = ts.open({
        "driver": "zarr3",
        "kvstore": {"driver": "file", "path": f"{fresh(name)}/"},
        "metadata": {
            "shape": SHAPE, "data_type": dtype, "fill_value": 0, "codecs": codecs,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunk_shape}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "."}},
        },
        "create": True,
    }).result()
    store[...].write(voxels(dtype)).result()


v2("v2_none_f_order", "<u2", None, order="F")
v2("v2_blosc_big_endian", ">u2", numcodecs.Blosc("lz4", 5, numcodecs.Blosc.BITSHUFFLE))
v2("v2_blosc_zstd", "<f4", numcodecs.Blosc("zstd", 3, numcodecs.Blosc.SHUFFLE),
   chunk_key_encoding={"name": "v2", "separator": "/"})
v2("v2_zlib", "<i4", numcodecs.Zlib(1))
v2("v2_gzip", "<u2", numcodecs.GZip(1))
v2("v2_zstd", "<f8", numcodecs.Zstd(1))
v3("v3_blosc", "uint16", BloscCodec(cname="zstd", clevel=3, shuffle="bitshuffle"))
v3("v3_gzip", "float64", GzipCodec(level=5))
v3("v3_zstd_checksum", "int32", [ZstdCodec(level=3, checksum=True), Crc32cCodec()])
v3("v3_transpose_big_endian", "float32", None, filters=[TransposeCodec(order=(2, 0, 1))],
   serializer=BytesCodec(endian="big"))
v3("v3_v2_keys", "uint16", None, chunk_key_encoding={"name": "v2", "separator": "."})
v3_sharded("v3_sharded_end", "uint16", "end")
v3_sharded("v3_sharded_start", "float32", "start")
tensorstore("tensorstore_sharded", "uint16", [{"name": "sharding_indexed", "configuration": {
    "chunk_shape": CHUNKS,
    "codecs": [
        {"name": "transpose", "configuration": {"order": [2, 1, 0]}},
        {"name": "bytes", "configuration": {"endian": "little"}},
        {"name": "blosc", "configuration": {"cname": "lz4", "clevel": 5, "shuffle": "shuffle", "typesize": 2}}],
    "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]}}], (6, 6, 8))
tensorstore("tensorstore_gzip", "int16", [
    {"name": "bytes", "configuration": {"endian": "big"}}, {"name": "gzip", "configuration": {"level": 6}},
    {"name": "crc32c"}], CHUNKS)
