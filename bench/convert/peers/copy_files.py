# SPDX-License-Identifier: Apache-2.0
"""The anchor: what it takes to have the same stack a second time."""

from pathlib import Path

from cases import Case
from peers.tool import Tool, first_line


class CopyFiles(Tool):
    """`cp -r`."""

    name = "cp -r"
    converts = False

    def version(self) -> str:
        return first_line(["cp", "--version"])

    def command(self, case: Case, stack: Path, output: Path) -> list[str]:
        return ["cp", "-r", str(stack), str(output)]

    def warm_up_command(self) -> list[str]:
        return ["cp", "--version"]
