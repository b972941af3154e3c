# SPDX-License-Identifier: Apache-2.0
"""One server for all security tests, on a folder with one good image, a link that leads out, and a secret beside it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from beamport_program import Server, convert, serving
from tiff_stacks import make_volume, write_slices

SECRET = b"nobody outside may read this"


@dataclass
class Served:
    server: Server
    dataset: dict
    secret: bytes = SECRET

    def zarr(self, key: str) -> str:
        return f"/zarr/{self.dataset['id']}/{key}"


@pytest.fixture(scope="session")
def served(tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "secret.txt").write_bytes(SECRET)
    published = folder / "published"
    published.mkdir()
    stack = write_slices(folder / "slices", make_volume((70, 140, 150), "uint16"))
    image = convert(stack, published / "scan.ome.zarr", "--voxel-size", "1um")
    os.symlink(folder / "secret.txt", image / "link")
    os.symlink(folder, image / "folder")
    os.symlink(folder / "secret.txt", image / "0/c/9")
    (published / "secret.txt").write_bytes(SECRET)
    with serving(published) as server:
        (dataset,) = [item for item in json.loads(server.get("/api/beamport/v1/datasets")[2])["datasets"] if item["name"] == "scan"]
        yield Served(server, dataset)
        assert server.is_alive()
