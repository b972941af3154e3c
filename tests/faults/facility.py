# SPDX-License-Identifier: Apache-2.0
"""A beamline in small: a landing root, a data folder, and the service between them, which can be started and killed."""

import contextlib
import copy
import http.client
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import zarr
from beamport_program import BINARY, Server, free_port
from tiff_stacks import write_slices

TOKEN = "0123456789abcdef0123456789abcdef"
INGESTS = "/api/beamport/v1/ingests"


class Facility:
    """A landing root, a data folder and a configuration; the service can be started and killed."""

    def __init__(self, folder: Path, root: str = "", data: Path | None = None, ingest: str = "") -> None:
        self.root, self.data = folder / "landing", data or folder / "data"
        self.root.mkdir(parents=True)
        self.config, self.log = folder / "beamport.toml", folder / "service.log"
        self.port = free_port()
        (folder / "token").write_text(TOKEN)
        (folder / "token").chmod(0o600)
        self.config.write_text(
            f'[server]\nport = {self.port}\ndata = "{self.data}"\n'
            f'[ingest]\nreserve = "1 MB"\nsettle = "1 s"\n{ingest}\n'
            f'[[root]]\nname = "p14"\npath = "landing"\nshortest_period = "1 s"\n{root}\n'
            '[[token]]\nname = "hook"\nfile = "token"\n'
        )
        self.process: subprocess.Popen | None = None

    def twin(self) -> "Facility":
        """A second service of the same configuration, but for its port."""
        other = copy.copy(self)
        other.port, other.process = free_port(), None
        other.config, other.log = (path.with_stem(f"{path.stem}-twin") for path in (self.config, self.log))
        other.config.write_text(self.config.read_text().replace(f"port = {self.port}", f"port = {other.port}"))
        return other

    def start(self, *before: object, environment: dict[str, str] | None = None) -> None:
        """`before`: a program that runs the service."""
        command = [*map(str, before), BINARY, "serve", "--config", self.config]
        with self.log.open("a") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | (environment or {}))
        self.server = Server(self.port, self.process)
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                if self.server.is_alive():
                    return
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0, self.log.read_text()

    def end(self) -> None:
        """After a test, however it ended."""
        if self.process and self.process.poll() is None:
            self.kill()

    def post(self, target: str, body: dict | None = None, token: str = TOKEN):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return self.server.request("POST", target, headers, json.dumps(body or {}).encode())

    def hand_in(self, source: Path, **said: object) -> str | None:
        """The scan's id; nothing if the service did not acknowledge it."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, _, body = self.post(INGESTS, {"source": str(source), **said})
            if status == 200:
                return json.loads(body)["id"]
        return None

    def scans(self) -> list[dict]:
        return json.loads(self.server.get(f"{INGESTS}?limit=500")[2])["ingests"]

    def scan(self, scan_id: str) -> dict | None:
        status, _, body = self.server.get(f"{INGESTS}/{scan_id}")
        return json.loads(body) if status == 200 else None

    def until(self, holds: Callable[[], object], seconds: float = 180) -> object:
        """What `holds` says, once it is something."""
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < deadline, f"{self.scans()}\n{self.log.read_text()[-20_000:]}"
            time.sleep(0.05)
        return found

    def wait_for(self, state: str, count: int = 1, seconds: float = 180) -> list[dict]:
        def found() -> list[dict] | None:
            scans = [scan for scan in self.scans() if scan["state"] == state]
            return scans if len(scans) >= count else None

        return self.until(found, seconds)

    def wait_for_scan(self, name: str, *states: str, seconds: float = 180) -> dict:
        """The latest generation of a scan, once it is in one of the states."""
        return self.until(
            lambda: next((scan for scan in self.scans() if scan["name"] == name and scan["state"] in states), None), seconds
        )

    def image(self, name: str) -> Path:
        return self.data / "ada/20260102" / f"{name}.ome.zarr"

    def images(self) -> set[str]:
        """Names of all that are there, whoever's."""
        return {path.name.removesuffix(".ome.zarr") for path in self.data.glob("*/*/*.ome.zarr")}

    def source(self, name: str) -> Path:
        return self.root / "2026/ada/20260102" / name


def voxels(image: Path) -> np.ndarray:
    return zarr.open_array(image / "0", mode="r")[...]


def land(source: Path, volume: np.ndarray, pause: float = 0.0, order: list[int] | None = None) -> None:
    """One slice after the other, each under its name only when it is whole."""
    source.mkdir(parents=True, exist_ok=True)
    staging = write_slices(source.parent / f".{source.name}-{volume.shape[0]}-{volume.dtype}", volume)
    paths = sorted(staging.iterdir())
    for place in order or range(len(paths)):
        paths[place].rename(source / paths[place].name)
        time.sleep(pause)


def land_copies(stack: Path, source: Path, pause: float = 0.0) -> None:
    """The slices of a stack that is at hand, each under its name only when it is whole."""
    source.mkdir(parents=True, exist_ok=True)
    for path in sorted(stack.iterdir()):
        hidden = source / f".{path.name}"
        shutil.copyfile(path, hidden)
        hidden.rename(source / path.name)
        if pause:
            time.sleep(pause)
