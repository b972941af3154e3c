# SPDX-License-Identifier: Apache-2.0
"""zarrs_tools: voxels piped into `zarrs_binary2zarr`, then `zarrs_ome` makes the levels in a second pass.

Run as a script it is the program that is timed. The voxels go from the files into the pipe by splice(2), without passing
through this process; `tail -c +9 | head -c N` for every slice, as the shell would do it, costs two processes a slice.
"""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

from cases import Case
from peers.tool import CODEC, HERE, THREADS, Tool, first_line, script_arguments

CARGO_ROOT = HERE.parents[1] / ".cache/bench-cargo"
BINARIES = ("zarrs_binary2zarr", "zarrs_ome")


class ZarrsPipe(Tool):
    """Two programs of one crate; RAYON_NUM_THREADS bounds both."""

    name = "zarrs_tools"
    own_settings = "sizes of levels round down; level 0 is written twice"

    def why_not(self) -> str | None:
        if all((CARGO_ROOT / "bin" / binary).exists() for binary in BINARIES):
            return None
        return "zarrs_binary2zarr and zarrs_ome are not installed (they need cargo)"

    def version(self) -> str:
        return first_line([str(CARGO_ROOT / "bin/zarrs_ome"), "--version"]).replace("zarrs_ome", "zarrs_tools")

    def command(self, case: Case, stack: Path, output: Path) -> list[str]:
        shape = ",".join(str(size) for size in case.shape)
        return [sys.executable, "-m", __name__, str(stack), str(output), shape, case.dtype]

    def warm_up_command(self) -> list[str]:
        return [sys.executable, "-m", __name__]

    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(HERE), "RAYON_NUM_THREADS": str(THREADS)}

    def image(self, output: Path) -> Path:
        return output / "volume.ome.zarr"


def _feed(stack: Path, case: Case, pipe: int) -> None:
    import tiff_slices

    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)
    for z in range(case.shape[0]):
        with tiff_slices.slice_path(stack, z).open("rb", buffering=0) as file:
            offset, left = tiff_slices.PIXELS_AT, case.slice_bytes
            while left:
                moved = os.splice(file.fileno(), pipe, left, offset_src=offset)
                if moved == 0:
                    raise OSError(f"{file.name} is too short")
                offset += moved
                left -= moved


def run() -> None:
    given = script_arguments()
    if given is None:
        for binary in BINARIES:
            first_line([str(CARGO_ROOT / "bin" / binary), "--version"])
        return
    stack, output, case, _ = given
    output.mkdir()
    codecs = json.dumps([{"name": "blosc", "configuration": {**CODEC, "typesize": case.itemsize}}, {"name": "crc32c"}])
    shape = ",".join(str(size) for size in case.shape)
    shard = ",".join(str(size) for size in case.shard)
    array = output / "volume.zarr"
    writer = subprocess.Popen(
        [CARGO_ROOT / "bin/zarrs_binary2zarr", "--data-type", case.dtype, "--fill-value", "0", "--array-shape", shape,
         "--chunk-shape", "64,64,64", "--shard-shape", shard, "--bytes-to-bytes-codecs", codecs, array],
        stdin=subprocess.PIPE,
    )
    _feed(stack, case, writer.stdin.fileno())
    writer.stdin.close()
    if writer.wait() != 0:
        sys.exit("zarrs_binary2zarr failed")
    done = subprocess.run(
        [CARGO_ROOT / "bin/zarrs_ome", "--max-levels", str(len(case.level_shapes) - 1), "--physical-size", "1.3,1.3,1.3",
         "--physical-units", "micrometer,micrometer,micrometer", "--chunk-limit", str(THREADS), array, output / "volume.ome.zarr"],
        check=False,
    )
    if done.returncode != 0:
        sys.exit("zarrs_ome failed")


if __name__ == "__main__":
    run()
