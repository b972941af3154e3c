# SPDX-License-Identifier: Apache-2.0
"""TensorStore: slabs of 64 slices written to level 0, then each level by its own downsample driver from the one before.

Run as a script it is the program that is timed. It reads one slab while the last one is written, and keeps two shards of a
coarser level in flight; its contexts allow two threads each for copying and for files. It writes no OME metadata, so the
script adds the few lines that name the levels.
"""

import json
from pathlib import Path

from peers.tool import CODEC, THREADS, PythonTool, script_arguments


class TensorStoreSlabs(PythonTool):
    """With the driver's default of an fsync after every file."""

    name = "TensorStore"
    package = "tensorstore"


class TensorStoreSlabsUnsynced(TensorStoreSlabs):
    """Without the driver's own fsync; the benchmark's sync at the end is the only one."""

    name = "TensorStore (file_io_sync off)"
    arguments = ("--no-sync",)


def _level_spec(path: Path, shape: tuple[int, ...], shard: tuple[int, ...], dtype: str, itemsize: int) -> dict:
    blosc = {**CODEC, "typesize": itemsize}
    sharding = {
        "chunk_shape": [64, 64, 64],
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "blosc", "configuration": blosc}, {"name": "crc32c"}],
        "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}],
        "index_location": "end",
    }
    return {
        "driver": "zarr3",
        "kvstore": {"driver": "file", "path": f"{path}/"},
        "metadata": {
            "shape": list(shape), "data_type": dtype, "fill_value": 0, "dimension_names": ["z", "y", "x"],
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(shard)}},
            "codecs": [{"name": "sharding_indexed", "configuration": sharding}],
        },
    }


def _write_group(output: Path, levels: int) -> None:
    datasets = [
        {"path": str(level), "coordinateTransformations": [{"type": "scale", "scale": [float(2**level)] * 3}]} for level in range(levels)
    ]
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"]
    ome = {"version": "0.5", "multiscales": [{"axes": axes, "datasets": datasets}]}
    (output / "zarr.json").write_text(json.dumps({"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}}))


def run() -> None:
    import tensorstore
    import tiff_slices

    given = script_arguments()
    if given is None:
        return
    stack, output, case, more = given
    context = tensorstore.Context({
        "data_copy_concurrency": {"limit": THREADS}, "file_io_concurrency": {"limit": THREADS},
        "file_io_sync": "--no-sync" not in more, "cache_pool": {"total_bytes_limit": 0},
    })
    arrays = []
    for level, shape in enumerate(case.level_shapes):
        shard = (64, *(min(1024, -(-size // 64) * 64) for size in shape[1:]))
        spec = _level_spec(output / str(level), shape, shard, case.dtype, case.itemsize)
        arrays.append((tensorstore.open(spec, create=True, open=True, context=context).result(), shape, shard))

    target = arrays[0][0]
    pending = None
    for first, slab in tiff_slices.read_slabs(stack, case.shape, case.dtype, 64):
        if pending is not None:
            pending.result()
        pending = target[first : first + len(slab)].write(slab, can_reference_source_data_indefinitely=True)
    pending.result()

    for (finer, _, _), (coarser, shape, shard) in zip(arrays, arrays[1:], strict=False):
        halved = tensorstore.downsample(finer, [2, 2, 2], "mean")
        in_flight: list = []
        for z in range(0, shape[0], shard[0]):
            for y in range(0, shape[1], shard[1]):
                for x in range(0, shape[2], shard[2]):
                    box = tuple(slice(at, min(at + edge, size)) for at, edge, size in zip((z, y, x), shard, shape, strict=True))
                    if len(in_flight) == THREADS:
                        in_flight.pop(0).result()
                    in_flight.append(coarser[box].write(halved[box]))
        for write in in_flight:
            write.result()
    _write_group(output, len(arrays))


if __name__ == "__main__":
    run()
