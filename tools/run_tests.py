#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the parts of ./test, each through the runner that owns its tests, and counts what those runners counted.

Every command's whole output goes to build/test-logs/; the screen shows one line per step, and the end of the log of a
step that failed. A build that fails counts as one failed test; so does a runner that ran nothing.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree.ElementTree import ParseError

from count_junit import Count, count_junit

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "test-logs"
JOBS = os.environ.get("BEAMPORT_JOBS") or str(os.cpu_count() or 2)
PYTEST = [str(ROOT / ".cache/venv/bin/pytest"), "-q", "-rs", "-p", "no:cacheprovider"]
THREADED = ("exec", "image", "store", "db", "net", "ingest", "render", "api")  # modules that the thread sanitizer watches
SANITIZER_ENV = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
    "LLVM_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer-19",
    "ASAN_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer-19",
}


class Part:
    """One part of ./test: runs steps, collects their counts."""

    def __init__(self, name: str, full: bool) -> None:
        self.name = name
        self.full = full
        self.count = Count()

    def run(self, step: str, command: list[str], cwd: Path = ROOT, env: dict[str, str] | None = None) -> bool:
        """Runs one command with its output in a log; says how long it took. True if it succeeded."""
        log = LOGS / f"{self.name}-{step.replace(' ', '-').replace('/', '-')}.log"
        started = time.monotonic()
        with log.open("w") as output:
            try:
                code = subprocess.run(
                    command, cwd=cwd, env={**os.environ, "NO_COLOR": "1", **(env or {})}, stdin=subprocess.DEVNULL, stdout=output,
                    stderr=subprocess.STDOUT
                ).returncode
            except OSError as error:
                output.write(f"{command[0]}: {error}\n")
                code = 127
        print(f"  {'ok    ' if code == 0 else 'FAILED'} {step}  {time.monotonic() - started:.0f} s", flush=True)
        if code != 0:
            tail = log.read_text(errors="replace").splitlines()[-40:]
            print("\n".join(f"    | {line}" for line in tail), flush=True)
            print(f"    | (all of it: {log.relative_to(ROOT)})", flush=True)
        return code == 0

    def check(self, step: str, command: list[str], **where) -> None:
        """A command that is itself one test."""
        if self.run(step, command, **where):
            self.count.passed += 1
        else:
            self.count.failed.append(f"{self.name}: {step}")

    def build(self, step: str, command: list[str], **where) -> bool:
        """A command that the following steps need; only its failure counts."""
        done = self.run(step, command, **where)
        if not done:
            self.count.failed.append(f"{self.name}: {step}")
        return done

    def junit(self, step: str, command: Callable[[Path], list[str]], **where) -> None:
        """A runner that writes a JUnit file to the path it is given."""
        report = LOGS / f"{self.name}-{step.replace(' ', '-')}.xml"
        report.unlink(missing_ok=True)
        succeeded = self.run(step, command(report), **where)
        try:
            count = count_junit(report)
        except (OSError, ParseError):
            count = Count()
        if not count.failed and (not succeeded or count.total == 0):
            count.failed.append(f"{self.name}: {step} " + ("ran no test" if succeeded else "ended early"))
        self.count.add(count)


def cmake(part: Part, preset: str, targets: list[str]) -> bool:
    folder = ROOT / "build" / preset
    if not (folder / "build.ninja").exists():
        if not part.build(f"configure {preset}", ["cmake", "--preset", preset]):
            return False
    return part.build(f"build {preset}", ["ninja", "-C", str(folder), "-j", JOBS, "-k", "0", *targets])


def ctest(part: Part, preset: str, step: str, *arguments: str) -> None:
    command = ["ctest", "--test-dir", str(ROOT / "build" / preset), "-j", JOBS, "--output-on-failure", *arguments]
    part.junit(step, lambda report: [*command, "--output-junit", str(report)], env=SANITIZER_ENV)


def pytest(part: Part, step: str, folder: str, **env: str) -> None:
    part.junit(step, lambda report: [*PYTEST, folder, f"--junitxml={report}"], env=env)


def release(part: Part) -> bool:
    return part.build("build release", [str(ROOT / "tools/build_release")])


