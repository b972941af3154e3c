# SPDX-License-Identifier: Apache-2.0
"""Reads the JUnit files that ctest, pytest, Vitest and Playwright write, and counts test cases the same way for all."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Count:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    @property
    def total(self) -> int:
        return self.passed + len(self.failed) + len(self.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"


def reason(element: ElementTree.Element) -> str:
    text = element.get("message") or (element.text or "").strip()
    return text.splitlines()[0] if text else ""


def count_junit(path: Path) -> Count:
    """Raises OSError or ElementTree.ParseError when the runner left no readable file."""
    count = Count()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = " ".join(part for part in (case.get("classname"), case.get("name")) if part)
        if case.get("classname") == case.get("name"):
            name = case.get("name", "")
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed.append(name)
        elif skipped is not None or case.get("status") in ("notrun", "disabled"):
            why = reason(skipped) if skipped is not None else "not run"
            count.skipped.append(f"{name}: {why}" if why else name)
        else:
            count.passed += 1
    return count
