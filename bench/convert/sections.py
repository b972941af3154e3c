# SPDX-License-Identifier: Apache-2.0
"""What is measured, section by section. Each leaves its inputs or deletes them, and never its outputs.

A timed run: the output of the one before is deleted and that deletion synced, the input's pages are dropped, the tool's own
program files are read again (a cold Python would otherwise be charged for its imports), then the clock runs until the
output's file system is synced.
"""

import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import check
import live
import measure
import memory_cap
import page_cache
from cases import Case, CaseSet
from inputs import Inputs, NoSpace, say
from measure import Measurement
from memory_cap import MemoryCap
from peers.beamport_convert import BeamportConvert
from peers.copy_files import CopyFiles
from peers.tool import Tool
from records import Records

FAILURE = "FAILED: "


@dataclass
class Plan:
    """What was asked for on the command line."""

    work: Path
    sets: CaseSet
    beamport: BeamportConvert
    peers: list[Tool]
    repeats: int
    slow_repeats: int
    cases: list[str] = field(default_factory=list)
    checks: bool = True
    settle_s: float = 1.0
    growth_limit_gb: float = 28
    sparse_slices: int | None = None
    live_mb_s: float = 400
    delete_inputs: bool = False
    drop_everything: bool = True  # the whole page cache, where root runs this
    io_words: list[str] = field(default_factory=list)
    simd_words: list[str] = field(default_factory=list)

    def wants(self, case: Case) -> bool:
        return not self.cases or case.name in self.cases


