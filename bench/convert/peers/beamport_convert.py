# SPDX-License-Identifier: Apache-2.0
"""`beamport convert`, profile live: the program that is measured."""

import re
import subprocess
from pathlib import Path

from cases import Case
from peers.tool import THREADS, Tool, first_line


class BeamportConvert(Tool):
    """One built program; options beyond the common ones come from --beamport-args or from a section that varies them."""

    name = "beamport"

    def __init__(self, program: Path, arguments: tuple[str, ...] = ()) -> None:
        self.program = program
        self.arguments = arguments
        self._help: str | None = None

    def why_not(self) -> str | None:
        return None if self.program.is_file() else f"{self.program.name} is not built"

    def version(self) -> str:
        return first_line([str(self.program), "--version"])

    def command(self, case: Case, stack: Path, output: Path, *more: str) -> list[str]:
        given = [*self.arguments, *more]
        threads = [] if "--threads" in given else ["--threads", str(THREADS)]
        return [str(self.program), "convert", str(stack), str(output), "--profile", "live", *threads, *given]

    def verify_command(self, output: Path) -> list[str]:
        return [str(self.program), "verify", str(output)]

    def warm_up_command(self) -> list[str]:
        return [str(self.program), "--version"]

    def has_option(self, option: str) -> bool:
        return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", self._convert_help()) is not None

    def simd_targets(self) -> list[str]:
        """The targets of this machine, from the message that refuses another one; nothing is converted."""
        command = [str(self.program), "convert", "no-stack", "no-image.ome.zarr", "--simd", "unknown"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        listed = re.search(r"this machine's: ([a-z0-9_]+(?:, [a-z0-9_]+)*)", done.stderr + done.stdout)
        return listed.group(1).split(", ") if listed else []

    def _convert_help(self) -> str:
        if self._help is None:
            self._help = subprocess.run([str(self.program), "convert", "--help"], capture_output=True, text=True, check=False).stdout
        return self._help
