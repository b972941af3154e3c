# SPDX-License-Identifier: Apache-2.0
"""Raw figures as JSON lines, one file a section. The tables are made from these and from nothing else.

A record names its section, case, tool and session (one call of the benchmark). Kept results are merged: what a new session
measured replaces what an older one said of the same section, case and tool.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]
SESSION = "session"  # the section of facts about the machine and the tools


class Records:
    """What this session found; each record is also appended to a journal at once, so that a killed session loses nothing."""

    def __init__(self, session: str, journal: Path | None) -> None:
        self.session = session
        self.all: list[Record] = []
        self._journal = journal

    def add(self, section: str, case: str, tool: str, kind: str, **fields: Any) -> Record:
        """kind: run, check, skipped, machine or version."""
        record = {"session": self.session, "section": section, "case": case, "tool": tool, "kind": kind}
        for key, value in fields.items():
            record |= dataclasses.asdict(value) if dataclasses.is_dataclass(value) else {key: value}
        self.all.append(record)
        if self._journal is not None:
            with self._journal.open("a") as file:
                file.write(json.dumps(record) + "\n")
        return record


def _subject(record: Record) -> tuple:
    return record["section"], record["case"], record["tool"]


def load(folder: Path) -> list[Record]:
    return [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines() if line]


def merge(kept: list[Record], new: list[Record]) -> list[Record]:
    """A tool that was only skipped now keeps its older figures; facts of a session go with the last figure of it."""
    measured = {_subject(record) for record in new if record["kind"] == "run"}
    skipped = {_subject(record) for record in new if record["kind"] == "skipped"}
    old = [
        record for record in kept
        if _subject(record) not in measured and not (record["kind"] == "skipped" and _subject(record) in skipped)
        or record["section"] == SESSION
    ]
    merged = old + new
    sessions = {record["session"] for record in merged if record["section"] != SESSION}
    return [record for record in merged if record["session"] in sessions]


def save(folder: Path, records: list[Record]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.jsonl"):
        file.unlink()
    for section in sorted({record["section"] for record in records}):
        lines = [json.dumps(record) for record in records if record["section"] == section]
        (folder / f"{section}.jsonl").write_text("\n".join(lines) + "\n")
