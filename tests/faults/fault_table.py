# SPDX-License-Identifier: Apache-2.0
"""Rows for RESULTS.md: what a test did, how often, how often it went wrong, how long it took.

BEAMPORT_FAULT_TABLE names the file that rows are added to, one JSON object a line; without it nothing is written.
"""

import json
import os
import time


class Row:
    """Counts the rounds of one test. `bad` holds what went wrong; check() fails the test with it."""

    def __init__(self, test: str) -> None:
        self.test, self.done, self.bad, self.notes = test, 0, [], {}
        self.began = time.monotonic()

    def note(self, **counts: int) -> None:
        for name, count in counts.items():
            self.notes[name] = self.notes.get(name, 0) + count

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def check(self) -> None:
        case = os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[-1].removesuffix(" (call)")
        line = {"test": self.test, "case": case, "done": self.done, "bad": len(self.bad), "notes": self.notes}
        line["seconds"] = round(self.seconds(), 1)
        print(line)
        if path := os.environ.get("BEAMPORT_FAULT_TABLE"):
            with open(path, "a") as table:
                table.write(json.dumps(line) + "\n")
        assert self.done > 0, "nothing was tried"
        assert not self.bad, f"{len(self.bad)} of {self.done} went wrong:\n" + "\n".join(map(str, self.bad[:5]))
