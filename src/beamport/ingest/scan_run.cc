// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_run.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/ingest/verify.h"
#include "beamport/os/file.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxDocumentBytes = std::uint64_t{16} << 20;

/// Folders between the data directory and the image, durably: a published image whose folder vanished with the power
/// would be lost.
Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  if (folder.has_parent_path() && folder.parent_path() != folder) BEAMPORT_TRY(make_folder(folder.parent_path()));
  fs::create_directory(folder, error);
  if (error) return os::system_error(error.value(), "create", folder);
  return os::sync_directory(folder.parent_path());
}

Result<void> verify_partial(const fs::path& partial, const ScanRunSettings& settings, const std::stop_token& stop) {
  BEAMPORT_ASSIGN(const VerifyReport report,
                  verify(
                      {.image = partial, .depth = VerifyDepth::kQuick, .workers = settings.workers},
                      [](std::int64_t, std::int64_t) {}, stop));
  if (report.sound()) return {};
  return fail(ErrorCode::kCorrupt, fmt::format("what was written does not read back as it should: {}; it is done again",
                                               report.problems.front()));
}

ConvertRequest convert_request_of(const ScanRunRequest& request, const ScanRunSettings& settings) {
  ConvertRequest convert;
  convert.stack = request.source.string();
  convert.output = request.output;
  convert.generation = request.generation;
  convert.voxel_size_um = request.voxel_size_um;
  convert.profile = request.profile;
  convert.type_change = request.type_change;
  convert.gaps = request.gaps;
  convert.landing = request.landing;
  convert.resume = true;
  convert.overwrite = true;  // an older generation, by one exchange of names
  convert.workers = settings.workers;
  convert.readers = settings.readers;
  convert.memory_bytes = settings.memory_bytes;
  convert.software = settings.software;
  return convert;
}

}  // namespace

Result<ScanRunOutcome> run_scan(const ScanRunRequest& request, const ScanRunSettings& settings,
                                const ScanRunCalls& calls, const std::stop_token& stop) {
  ScanRunOutcome outcome;
  if (published_generation(request.output) == request.generation) {
    BEAMPORT_TRY(calls.enter(ScanState::kConverting));
    BEAMPORT_TRY(calls.enter(ScanState::kVerifying));
    BEAMPORT_TRY(calls.begin_publishing());
    return outcome;
  }
  if (!request.landing) {
    BEAMPORT_TRY(calls.enter(ScanState::kSettling));
    BEAMPORT_ASSIGN(const SourceLook look,
                    wait_until_settled(request.source, request.slice_pattern, request.settle, request.patience, stop));
    outcome.content = look.content;
  }
  BEAMPORT_TRY(calls.enter(ScanState::kConverting));
  BEAMPORT_TRY(make_folder(request.output.parent_path()));
  // A failure that the observer reports ends the conversion like a stop request.
  std::stop_source halt;
  const std::stop_callback forward(stop, [&] { halt.request_stop(); });
  Result<void> told;
  ConvertRequest convert_request = convert_request_of(request, settings);
  convert_request.before_publish = [&](const fs::path& partial) -> Result<void> {
    BEAMPORT_TRY(calls.enter(ScanState::kVerifying));
    BEAMPORT_TRY(verify_partial(partial, settings, stop));
    BEAMPORT_ASSIGN(const SourceLook look, look_at_source(request.source, request.slice_pattern));
    if (!request.landing && look.content != outcome.content) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{} changed while it was converted; it is done again", request.source.string()));
    }
    outcome.content = look.content;
    return calls.begin_publishing();
  };
  auto summary = convert(
      convert_request,
      [&](const ConvertProgress& progress) {
        if (told) told = calls.progress(progress);
        if (!told) halt.request_stop();
      },
      halt.get_token());
  BEAMPORT_TRY(std::move(told));
  if (!summary) return fail(std::move(summary).error());
  outcome.summary = *std::move(summary);
  return outcome;
}

bool is_worth_retrying(const Error& error) noexcept {
  switch (error.code) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:
    case ErrorCode::kNoSpace:
    case ErrorCode::kResourceExhausted:
    case ErrorCode::kIo:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kPermissionDenied:
      return true;
    default:
      return false;
  }
}

std::optional<std::string> published_generation(const fs::path& image) {
  const auto text = os::read_file(image / "zarr.json", kMaxDocumentBytes);
  if (!text) return std::nullopt;
  const auto document = parse_json(as_text(*text));
  if (!document) return std::nullopt;
  boost::json::error_code error;
  const Json* generation = document->find_pointer("/attributes/beamport/generation", error);
  if (error || generation == nullptr || !generation->is_string()) return std::nullopt;
  return std::string(generation->get_string());
}

}  // namespace beamport::ingest
