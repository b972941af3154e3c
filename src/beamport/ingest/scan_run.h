// SPDX-License-Identifier: Apache-2.0
#pragma once

// One scan from its slices to a published image. May be run again after any interruption: it goes on from what is on
// disk, and finds out by the image's own record that a former run has published it already.
//
//   settle ─▶ convert (while slices land, if their number is known) ─▶ verify ─▶ publish
//
// Where only the number of slices is known and not which is the first, settling waits until that can be told
// (first_number.h).
//
// The caller is told of every state before it is acted on, so that it can be journalled first.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "beamport/base/result.h"
#include "beamport/ingest/convert.h"
#include "beamport/ingest/scan_state.h"
#include "beamport/ingest/settled_source.h"

namespace beamport::ingest {

struct ScanRunRequest {
  std::string generation;  // 24 hex digits, recorded in the image
  std::filesystem::path source;
  std::filesystem::path output;    // absolute; its folder is made
  std::optional<Landing> landing;  // nothing: convert what is there once it has settled. Its pattern does not count
  std::string slice_pattern = "*";
  zarr::ProfileName profile = zarr::ProfileName::kLive;
  std::optional<TypeChange> type_change;
  std::optional<std::array<double, 3>> voxel_size_um;
  image::GapPolicy gaps = image::GapPolicy::kRefuse;
  std::chrono::milliseconds settle{1'000};      // without `landing`: the source must not have changed for so long
  std::chrono::milliseconds patience{600'000};  // and come to rest within this
};

/// What all runs share.
struct ScanRunSettings {
  int workers = 2;
  int readers = 4;
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  std::string software;
};

/// What the run tells and asks. Called from the running thread.
struct ScanRunCalls {
  std::function<Result<void>(ScanState)> enter;  // settling, converting, verifying: returns when it is journalled
  /// The image gets its name next. With the content of the source as it was converted (SourceLook); empty when a former
  /// run got as far, and said it then.
  std::function<Result<void>(const std::string& content)> begin_publishing;
  std::function<Result<void>(const ConvertProgress&)> progress;  // may wait, for example until there is space again
};

struct ScanRunOutcome {
  std::string content;                    // as begin_publishing was told
  std::optional<ConvertSummary> summary;  // nothing when a former run published
};

[[nodiscard]] Result<ScanRunOutcome> run_scan(const ScanRunRequest& request, const ScanRunSettings& settings,
                                              const ScanRunCalls& calls, const std::stop_token& stop);

/// Whether an error may go away by itself: busy, away, full, too slow. Not: damaged, refused, unsupported. What was not
/// found is away while its root is not there, or an empty mount point, or when it is there again by now; else it is
/// gone, and whoever watches the root tells of its return.
[[nodiscard]] bool is_worth_retrying(const Error& error, const std::filesystem::path& source,
                                     const std::filesystem::path& root);

/// The generation that a published image records; nothing when there is no image or it records none.
[[nodiscard]] std::optional<std::string> published_generation(const std::filesystem::path& image);

}  // namespace beamport::ingest
