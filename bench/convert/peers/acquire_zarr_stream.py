# SPDX-License-Identifier: Apache-2.0
"""acquire-zarr: frames appended one by one to a stream, which makes all levels in the same pass.

Run as a script it is the program that is timed: it reads each slice into one buffer and appends it; the library copies it
into its queue and works on it in its own threads while the next slice is read.
"""

from peers.tool import CODEC, THREADS, PythonTool, script_arguments


class AcquireZarrStream(PythonTool):
    """One stream, MEAN downsampling, BLOSC1 lz4 with bitshuffle."""

    name = "acquire-zarr"
    package = "acquire-zarr"
    own_settings = "no checksum of chunks; an axis is not halved further once it is one chunk long"


def run() -> None:
    import acquire_zarr as aqz
    import numpy as np
    import tiff_slices

    given = script_arguments()
    if given is None:
        return
    stack, output, case, _ = given
    dimensions = [
        aqz.Dimension(name=name, kind=aqz.DimensionType.SPACE, array_size_px=size, chunk_size_px=64, shard_size_chunks=shard // 64)
        for name, size, shard in zip("zyx", case.shape, case.shard, strict=True)
    ]
    array = aqz.ArraySettings(
        output_key="", data_type=np.dtype(case.dtype), dimensions=dimensions, downsampling_method=aqz.DownsamplingMethod.MEAN,
        max_levels=len(case.level_shapes) - 1,
        compression=aqz.CompressionSettings(compressor=aqz.Compressor.BLOSC1, codec=aqz.CompressionCodec.BLOSC_LZ4,
                                            level=CODEC["clevel"], shuffle=2),
    )
    stream = aqz.ZarrStream(aqz.StreamSettings(store_path=str(output), overwrite=True, max_threads=THREADS, arrays=[array]))
    plane = np.empty(case.shape[1:], case.dtype)
    for z in range(case.shape[0]):
        tiff_slices.read_into(tiff_slices.slice_path(stack, z), plane)
        stream.append(plane)
    stream.close()


if __name__ == "__main__":
    run()