def lint(part: Part) -> None:
    sources = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", "*.h", "*.cc"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    scripts = subprocess.run(
        ["git", "grep", "--untracked", "-lE", "^#!.*(ba)?sh$|^# shellcheck shell="], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    sources = [name for name in sources if (ROOT / name).exists()]
    scripts = [name for name in scripts if (ROOT / name).exists()]
    python = sys.executable
    pytest(part, "tests of the checks", "tools/tests")
    part.check("format", ["clang-format-19", "--dry-run", "-Werror", *sources])
    part.check("floors", [python, "tools/check_floors.py"])
    part.check("coroutines", [python, "tools/check_coroutines.py"])
    part.check("files", [python, "tools/check_files.py"])
    part.check("shell scripts", ["shellcheck", "--external-sources", *scripts])
    part.check("headers alone", [python, "tools/check_headers.py", *(["--all"] if part.full else [])])
    part.check("front end", ["npm", "run", "--silent", "lint"], cwd=ROOT / "web")
    part.check("clang-tidy", ["tools/run_tidy", *(["--all"] if part.full else [])])


def unit(part: Part) -> None:
    if cmake(part, "asan", ["all"]):
        ctest(part, "asan", "ctest address+undefined")
    present = [name for name in THREADED if (ROOT / "src/beamport" / name / "CMakeLists.txt").exists()]
    if cmake(part, "tsan", [f"{name}_test" for name in present]):
        ctest(part, "tsan", "ctest thread", "-R", rf"^({'|'.join(present)})\.")
    part.junit("vitest", lambda report: ["npx", "vitest", "run", "--reporter=default", "--reporter=junit",
                                         f"--outputFile.junit={report}"], cwd=ROOT / "web")
    if part.full:
        cmake(part, "gcc", ["all"])
        part.check("mutants of the decision", ["tools/mutate_access"])


def interop(part: Part) -> None:
    if release(part):
        pytest(part, "pytest", "tests/interop", **({"BEAMPORT_LONG_TESTS": "1"} if part.full else {}))
        part.check("openapi.json is current", ["tools/check_openapi"])


def faults(part: Part) -> None:
    if release(part):
        pytest(part, "pytest", "tests/faults")


def security(part: Part) -> None:
    if release(part):
        pytest(part, "pytest", "tests/security")


def bench(part: Part) -> None:
    if release(part):
        pytest(part, "pytest", "tests/bench")


def browser(part: Part) -> None:
    if release(part):
        part.junit("playwright", lambda report: [sys.executable, "tests/browser/run_playwright.py", "--reporter=list,junit"],
                   env={"PLAYWRIGHT_JUNIT_OUTPUT_FILE": str(LOGS / "browser-playwright.xml")})


def fuzz(part: Part) -> None:
    seconds = "1200" if part.full else "20"
    if not part.build("build fuzz", ["tools/run_fuzz", "--build"]):
        return
    names = subprocess.run(["tools/run_fuzz", "--list"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    with ThreadPoolExecutor(int(JOBS)) as pool:
        list(pool.map(lambda name: part.check(name, ["tools/run_fuzz", name, seconds], env=SANITIZER_ENV), names))
    if not names:
        part.count.failed.append("fuzz: there is no fuzz target")


PARTS: dict[str, Callable[[Part], None]] = {
    "lint": lint, "unit": unit, "interop": interop, "faults": faults, "security": security, "bench": bench, "browser": browser,
    "fuzz": fuzz,
}


def main(arguments: list[str]) -> int:
    full = "full" in arguments
    wanted = [name for name in arguments if name != "full"] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"There is no part {' '.join(unknown)}; the parts are: {' '.join(PARTS)} full", file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    total = Count()
    summary = []
    for name in wanted:
        print(f"{name}", flush=True)
        started = time.monotonic()
        part = Part(name, full)
        PARTS[name](part)
        total.add(part.count)
        summary.append(f"{name:9} {part.count}  {time.monotonic() - started:.0f} s")
    print()
    for line in total.skipped:
        print(f"skipped  {line}")
    for line in total.failed:
        print(f"failed   {line}")
    print("\n".join(summary))
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
