# SPDX-License-Identifier: Apache-2.0
"""The command line: chooses cases, tools and sections, runs them, prints Markdown or JSON lines, keeps results."""

import argparse
import datetime
import json
import signal
import sys
from pathlib import Path

import machine
import report
from cases import SETS
from inputs import say
from peers.acquire_zarr_stream import AcquireZarrStream
from peers.beamport_convert import BeamportConvert
from peers.copy_files import CopyFiles
from peers.disk_alone import DiskAlone
from peers.tensorstore_slabs import TensorStoreSlabs, TensorStoreSlabsUnsynced
from peers.tool import Tool
from peers.webknossos_convert import WebknossosConvert, WebknossosConvertShards
from peers.zarrs_pipe import ZarrsPipe
from records import SESSION, Records, load, merge, save
from sections import Bench, Plan

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SECTIONS = ("main", "live", "capped", "growth", "sparse", "scaling")
TOOLS = {
    "cp": CopyFiles, "disk": DiskAlone, "beamport": BeamportConvert, "acquire": AcquireZarrStream,
    "tensorstore": TensorStoreSlabs, "tensorstore-nosync": TensorStoreSlabsUnsynced, "zarrs": ZarrsPipe, "webknossos": WebknossosConvert,
    "webknossos-shards": WebknossosConvertShards,
}


def words(allowed: tuple[str, ...] | None = None):
    def split(text: str) -> list[str]:
        found = [word for word in text.split(",") if word]
        unknown = [word for word in found if allowed is not None and word not in allowed]
        if unknown:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose from {', '.join(allowed or ())}")
        return found

    return split


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/convert/run", description="Conversion against cp and other converters.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache/bench-data", help="inputs and outputs; its disk is measured")
    parser.add_argument("--only", type=words(SECTIONS), default=list(SECTIONS), help=f"sections: {','.join(SECTIONS)}")
    parser.add_argument("--cases", type=words(), default=[], help="names of cases, for example float32-1024,uint16-2048")
    parser.add_argument("--tools", type=words(tuple(TOOLS)), default=list(TOOLS)[:-1],
                        help=f"tools: {','.join(TOOLS)}; all but the last if not given")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--slow-repeats", type=int, default=1, help="of webknossos convert, which takes minutes")
    parser.add_argument("--beamport", type=Path, default=ROOT / "build/release/apps/beamport", help="use this program, build nothing")
    parser.add_argument("--beamport-args", default="", help="more arguments of `beamport convert`, for example '--memory 3GiB'")
    parser.add_argument("--size", choices=tuple(SETS), default="full", help="which set of volumes")
    parser.add_argument("--tiny", action="store_true", help="everything once on tiny volumes, with what is installed: tests this program")
    parser.add_argument("--growth-limit-gb", type=float, default=28)
    parser.add_argument("--sparse-slices", type=int, help="fewer than 256 slices of 16384² (1.07 GB each)")
    parser.add_argument("--live-mb-s", type=float, default=400)
    parser.add_argument("--io", type=words(), default=["buffered", "direct"], help="I/O back ends that `scaling` forces")
    parser.add_argument("--simd", type=words(), default=[], help="SIMD targets that `scaling` forces; all if not given")
    parser.add_argument("--no-check", action="store_true", help="do not compare results with the TIFF files")
    parser.add_argument("--delete-inputs", action="store_true", help="delete each stack after its last use, for small disks")
    parser.add_argument("--settle", type=float, default=1.0, help="seconds of rest before each run")
    parser.add_argument("--json", action="store_true", help="print the raw figures as JSON lines instead of Markdown")
    parser.add_argument("--results", action="store_true", help="merge the figures into results/ and write RESULTS.md")
    parser.add_argument("--results-folder", type=Path, default=HERE, help="where RESULTS.md and results/ are")
    parser.add_argument("--render", action="store_true", help="only write RESULTS.md anew from results/")
    given = parser.parse_args(arguments)
    if given.tiny:
        given.size, given.repeats, given.slow_repeats, given.settle = "tiny", 1, 1, 0.0
    return given


def make_tools(given: argparse.Namespace) -> tuple[BeamportConvert, list[Tool]]:
    beamport = BeamportConvert(given.beamport.resolve(), tuple(given.beamport_args.split()))
    return beamport, [beamport if name == "beamport" else TOOLS[name]() for name in given.tools]


def record_session(records: Records, given: argparse.Namespace, tools: list[Tool], arguments: list[str]) -> None:
    facts = machine.facts(given.work, given.beamport.resolve())
    facts |= machine.disk_rates(given.work, 64 << 20 if given.size == "tiny" else 1 << 30, 1 if given.size == "tiny" else 3)
    # Results are kept with the project: where its folders lie on this machine is nobody's business.
    without_folders = [Path(argument).name if argument.startswith("/") else argument for argument in arguments]
    records.add(SESSION, "", "", "machine", arguments=" ".join(["bench/convert/run", *without_folders]), **facts)
    for tool in tools:
        if tool.why_not() is None:
            records.add(SESSION, "", tool.name, "version", version=tool.version())


def write_results(folder: Path, new: list[dict]) -> None:
    merged = merge(load(folder / "results"), new)
    save(folder / "results", merged)
    (folder / "RESULTS.md").write_text(report.render(merged))
    say(f"{folder.name}/RESULTS.md is written")


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended too
    given = parse(arguments)
    if given.render:
        write_results(given.results_folder, [])
        return 0
    given.work.mkdir(parents=True, exist_ok=True)
    beamport, tools = make_tools(given)
    missing = beamport.why_not()
    if missing:
        say(f"{missing}: tools/build_release builds it, --beamport names another one")
        return 2
    session = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    records = Records(session, given.work / f"session-{session}.jsonl")
    record_session(records, given, tools, arguments)
    plan = Plan(
        work=given.work.resolve(), sets=SETS[given.size], beamport=beamport, peers=tools, repeats=given.repeats,
        slow_repeats=given.slow_repeats, cases=given.cases, checks=not given.no_check, settle_s=given.settle,
        growth_limit_gb=given.growth_limit_gb, sparse_slices=given.sparse_slices, live_mb_s=given.live_mb_s,
        delete_inputs=given.delete_inputs, drop_everything=given.size != "tiny", io_words=given.io, simd_words=given.simd,
    )
    bench = Bench(plan, records)
    for section in SECTIONS:
        if section in given.only:
            say(section)
            getattr(bench, section)()
    if given.results:
        write_results(given.results_folder, records.all)
    if given.json:
        print("\n".join(json.dumps(record) for record in records.all))
    else:
        print(report.render(records.all))
    for failure in bench.failures:
        say(f"failed: {failure}")
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
