# SPDX-License-Identifier: Apache-2.0
"""Makes the datasets that web/e2e expects, serves them, and runs Playwright with BEAMPORT_URL set; arguments go to Playwright.

  ramp        uint16   x + 3y + 7z         so that every voxel's value is known
  ramp-float  float32  x/2 - y/4 + z
  ramp-nan    float32  the same, not a number where x < 50
  ramp-int16  int16    x + 3y + 7z - 600
  ramp-uint8  uint8    x // 2 + z
  sample      what `beamport sample` writes
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from beamport_program import BINARY, ROOT, beamport, convert, serving  # noqa: E402
from tiff_stacks import write_slices  # noqa: E402

SHAPE = (96, 160, 200)


def make_datasets(folder: Path) -> Path:
    """Anew for every build of the program, so that an old image never hides a new fault."""
    published = folder / "published"
    stamp = folder / "made-by"
    made_by = f"{BINARY.stat().st_mtime_ns} {BINARY.stat().st_size}"
    if stamp.exists() and stamp.read_text() == made_by:
        return published
    shutil.rmtree(folder, ignore_errors=True)
    published.mkdir(parents=True)
    z, y, x = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    ramp_float = (x * 0.5 - y * 0.25 + z).astype("float32")
    ramps = {
        "ramp": (x + 3 * y + 7 * z).astype("uint16"),
        "ramp-float": ramp_float,
        "ramp-nan": np.where(x < 50, np.float32("nan"), ramp_float),
        "ramp-int16": (x + 3 * y + 7 * z - 600).astype("int16"),
        "ramp-uint8": (x // 2 + 0 * y + z).astype("uint8"),
    }
    for name, volume in ramps.items():
        convert(write_slices(folder / name, volume), published / f"{name}.ome.zarr", "--voxel-size", "1um")
    done = beamport("sample", folder / "sample")
    assert done.returncode == 0, done.stderr
    convert(folder / "sample", published / "sample.ome.zarr")
    stamp.write_text(made_by)
    return published


def main(arguments: list[str]) -> int:
    with serving(make_datasets(ROOT / "build/browser")) as server:
        environment = {**os.environ, "BEAMPORT_URL": f"http://{server.host}"}
        return subprocess.run(["npx", "playwright", "test", *arguments], cwd=ROOT / "web", env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
