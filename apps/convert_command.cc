// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "console.h"
#include "progress_report.h"
#include "quantity.h"
#include <fmt/format.h>

#include "beamport/array/simd_target.h"
#include "beamport/ingest/convert.h"
#include "beamport/os/stop_signals.h"

namespace beamport::app {
namespace {

Result<ingest::ConvertRequest> request_of(const ConvertOptions& options) {
  ingest::ConvertRequest request;
  request.stack = options.stack;
  request.output = options.output;
  if (!options.voxel_size.empty()) {
    BEAMPORT_ASSIGN(request.voxel_size_um, parse_voxel_size_um(options.voxel_size));
  }
  const auto profile = zarr::parse_profile_name(options.profile);
  if (!profile)
    return fail(ErrorCode::kInvalidArgument, fmt::format("--profile '{}': choose live, small or raw", options.profile));
  request.profile = *profile;
  if (options.data_type != "keep") {
    const auto type = parse_data_type(options.data_type);
    if (!type)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("--dtype '{}': choose keep, uint16 or uint8", options.data_type));
    request.type_change = ingest::TypeChange{*type, std::nullopt};
    if (options.window != "percentile") {
      BEAMPORT_ASSIGN(request.type_change->window, parse_window(options.window));
    }
  } else if (options.window != "percentile") {
    return fail(ErrorCode::kInvalidArgument,
                "--window needs --dtype uint16 or uint8: it says which values become black and white");
  }
  if (options.gaps != "refuse" && options.gaps != "close") {
    return fail(ErrorCode::kInvalidArgument, fmt::format("--gaps '{}': choose refuse or close", options.gaps));
  }
  request.gaps = options.gaps == "close" ? image::GapPolicy::kClose : image::GapPolicy::kRefuse;
  if (options.expect > 0) {
    request.landing = ingest::Landing{options.expect, std::nullopt};
    if (options.first >= 0) request.landing->first_number = options.first;
  } else if (options.first >= 0) {
    return fail(ErrorCode::kInvalidArgument, "--first needs --expect: how many slices there will be");
  }
  const auto io = os::parse_io_mode(options.io);
  if (!io)
    return fail(ErrorCode::kInvalidArgument, fmt::format("--io '{}': choose auto, buffered or direct", options.io));
  request.io = *io;
  request.labels = options.labels;
  request.overwrite = options.overwrite;
  request.resume = options.resume;
  if (!options.shard.empty()) {
    BEAMPORT_ASSIGN(request.tuning.shard, parse_extent(options.shard).map_error(in_context("--shard")));
  }
  if (!options.held_memory.empty()) {
    BEAMPORT_ASSIGN(request.tuning.held_bytes, parse_bytes(options.held_memory).map_error(in_context("--held-memory")));
  }
  request.workers = thread_count(options.threads);
  BEAMPORT_ASSIGN(request.memory_bytes, parse_bytes(options.memory).map_error(in_context("--memory")));
  request.software = fmt::format("beamport {}", kVersion);
  return request;
}

void print_json(const ConvertOptions& options, const ingest::ConvertSummary& summary, double seconds) {
  const auto [z, y, x] = summary.extent.as_array();
  const Json result{{"event", "converted"},
                    {"output", options.output},
                    {"shape", {z, y, x}},
                    {"source_type", name_of(summary.source_type)},
                    {"data_type", name_of(summary.stored_type)},
                    {"levels", summary.level_count},
                    {"voxel_size_um", {summary.voxel_size_um[0], summary.voxel_size_um[1], summary.voxel_size_um[2]}},
                    {"voxel_size_known", summary.voxel_size_known},
                    {"source_bytes", summary.source_bytes},
                    {"stored_bytes", summary.stored_bytes},
                    {"seconds", seconds},
                    {"passes", summary.passes},
                    {"kept_shards", summary.kept_shards},
                    {"kept_bytes", summary.kept_bytes},
                    {"notes", JsonArray(summary.notes.begin(), summary.notes.end())}};
  print_out("{}\n", write_json(result));
}

void print_text(const ConvertOptions& options, const ingest::ConvertSummary& summary, double seconds) {
  const auto source = static_cast<double>(summary.source_bytes);
  for (const std::string& note : summary.notes) print_aside("note: {}\n", note);
  if (summary.kept_shards > 0) {
    print_aside("note: {} shards ({}) were there already and stayed\n", summary.kept_shards,
                format_bytes(static_cast<double>(summary.kept_bytes)));
  }
  if (!summary.voxel_size_known) {
    print_aside("note: the voxel size is not known; give it with --voxel-size, or lengths will be in voxels\n");
  }
  print_out("{}: {} {}, {} levels, {} → {} in {:.1f} s ({}/s)\n", options.output, summary.extent,
            name_of(summary.stored_type), summary.level_count, format_bytes(source),
            format_bytes(static_cast<double>(summary.stored_bytes)), seconds, format_bytes(source / seconds));
}

}  // namespace

Result<void> run_convert(const ConvertOptions& options) {
  BEAMPORT_ASSIGN(const ingest::ConvertRequest request, request_of(options));
  if (options.simd != "best") BEAMPORT_TRY(limit_simd_target(options.simd).map_error(in_context("--simd")));
  const os::StopSignals signals;
  ProgressReport progress(ProgressReport::style_for(options.json), "converting");
  const auto observer = [&](const ingest::ConvertProgress& p) { progress.update(p.bytes_done, p.bytes_total, "B"); };
  const auto summary = ingest::convert(request, observer, signals.token());
  progress.finish();
  if (!summary && request.resume) {
    print_aside("note: what is done stays in {}.partial; the same command goes on from there\n", options.output);
  }
  if (!summary) return fail(summary.error());
  if (options.json) {
    print_json(options, *summary, progress.elapsed_seconds());
  } else {
    print_text(options, *summary, progress.elapsed_seconds());
  }
  return {};
}

}  // namespace beamport::app
