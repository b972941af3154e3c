# SPDX-License-Identifier: Apache-2.0
"""`webknossos convert`: the command that a user would type, with its own defaults except for two processes."""

import json
import sys
from importlib import metadata
from pathlib import Path

from cases import Case
from peers.tool import THREADS, Tool

LAYER = "tomo"


class WebknossosConvert(Tool):
    """Its codec (zstd 5), chunks (32³), shards, levels and interpolation are its own and not selectable or left alone."""

    name = "webknossos convert"
    own_settings = "its own defaults: zstd 5, chunks of 32³, its own shards and levels"
    slow = True
    shapes: tuple[str, ...] = ()

    def _program(self) -> Path:
        return Path(sys.executable).parent / "webknossos"

    def why_not(self) -> str | None:
        return None if self._program().exists() else "the package webknossos is not installed"

    def version(self) -> str:
        return f"webknossos {metadata.version('webknossos')}"

    def command(self, case: Case, stack: Path, output: Path) -> list[str]:
        return [str(self._program()), "convert", "--voxel-size", "1300,1300,1300", "--layer-name", LAYER, "--jobs", str(THREADS),
                *self.shapes, str(stack), str(output)]

    def warm_up_command(self) -> list[str]:
        return [str(self._program()), "convert", "--help"]

    def environment(self) -> dict[str, str]:
        return {"OMP_NUM_THREADS": "1"}

    def image(self, output: Path) -> Path:
        """The layer's folder: the one whose group names its levels."""
        for metadata_file in sorted(output.glob("*/zarr.json")):
            if "multiscales" in json.dumps(json.loads(metadata_file.read_text()).get("attributes", {})):
                return metadata_file.parent
        return output / LAYER


class WebknossosConvertShards(WebknossosConvert):
    """With the common chunks and shards: its default shard is 4096 × 4096 × 32, far more than smaller planes fill."""

    name = "webknossos convert (our shards)"
    own_settings = "zstd 5, its own levels and interpolation"
    shapes = ("--chunk-shape", "64,64,64", "--shard-shape", "1024,1024,64")
