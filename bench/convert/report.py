# SPDX-License-Identifier: Apache-2.0
"""Records to Markdown. Medians with the range of all runs; ratios are ratios of medians of runs that were interleaved."""

import math
import statistics
from collections.abc import Iterable

from records import SESSION, Record

GIB = 2**30
BEAMPORT, COPY = "beamport", "cp -r"
_DAGGER = " †"


def _table(header: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def _spread(values: list[float], digits: int = 2) -> str:
    middle = f"{statistics.median(values):.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def _ordered(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


class Section:
    """The records of one section, asked by case and tool."""

    def __init__(self, records: list[Record], name: str) -> None:
        self.name = name
        self.records = [record for record in records if record["section"] == name]
        self.cases = _ordered(record["case"] for record in self.records if record["kind"] == "run")

    def tools(self, case: str) -> list[str]:
        return _ordered(record["tool"] for record in self._runs() if record["case"] == case)

    def _runs(self) -> list[Record]:
        return [record for record in self.records if record["kind"] == "run"]

    def runs(self, case: str, tool: str, session: str | None = None) -> list[Record]:
        return [record for record in self._runs() if record["case"] == case and record["tool"] == tool and record["exit_code"] == 0
                and session in (None, record["session"])]

    def failed(self, case: str, tool: str) -> bool:
        return any(record["exit_code"] != 0 for record in self._runs() if record["case"] == case and record["tool"] == tool)

    def finding(self, case: str, tool: str) -> str:
        found = [record["finding"] for record in self.records
                 if record["kind"] == "check" and record["case"] == case and record["tool"] == tool]
        return found[-1] if found else "not checked"

    def wall(self, case: str, tool: str, session: str | None = None) -> float | None:
        runs = self.runs(case, tool, session)
        return statistics.median(run["wall_s"] for run in runs) if runs else None

    def ratio(self, case: str, tool: str, reference: str) -> tuple[float, bool] | None:
        """tool : reference, and whether they ran in one session (else the interleaving is lost, and the tables say so)."""
        runs = self.runs(case, tool)
        if not runs:
            return None
        session = runs[-1]["session"]
        same = self.wall(case, reference, session)
        other = same if same is not None else self.wall(case, reference)
        mine = self.wall(case, tool, session) if same is not None else self.wall(case, tool)
        return (mine / other, same is not None) if other and mine else None

    def size_of(self, case: str) -> int:
        return next(record["input_bytes"] for record in self._runs() if record["case"] == case)

    def skipped(self) -> list[str]:
        measured = {(record["case"], record["tool"]) for record in self._runs()}
        return [f"Left out: {record['case']}, {record['tool']}: {record['why']}." for record in self.records
                if record["kind"] == "skipped" and (record["case"], record["tool"]) not in measured]


def _ratio_text(value: tuple[float, bool] | None) -> str:
    return "-" if value is None else f"{value[0]:.2f}" + ("" if value[1] else _DAGGER)


def _cost_cells(section: Section, case: str, tool: str) -> list[str]:
    runs = section.runs(case, tool)
    gigabytes = section.size_of(case) / 1e9
    wall = [run["wall_s"] for run in runs]
    return [
        _spread(wall), f"{gigabytes / statistics.median(wall):.2f}",
        _spread([(run["user_s"] + run["system_s"]) / gigabytes for run in runs]),
        _spread([run["machine_busy_s"] / gigabytes for run in runs]),
        _spread([run["peak_rss_bytes"] / GIB for run in runs]),
    ]


_COST = ["wall, s", "GB/s", "core-s per GB", "machine core-s per GB", "peak memory, GiB"]


def _main(records: list[Record]) -> list[str]:
    section = Section(records, "main")
    lines = []
    for case in section.cases:
        lines += [f"### {case} ({section.size_of(case) / 1e9:.2f} GB)", ""]
        rows = []
        for tool in section.tools(case):
            runs = section.runs(case, tool)
            if not runs:
                rows.append([tool, "0", "failed", *["-"] * 8])
                continue
            written = statistics.median(run["output_bytes"] for run in runs)
            rows.append([
                tool, str(len(runs)), *_cost_cells(section, case, tool), f"{written / 1e9:.3f}",
                str(runs[-1]["output_files"]), _ratio_text(section.ratio(case, tool, COPY)),
                _ratio_text(section.ratio(case, tool, BEAMPORT)),
            ])
        lines += _table(["tool", "runs", *_COST, "output, GB", "files", "× cp", "× beamport"], rows)
        checks = [f"- {tool}: {section.finding(case, tool)}{_own_settings(section, case, tool)}"
                  for tool in section.tools(case) if tool != COPY]
        lines += ["Checked once:", "", *checks, ""]
    return lines + _notes(section)


def _own_settings(section: Section, case: str, tool: str) -> str:
    runs = section.runs(case, tool)
    return f". Its own settings: {runs[-1]['own_settings']}" if runs and runs[-1].get("own_settings") else ""


def _notes(section: Section) -> list[str]:
    skipped = section.skipped()
    return [*[f"- {line}" for line in skipped], ""] if skipped else []


def _plain(records: list[Record], name: str) -> list[str]:
    """Sections in which Beamport alone is measured under varied conditions."""
    section = Section(records, name)
    rows = []
    for case in section.cases:
        for tool in section.tools(case):
            count = len(section.runs(case, tool))
            cells = _cost_cells(section, case, tool) if count else ["failed", *["-"] * 4]
            rows.append([case, tool, str(count), *cells, section.finding(case, tool)])
    lines = _table(["case", "what", "runs", *_COST, "checked"], rows) if rows else []
    return lines + _notes(section)


def _capped(records: list[Record]) -> list[str]:
    lines = _plain(records, "capped")
    seen = [record for record in records if record["section"] == "capped" and "cgroup_peak_bytes" in record]
    return lines + [f"- {run['case']}: the control group's own peak, page cache included, was {run['cgroup_peak_bytes'] / GIB:.2f} GiB "
                    f"of {run['cap_bytes'] / GIB:.0f}." for run in seen] + ([""] if seen else [])


def growth_exponent(points: list[tuple[float, float]]) -> float | None:
    """The slope of log time over log bytes: 1 means linear."""
    if len(points) < 2:
        return None
    logs = [(math.log(size), math.log(wall)) for size, wall in points]
    return statistics.linear_regression([x for x, _ in logs], [y for _, y in logs]).slope


def growth_points(section: Section, tool: str) -> list[tuple[float, float]]:
    return sorted((float(section.size_of(case)), section.wall(case, tool)) for case in section.cases if section.runs(case, tool))


def _growth(records: list[Record]) -> list[str]:
    section = Section(records, "growth")
    rows = []
    for case in sorted(section.cases, key=section.size_of):
        cells = [f"{section.size_of(case) / 1e9:.2f}"]
        for tool in (BEAMPORT, COPY):
            wall = section.wall(case, tool)
            cells += ["-", "-"] if wall is None else [f"{wall:.2f}", f"{section.size_of(case) / 1e9 / wall:.2f}"]
        memory = [run["peak_rss_bytes"] / GIB for run in section.runs(case, BEAMPORT)]
        rows.append([*cells, _spread(memory) if memory else "-"])
    lines = _table(["GB", "beamport, s", "GB/s", "cp -r, s", "GB/s", "beamport, peak GiB"], rows) if rows else []
    for tool in (BEAMPORT, COPY):
        exponent = growth_exponent(growth_points(section, tool))
        if exponent is not None:
            lines.append(f"- {tool}: time grows with bytes to the power {exponent:.3f}.")
    return [*lines, "", *_notes(section)] if lines else _notes(section)


def _sparse(records: list[Record]) -> list[str]:
    lines = _plain(records, "sparse")
    for run in records:
        if run["section"] == "sparse" and run["kind"] == "run" and run["quarter_rss_bytes"]:
            quarters = ", ".join(f"{peak / GIB:.2f}" for peak in run["quarter_rss_bytes"])
            lines.append(f"- {run['case']}: peak GiB in the four quarters of the run: {quarters}.")
    return [*lines, ""] if lines else []


def _live(records: list[Record]) -> list[str]:
    section = Section(records, "live")
    rows = []
    for case in section.cases:
        runs = section.runs(case, BEAMPORT)
        seen = [run["first_seen_s"] for run in runs if run["first_seen_s"] is not None]
        rows.append([
            case, str(len(runs)), f"{statistics.median(run['landing_mb_s'] for run in runs):.0f}",
            _spread(seen) if len(seen) == len(runs) else f"seen in {len(seen)} of {len(runs)}",
            "/".join(_ordered(str(run["first_seen_level"]) for run in runs)), _spread([run["published_s"] for run in runs], 3),
            section.finding(case, BEAMPORT),
        ])
    header = ["case", "runs", "landing, MB/s", "64th slice landed → coarse voxel read, s", "level",
              "last slice landed → published, s", "checked"]
    return (_table(header, rows) if rows else []) + _notes(section)


def bars(records: list[Record]) -> list[list[str]]:
    """[bar, wanted, measured, met] for every bar that there are figures for."""
    main, live, growth = Section(records, "main"), Section(records, "live"), Section(records, "growth")
    rows: list[list[str]] = []

    def bar(name: str, wanted: str, value: float | None, met: bool, digits: int = 2) -> None:
        if value is not None:
            rows.append([name, wanted, f"{value:.{digits}f}", "yes" if met else "**no**"])

    for case in main.cases:
        ratio = main.ratio(case, BEAMPORT, COPY)
        if ratio:
            bar(f"{case}: wall, × cp -r + sync", "≤ 1.00", ratio[0], ratio[0] <= 1.0)
        streams = [main.ratio(case, tool, BEAMPORT) for tool in main.tools(case) if tool.startswith(("acquire", "TensorStore", "zarrs"))]
        factors = [ratio[0] for ratio in streams if ratio]
        if factors:
            bar(f"{case}: fastest of acquire-zarr, TensorStore, zarrs_tools, × beamport", "≥ 3", min(factors), min(factors) >= 3)
        limits = [main.ratio(case, tool, "disk alone") for tool in main.tools(case) if tool.startswith(("acquire", "TensorStore", "zarrs"))]
        if limit := min((ratio[0] for ratio in limits if ratio), default=None):
            rows.append([f"{case}: the same fastest, × disk alone: what the disk allows", "-", f"{limit:.2f}", "-"])
        slow = main.ratio(case, "webknossos convert", BEAMPORT)
        if slow:
            bar(f"{case}: webknossos convert, × beamport", "≥ 10", slow[0], slow[0] >= 10)
        runs = main.runs(case, BEAMPORT)
        if runs and case.startswith("float32"):
            cost = statistics.median((run["user_s"] + run["system_s"]) / run["input_bytes"] * 1e9 for run in runs)
            bar(f"{case}: core-seconds per input GB", "≤ 0.8", cost, cost <= 0.8)
    for run in (record for record in records if record["section"] == "capped" and record["kind"] == "run"):
        peak, limit = run["peak_rss_bytes"] / GIB, run["cap_bytes"] / GIB
        bar(f"{run['case']}, {run['tool']}: peak GiB", f"≤ {limit:g}, ends well", peak, run["exit_code"] == 0 and peak <= limit)
    for case in live.cases:
        runs = live.runs(case, BEAMPORT)
        seen = [run["first_seen_s"] for run in runs if run["first_seen_s"] is not None]
        name = f"{case}: slab landed → coarse voxel read by another process, s"
        if runs and len(seen) < len(runs):
            rows.append([name, "≤ 2", f"seen in {len(seen)} of {len(runs)}", "**no**"])
        elif seen:
            bar(name, "≤ 2", statistics.median(seen), statistics.median(seen) <= 2)
        if runs:
            last = statistics.median(run["published_s"] for run in runs)
            bar(f"{case}: last slice landed → published, s", "≤ 1", last, last <= 1, 3)
    bar("growth: exponent of time over bytes", "1 (linear)", exponent := growth_exponent(growth_points(growth, BEAMPORT)),
        exponent is not None and exponent <= 1.05, 3)
    return rows


def _sessions(records: list[Record]) -> list[str]:
    lines = []
    used = _ordered(record["session"] for record in records if record["section"] != SESSION)
    for session in used:
        facts = next((record for record in records if record["session"] == session and record["kind"] == "machine"), None)
        if facts is None:
            continue
        parts = _ordered(record["section"] for record in records if record["session"] == session and record["section"] != SESSION)
        lines += [
            f"**Session {session}** ({', '.join(parts)}): {facts['date']}, commit {facts['commit']}, load before "
            f"{facts['load_before']}.", "",
            f"- {facts['cpu']}, {facts['cores']} cores, {facts['memory_gib']} GiB, Linux {facts['kernel']}, {facts['file_system']}",
        ]
        for what in ("write", "read"):
            if f"disk_{what}_mb_s" in facts:
                middle, low, high = facts[f"disk_{what}_mb_s"]
                lines.append(f"- O_DIRECT {what}, 4 MiB, one thread: {middle} MB/s ({low}-{high})")
        if "disk" in facts:
            lines.append(f"- {facts['disk']}")
        versions = _ordered(record["version"] for record in records if record["session"] == session and record["kind"] == "version")
        lines += [f"- {', '.join(versions)}, Python {facts['python']}", f"- called with `{facts['arguments']}`", ""]
    return lines


_SECTIONS = [
    ("main", "Tools side by side", _main),
    ("live", "Slices land while it converts", _live),
    ("capped", "Under a memory cap", _capped),
    ("growth", "Growth", _growth),
    ("sparse", "A nominal size far above memory", _sparse),
    ("scaling", "Threads, I/O back ends, SIMD targets", lambda records: _plain(records, "scaling")),
]


def render(records: list[Record]) -> str:
    lines = ["# Conversion measured", "",
             "Made by `bench/convert/run`; how to read it is in [README.md](README.md). Medians, with the range of all runs in brackets.",
             "The raw figures are in `results/`.", ""]
    found = bars(records)
    if found:
        lines += ["## Bars", "", *_table(["bar", "wanted", "measured", "met"], found)]
    for name, title, make in _SECTIONS:
        body = make(records)
        if any(line for line in body):
            lines += [f"## {title}", "", *body]
    if any(_DAGGER in line for line in lines):
        lines += ["† Not measured in the same session as what it is compared with.", ""]
    lines += ["## Where and when", "", *_sessions(records)]
    return "\n".join(lines).rstrip() + "\n"
