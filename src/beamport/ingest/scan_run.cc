// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_run.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/base/log.h"
#include "beamport/ingest/first_number.h"
#include "beamport/ingest/staged_directory.h"
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
  convert.stack = request.landing ? request.source.string() : stack_of(request.source, request.slice_pattern);
  convert.output = request.output;
  convert.generation = request.generation;
  convert.voxel_size_um = request.voxel_size_um;
  convert.profile = request.profile;
  convert.type_change = request.type_change;
  convert.gaps = request.gaps;
  convert.landing = request.landing;
  if (convert.landing) convert.landing->pattern = request.slice_pattern;
  convert.resume = true;
  convert.overwrite = true;  // an older generation, by one exchange of names
  convert.workers = settings.workers;
  convert.readers = settings.readers;
  convert.memory_bytes = settings.memory_bytes;
  convert.software = settings.software;
  return convert;
}

class ScanRun {
 public:
  ScanRun(const ScanRunRequest& request, const ScanRunSettings& settings, const ScanRunCalls& calls,
          const std::stop_token& stop)
      : request_(request), settings_(settings), calls_(calls), stop_(stop) {}

  [[nodiscard]] Result<ScanRunOutcome> run() {
    if (published_generation(request_.output) == request_.generation) {
      BEAMPORT_TRY(StagedDirectory::confirm(request_.output));
      BEAMPORT_TRY(calls_.enter(ScanState::kConverting));
      BEAMPORT_TRY(calls_.enter(ScanState::kVerifying));
      BEAMPORT_TRY(calls_.begin_publishing({}));
      return outcome_;
    }
    ConvertRequest convert_request = convert_request_of(request_, settings_);
    convert_request.before_publish = [this](const fs::path& partial) { return before_publish(partial); };
    BEAMPORT_ASSIGN(FirstNumber first, settle(convert_request));
    BEAMPORT_TRY(calls_.enter(ScanState::kConverting));
    BEAMPORT_TRY(make_folder(request_.output.parent_path()));
    auto summary = convert_once(convert_request);
    if (!summary && summary.error().code == ErrorCode::kOutOfRange &&
        first.sureness == FirstNumber::Sureness::kLikely) {
      log::info("{}: the first slice is not number {} after all; converting begins anew", request_.source.string(),
                first.number.value_or(0));
      BEAMPORT_TRY(learn_first_number(convert_request));
      summary = convert_once(convert_request);
    }
    if (!summary) return fail(std::move(summary).error());
    outcome_.summary = *std::move(summary);
    return outcome_;
  }

 private:
  /// Until there is something to convert; and what was learned about it, if it had to be.
  [[nodiscard]] Result<FirstNumber> settle(ConvertRequest& convert_request) {
    if (request_.landing && request_.landing->first_number) return FirstNumber{};
    BEAMPORT_TRY(calls_.enter(ScanState::kSettling));
    if (request_.landing) return learn_first_number(convert_request);
    BEAMPORT_ASSIGN(const SourceLook look, wait_until_settled(request_.source, request_.slice_pattern, request_.settle,
                                                              request_.patience, stop_));
    outcome_.content = look.content;
    return FirstNumber{};
  }

  [[nodiscard]] Result<FirstNumber> learn_first_number(ConvertRequest& convert_request) const {
    Landing& landing = *convert_request.landing;
    BEAMPORT_ASSIGN(const FirstNumber first, await_first_number(request_.source, request_.slice_pattern, landing.slices,
                                                                landing.patience, stop_));
    landing.first_number = first.number;
    return first;
  }

  [[nodiscard]] Result<ConvertSummary> convert_once(const ConvertRequest& convert_request) {
    // A failure that the observer reports ends the conversion like a stop request.
    std::stop_source halt;
    const std::stop_callback forward(stop_, [&] { halt.request_stop(); });
    Result<void> told;
    auto summary = convert(
        convert_request,
        [&](const ConvertProgress& progress) {
          if (told) told = calls_.progress(progress);
          if (!told) halt.request_stop();
        },
        halt.get_token());
    BEAMPORT_TRY(std::move(told));
    return summary;
  }

  [[nodiscard]] Result<void> before_publish(const fs::path& partial) {
    BEAMPORT_TRY(calls_.enter(ScanState::kVerifying));
    BEAMPORT_TRY(verify_partial(partial, settings_, stop_));
    BEAMPORT_ASSIGN(const SourceLook look, look_at_source(request_.source, request_.slice_pattern));
    if (!request_.landing && look.content != outcome_.content) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{} changed while it was converted; it is done again", request_.source.string()));
    }
    outcome_.content = look.content;
    return calls_.begin_publishing(look.content);
  }

  const ScanRunRequest& request_;
  const ScanRunSettings& settings_;
  const ScanRunCalls& calls_;
  const std::stop_token& stop_;
  ScanRunOutcome outcome_;
};

}  // namespace

Result<ScanRunOutcome> run_scan(const ScanRunRequest& request, const ScanRunSettings& settings,
                                const ScanRunCalls& calls, const std::stop_token& stop) {
  return ScanRun(request, settings, calls, stop).run();
}

bool is_worth_retrying(const Error& error, const fs::path& source, const fs::path& root) {
  switch (error.code) {
    case ErrorCode::kNotFound: {
      std::error_code ignored;  // what cannot be looked at is away
      const bool root_is_there = fs::is_directory(root, ignored) && !fs::is_empty(root, ignored) && !ignored;
      return !root_is_there || fs::exists(source, ignored);
    }
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
