# SPDX-License-Identifier: Apache-2.0
"""What the benchmark asks of every tool, and of the Python scripts that drive a library as a user would."""

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from cases import Case

HERE = Path(__file__).resolve().parent.parent
THREADS = 2
CODEC = {"cname": "lz4", "clevel": 1, "shuffle": "bitshuffle", "blocksize": 0}


class Tool:
    """One way from a folder of slices to a volume (or, for cp, to a copy of the folder)."""

    name = ""
    own_settings = ""  # what differs from the common chunk, shard, levels, mean and codec; "" if nothing does
    converts = True  # False: makes no volume that could be checked
    slow = False  # takes so long that --slow-repeats applies

    def why_not(self) -> str | None:
        """Why this tool cannot run here, or None."""
        return None

    def version(self) -> str:
        raise NotImplementedError

    def command(self, case: Case, stack: Path, output: Path) -> list[str]:
        """Makes `output`, which does not exist yet."""
        raise NotImplementedError

    def warm_up_command(self) -> list[str]:
        """Loads the program's own files into the page cache and does nothing else; run after the caches were dropped."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def image(self, output: Path) -> Path:
        """The group that holds the levels."""
        return output


class PythonTool(Tool):
    """A library of the Python environment that the benchmark itself runs in, driven by `run` in the tool's module."""

    package = ""
    arguments: tuple[str, ...] = ()

    def why_not(self) -> str | None:
        try:
            metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return f"the package {self.package} is not installed"
        return None

    def version(self) -> str:
        return f"{self.package} {metadata.version(self.package)}"

    def command(self, case: Case, stack: Path, output: Path) -> list[str]:
        shape = ",".join(str(size) for size in case.shape)
        return [sys.executable, "-m", type(self).__module__, str(stack), str(output), shape, case.dtype, *self.arguments]

    def warm_up_command(self) -> list[str]:
        return [sys.executable, "-m", type(self).__module__]

    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1", "BLOSC_NTHREADS": "1"}


def script_arguments() -> tuple[Path, Path, Case, list[str]] | None:
    """(stack, output, case, more) as `PythonTool.command` wrote them; None when the script is only to load its libraries."""
    if len(sys.argv) == 1:
        return None
    stack, output, shape, dtype, *more = sys.argv[1:]
    z, y, x = (int(size) for size in shape.split(","))
    return Path(stack), Path(output), Case(Path(stack).name, (z, y, x), dtype), more


def first_line(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0].strip() if lines else "?"
