// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells when a source that nobody announced the end of has come to rest: the same names, sizes and times for a while.
// Measured by the monotonic clock from when it was looked at; a file's own times are only compared with themselves, so
// clocks that differ or jump do no harm. A writer that pauses longer than that is not noticed here: what comes later is
// a later change, and makes a new generation.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "beamport/base/result.h"

namespace beamport::ingest {

/// What a source looks like from outside, without opening its files.
struct SourceLook {
  std::int64_t files = 0;
  std::string content;  // SourceIdentity::full (source_identity.h)

  bool operator==(const SourceLook&) const = default;
};

/// A directory's slices (of which `pattern` takes some; "*" all), or one file. kNotFound when it is not there.
[[nodiscard]] Result<SourceLook> look_at_source(const std::filesystem::path& source, std::string_view pattern);

/// The same slices as convert() and open_stack() are told of them: the source, or a glob in it.
[[nodiscard]] std::string stack_of(const std::filesystem::path& source, std::string_view pattern);

/// Returns the look that has not changed for `settle`, and that has at least one file. kUnavailable when that does not
/// come about within `patience`; kCancelled on a stop request.
[[nodiscard]] Result<SourceLook> wait_until_settled(const std::filesystem::path& source, std::string_view pattern,
                                                    std::chrono::milliseconds settle,
                                                    std::chrono::milliseconds patience, const std::stop_token& stop);

}  // namespace beamport::ingest
