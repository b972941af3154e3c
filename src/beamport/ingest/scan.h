// SPDX-License-Identifier: Apache-2.0
#pragma once

// A scan as the journal knows it: one source, a directory of slices or one file, on its way to one image. Each time the
// source gets another content after it was published begins another generation, a scan of its own. Plain values.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "beamport/base/describe.h"
#include "beamport/base/error.h"
#include "beamport/base/ids.h"
#include "beamport/ingest/scan_state.h"

namespace beamport::ingest {

using ScanId = Id<struct ScanTag>;

enum class ScanTrigger : std::uint8_t { kHttp, kCli, kWatch };
BOOST_DESCRIBE_ENUM(ScanTrigger, kHttp, kCli, kWatch)

/// What a trigger says. It may be said again and again; what one does not know, a later one may add.
struct ScanRequest {
  std::string source{};  // absolute path
  std::string output{};  // below the data directory: "<user>/<date>/<name>.ome.zarr"
  std::string user{};
  std::string date{};
  std::string name{};
  std::string root{};  // name of the watched root; empty when the source lies in none
  ScanTrigger trigger = ScanTrigger::kWatch;
  std::optional<std::int64_t> expected_slices{};
  std::optional<std::int64_t> first_number{};
  /// Identity of what lies in the source now, equal for equal content and comparable between triggers. Empty: not
  /// looked.
  std::string content{};
  std::int64_t source_bytes = 0;  // as far as they are known; they grow

  bool operator==(const ScanRequest&) const = default;
};

/// Why it failed, as an error was: which file and slice, and what to do, is in the text.
struct ScanReason {
  ErrorCode code = ErrorCode::kInternal;
  std::string text;

  bool operator==(const ScanReason&) const = default;
};

struct ScanProgress {
  std::int64_t slices_done = 0;
  std::int64_t slices_total = 0;  // 0: not known yet
  std::int64_t bytes_done = 0;    // of the source

  bool operator==(const ScanProgress&) const = default;
};

/// What is still to be done with the source of a published scan (source_policy.h).
enum class SourceDue : std::uint8_t {
  kNothing,
  kComparing,  // with the image, before it may be touched
  kRemoving,   // it was compared, and is being removed or moved away
};
BOOST_DESCRIBE_ENUM(SourceDue, kNothing, kComparing, kRemoving)

struct Scan {
  ScanId id;
  std::int64_t sequence = 0;  // of noticing; orders scans where clocks cannot
  std::int64_t generation = 1;
  ScanRequest request{};  // with what later triggers added; once published, its content is the published one
  ScanState state = ScanState::kNoticed;
  bool is_publishing = false;          // it is getting its name right now and cannot be cancelled any more
  std::optional<ScanReason> reason{};  // of the last failure, until it is published
  std::int64_t attempts = 0;           // that failed
  std::int64_t interruptions = 0;      // of the process that had it, since it last got on
  /// Set while it waits for another try: how long from now, 0 when it is due. A failed scan without it has failed for
  /// good.
  std::optional<std::chrono::milliseconds> next_try_in{};
  ScanProgress progress{};
  SourceDue source_due = SourceDue::kNothing;
  std::string created{};    // for display only
  std::string changed{};    // for display only
  std::int64_t change = 0;  // number of the last change, see ScanJournal::changes()
};

}  // namespace beamport::ingest