class Bench:
    """Runs sections and records what they find."""

    def __init__(self, plan: Plan, records: Records) -> None:
        self.plan = plan
        self.records = records
        self.inputs = Inputs(plan.work)
        self.failures: list[str] = []
        self._outputs = plan.work / "outputs"
        self._delete_outputs()

    def _delete_outputs(self) -> None:
        if self._outputs.exists():
            shutil.rmtree(self._outputs)
        self._outputs.mkdir(parents=True)
        page_cache.sync_file_system(self._outputs)

    def _fail(self, what: str, why: str) -> None:
        self.failures.append(f"{what}: {why}")
        say(f"  {FAILURE}{what}: {why}")

    def _skip(self, section: str, case: str, tool: str, why: str) -> None:
        say(f"  skipped: {section}, {case or 'all cases'}, {tool}: {why}")
        self.records.add(section, case, tool, "skipped", why=why)

    def _timed(self, section: str, case: Case, stack: Path, tool: Tool, label: str, command: list[str], output: Path,
               repeat: int = 0, cap: MemoryCap | None = None, **more: object) -> Measurement:
        """One cold run, recorded; the output stays for the caller to look at."""
        time.sleep(self.plan.settle_s)
        dropped = page_cache.drop(stack, self.plan.drop_everything)
        left = page_cache.cached_bytes(stack)
        log = self.plan.work / "last-run.log"
        measure.run_measured(tool.warm_up_command(), log, self._outputs, environment=tool.environment())
        result = measure.run_measured(command, log, self._outputs, cap, tool.environment())
        size, files = measure.tree_size(output) if output.exists() else (0, 0)
        self.records.add(section, case.name, label, "run", repeat=repeat, measurement=result, output_bytes=size, output_files=files,
                         input_bytes=case.input_bytes, input_slices=case.shape[0], dropped_by=dropped, input_cached_bytes=left, **more,
                         **(cap.facts() if cap else {}))
        gigabytes = case.input_bytes / 1e9
        say(f"  {case.name:20} {label:28} {result.wall_s:8.2f} s  {result.cpu_s / gigabytes:6.2f} core-s/GB  "
            f"{result.peak_rss_bytes / 2**20:7.0f} MiB  {size / 1e9:.3f} GB")
        if result.exit_code != 0:
            self._fail(f"{label} on {case.name}", f"exit code {result.exit_code}: {result.message[-300:]}")
        return result

    def _check(self, section: str, case: Case, stack: Path, tool: Tool, label: str, output: Path) -> None:
        """Compares what was written with the TIFF files; Beamport also verifies it itself."""
        own = isinstance(tool, BeamportConvert)
        started = time.monotonic()
        try:
            finding = check.check_image(tool.name, tool.image(output), stack, case, own)
            if own:
                log = self.plan.work / "last-run.log"
                verified = measure.run_measured(tool.verify_command(output), log, self._outputs)
                if verified.exit_code != 0:
                    raise check.WrongVolume(f"beamport verify: {verified.message}")
                finding += ", beamport verify passes"
        except (check.WrongVolume, OSError, KeyError, ValueError) as error:
            finding = f"{FAILURE}{error!r}"
            self._fail(f"{label} on {case.name}", repr(error))
        self.records.add(section, case.name, label, "check", finding=finding)
        say(f"  {case.name:20} {label:28} {finding} ({time.monotonic() - started:.0f} s)")

    def _output(self, tool: Tool) -> Path:
        return self._outputs / ("copy" if not tool.converts else "out.ome.zarr")

    def main(self) -> None:
        """All tools, interleaved."""
        for tool in self.plan.peers:
            why = tool.why_not()
            if why:
                for case in self.plan.sets.main:
                    self._skip("main", case.name, tool.name, why)
        tools = [tool for tool in self.plan.peers if tool.why_not() is None]
        for case in self.plan.sets.main:
            if not self.plan.wants(case) or not tools:
                continue
            try:
                stack = self.inputs.stack(case, output_bytes=round(2.2 * case.input_bytes))
            except NoSpace as error:
                self._skip("main", case.name, "all tools", str(error))
                continue
            broken: set[str] = set()
            for repeat in range(max(self.plan.repeats, self.plan.slow_repeats)):
                for tool in tools:
                    if tool.name in broken or repeat >= (self.plan.slow_repeats if tool.slow else self.plan.repeats):
                        continue
                    output = self._output(tool)
                    result = self._timed("main", case, stack, tool, tool.name, tool.command(case, stack, output), output, repeat,
                                         own_settings=tool.own_settings)
                    if result.exit_code != 0:
                        broken.add(tool.name)
                    elif repeat == 0 and tool.converts and self.plan.checks:
                        self._check("main", case, stack, tool, tool.name, output)
                    self._delete_outputs()
            if self.plan.delete_inputs:
                self.inputs.delete(case)

    def scaling(self) -> None:
        """Beamport alone: threads, I/O back ends, SIMD targets; forced by option, interleaved."""
        beamport = self.plan.beamport
        case = next((case for case in self.plan.sets.main if self.plan.wants(case)), self.plan.sets.main[0])
        stack = self.inputs.stack(case, output_bytes=round(1.2 * case.input_bytes))
        variants = [("--threads", str(count)) for count in self._thread_counts()]
        simd = self.plan.simd_words or (beamport.simd_targets() if beamport.has_option("--simd") else [])
        for option, words in (("--io", self.plan.io_words), ("--simd", simd)):
            if not beamport.has_option(option):
                self._skip("scaling", case.name, f"beamport {option}", f"this beamport has no option {option}")
                continue
            if not words:
                self._skip("scaling", case.name, f"beamport {option}", "no values are known; give them to the benchmark")
            variants += [(option, word) for word in words]
        refused: set[tuple[str, str]] = set()
        for repeat in range(self.plan.repeats):
            for variant in variants:
                if variant in refused:
                    continue
                output = self._output(beamport)
                label = "beamport " + " ".join(variant)
                command = beamport.command(case, stack, output, *variant)
                result = self._timed("scaling", case, stack, beamport, label, command, output, repeat)
                if result.exit_code != 0:
                    refused.add(variant)
                elif repeat == 0 and self.plan.checks:
                    self._check("scaling", case, stack, beamport, label, output)
                self._delete_outputs()

    @staticmethod
    def _thread_counts() -> list[int]:
        cores = len(os.sched_getaffinity(0))
        counts = [1]
        while counts[-1] * 2 <= cores:
            counts.append(counts[-1] * 2)
        return counts

    def growth(self) -> None:
        """Beamport and cp on prefixes of one stack, smallest first; what does not fit on the disk is left out by name."""
        whole = self.plan.sets.growth
        wanted = [count for count in self.plan.sets.growth_slices if count * whole.slice_bytes / 1e9 <= self.plan.growth_limit_gb + 0.5]
        for count in self.plan.sets.growth_slices:
            if count not in wanted:
                part = whole.first_slices(count, f"{whole.name}-{count}")
                self._skip("growth", part.name, "beamport", f"{part.input_bytes / 1e9:.3g} GB is above --growth-limit-gb")
        stack_case = None
        while wanted and stack_case is None:
            candidate = whole.first_slices(wanted[-1], whole.name)
            try:
                self.inputs.stack(candidate, output_bytes=round(1.1 * candidate.input_bytes))
                stack_case = candidate
            except NoSpace as error:
                part = whole.first_slices(wanted.pop(), f"{whole.name}-{candidate.shape[0]}")
                self._skip("growth", part.name, "beamport", str(error))
        tools = [tool for tool in self.plan.peers if isinstance(tool, (BeamportConvert, CopyFiles))]
        for count in wanted:
            part, folder = self.inputs.leading_slices(stack_case, count)
            for tool in tools:
                output = self._output(tool)
                result = self._timed("growth", part, folder, tool, tool.name, tool.command(part, folder, output), output)
                if result.exit_code == 0 and self.plan.checks and tool.converts and count == wanted[0]:
                    self._check("growth", part, folder, tool, tool.name, output)
                self._delete_outputs()
            self.inputs.delete(part)
        if stack_case is not None:
            self.inputs.delete(stack_case)

    def sparse(self) -> None:
        """A nominal size far above memory and disk: does memory stay where it was?"""
        case = self.plan.sets.sparse
        if self.plan.sparse_slices:
            case = case.first_slices(self.plan.sparse_slices, case.name)
        stack = self.inputs.sparse_stack(case)
        beamport = self.plan.beamport
        output = self._output(beamport)
        result = self._timed("sparse", case, stack, beamport, beamport.name, beamport.command(case, stack, output), output)
        if result.exit_code == 0 and self.plan.checks:
            shapes = check.level_shapes(output)
            finding = f"{len(shapes)} levels as expected" if shapes == case.level_shapes else f"{FAILURE}levels {shapes}"
            if finding.startswith(FAILURE):
                self._fail(f"{beamport.name} on {case.name}", finding)
            self.records.add("sparse", case.name, beamport.name, "check", finding=finding)
        self._delete_outputs()
        self.inputs.delete(case)

    def capped(self) -> None:
        """Under the bars' memory limits, each by a control group and by `ulimit -v`."""
        sets = self.plan.sets
        for case, gib, hollow in ((sets.capped_plane, sets.capped_plane_gib, False), (sets.capped_wide, sets.capped_wide_gib, True)):
            if not self.plan.wants(case):
                continue
            try:
                stack = self.inputs.sparse_stack(case) if hollow else self.inputs.stack(case, round(1.2 * case.input_bytes))
            except NoSpace as error:
                self._skip("capped", case.name, "beamport", str(error))
                continue
            limit = round(gib * 2**30)
            caps = {"cgroup": memory_cap.control_group_cap(limit), "ulimit -v": memory_cap.address_space_cap(limit)}
            for kind, cap in caps.items():
                label = f"beamport, {kind} {gib:g} GiB"
                if cap is None:
                    self._skip("capped", case.name, label, f"{kind} cannot be used here")
                    continue
                beamport = self.plan.beamport
                output = self._output(beamport)
                with cap:
                    result = self._timed("capped", case, stack, beamport, label, beamport.command(case, stack, output), output,
                                         cap=cap, cap_bytes=limit)
                if result.exit_code == 0 and self.plan.checks and not hollow:
                    self._check("capped", case, stack, beamport, label, output)
                self._delete_outputs()
            if hollow or (self.plan.delete_inputs and case not in sets.main):
                self.inputs.delete(case)

    def live(self) -> None:
        """Slices land while the conversion runs."""
        case, beamport = self.plan.sets.live, self.plan.beamport
        if not beamport.has_option("--expect"):
            self._skip("live", case.name, beamport.name, "this beamport has no option --expect")
            return
        source = self.inputs.stack(case, output_bytes=round(2.2 * case.input_bytes))
        for repeat in range(self.plan.repeats):
            page_cache.sync_file_system(self._outputs)
            time.sleep(self.plan.settle_s)
            try:
                found = live.measure(beamport, case, source, self._outputs, self.plan.live_mb_s)
            except live.LiveFailed as error:
                self._fail(f"live on {case.name}", str(error))
                self.records.add("live", case.name, beamport.name, "check", finding=f"{FAILURE}{error}")
                self._delete_outputs()
                return
            self.records.add("live", case.name, beamport.name, "run", repeat=repeat, input_bytes=case.input_bytes, **found)
            say(f"  {case.name:20} live: first coarse voxel {found['first_seen_s']} s after the slab (level "
                f"{found['first_seen_level']}), published {found['published_s']} s after the last slice, at {found['landing_mb_s']} MB/s")
            if repeat == 0 and self.plan.checks:
                self._check("live", case, source, beamport, beamport.name, self._outputs / "live.ome.zarr")
            self._delete_outputs()
