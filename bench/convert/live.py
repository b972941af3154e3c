# SPDX-License-Identifier: Apache-2.0
"""Slices land while the conversion runs: how soon is something to be seen, and how soon after the last slice is it done?

Three processes beside the converter, as at a beamline: one lands slices at a fixed rate (written under another name, then
renamed), one reads the growing image `OUT.partial` with zarr-python until a coarse voxel is not zero, and this one watches
for `OUT`. All use the machine's one monotonic clock. They cost CPU that the converter does not get; that is part of the bar.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import page_cache
import tiff_slices
from cases import Case
from peers.beamport_convert import BeamportConvert

HERE = Path(__file__).resolve().parent
SLAB = 64
_PATIENCE_S = 600


class LiveFailed(RuntimeError):
    """The conversion ended badly, or nothing appeared."""


def _start(mode: str, *arguments: object) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, str(HERE / "live.py"), mode, *(str(argument) for argument in arguments)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def measure(beamport: BeamportConvert, case: Case, source: Path, work: Path, megabytes_per_s: float) -> dict:
    """One conversion of slices that land in a new folder."""
    landing, output, log = work / "landing", work / "live.ome.zarr", work / "live.log"
    partial = Path(f"{output}.partial")
    for folder in (landing, output, partial):
        shutil.rmtree(folder, ignore_errors=True)
    landing.mkdir()
    page_cache.warm(source)  # the detector's side costs no disk reads
    command = beamport.command(case, landing, output, "--expect", str(case.shape[0]))
    children: list[subprocess.Popen] = []
    try:
        reader = _start("read", partial, output)
        children.append(reader)
        assert reader.stdout is not None
        reader.stdout.readline()  # its imports are done
        with log.open("wb") as file:
            converter = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
        children.append(converter)
        writer = _start("land", source, landing, megabytes_per_s)
        children.append(writer)
        deadline = time.monotonic() + _PATIENCE_S
        while not output.exists():
            if converter.poll() is not None and not output.exists():
                raise LiveFailed(f"the converter ended with {converter.returncode}: {log.read_text(errors='replace')[-400:].strip()}")
            if time.monotonic() > deadline:
                raise LiveFailed(f"nothing was published in {_PATIENCE_S} s")
            time.sleep(0.005)
        published = time.monotonic()
        code = converter.wait(timeout=60)
        if code != 0:
            raise LiveFailed(f"the converter ended with {code} after publishing")
        landed = json.loads(writer.communicate(timeout=60)[0])
        seen = json.loads(reader.communicate(timeout=60)[0] or "{}")
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
            child.wait()
    moments = landed["landed"]
    slab = moments[min(SLAB, len(moments)) - 1]
    return {
        "first_seen_s": round(seen["moment"] - slab, 3) if "moment" in seen else None, "first_seen_level": seen.get("level"),
        "published_s": round(published - moments[-1], 3), "landing_s": round(moments[-1] - moments[0], 3),
        "landing_mb_s": round((len(moments) - 1) * case.slice_bytes / max(moments[-1] - moments[0], 1e-9) / 1e6),
        "exit_code": 0,
    }


def _land(source: Path, landing: Path, megabytes_per_s: float) -> None:
    """Copies slice after slice at a rate; prints when each had its name."""
    paths = tiff_slices.slice_paths(source)
    landed = []
    started = time.monotonic()
    due = 0.0
    for path in paths:
        size = path.stat().st_size
        due += size / (megabytes_per_s * 1e6)
        temporary = landing / f".{path.name}.part"
        with path.open("rb") as here, temporary.open("wb") as there:
            offset = 0
            while offset < size:
                offset += os.sendfile(there.fileno(), here.fileno(), offset, size - offset)
        time.sleep(max(0.0, started + due - time.monotonic()))
        temporary.rename(landing / path.name)
        landed.append(time.monotonic())
    print(json.dumps({"landed": landed}))


def _read(partial: Path, output: Path) -> None:
    """Polls the coarse levels of the growing image, coarsest first, until one shows something; prints when and which.

    Looks into the first slab's voxels only, a window of 256 × 256 in the middle of the plane, and every time anew: a reader
    that keeps an opened array may keep its old shard index.
    """
    import numpy as np
    import zarr

    print("ready", flush=True)
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and not output.exists():
        with contextlib.suppress(Exception):  # it is being written: every kind of half-made state may be seen
            group = zarr.open_group(partial, mode="r", use_consolidated=False)
            levels = group.attrs["ome"]["multiscales"][0]["datasets"]
            for level in range(len(levels) - 1, 0, -1):
                array = group[levels[level]["path"]]
                window = tuple(slice(max(0, size // 2 - 128), size // 2 + 128) for size in array.shape[1:])
                if np.any(array[(slice(0, max(1, SLAB >> level)), *window)]):
                    print(json.dumps({"moment": time.monotonic(), "level": level}))
                    return
        time.sleep(0.02)
    print("{}")


if __name__ == "__main__":
    if sys.argv[1] == "land":
        _land(Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))
    else:
        _read(Path(sys.argv[2]), Path(sys.argv[3]))
