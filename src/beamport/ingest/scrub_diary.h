// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far the background scrub of a data folder has got: "<data>/.beamport/scrub.json", one JSON document. Times are in
// seconds since 1970 by this machine's clock; when it is wrong, a pass comes sooner or later, and nothing else.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "beamport/base/describe.h"
#include "beamport/base/result.h"

namespace beamport::ingest {

struct ScrubPass {
  std::int64_t began = 0;
  std::string after;  // the image that was done last; empty: none yet
  std::int64_t sound = 0;
  std::int64_t damaged = 0;
  std::int64_t unchecked = 0;
  std::uint64_t bytes = 0;

  bool operator==(const ScrubPass&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScrubPass, (), (began, after, sound, damaged, unchecked, bytes))
constexpr auto notes_of(const ScrubPass* /*unused*/) {
  return type_notes("ScrubPass", "");
}

struct ScrubDiary {
  std::optional<std::int64_t> ended;  // the last pass that was whole
  std::optional<ScrubPass> pass;      // the one that is under way, or was interrupted

  bool operator==(const ScrubDiary&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScrubDiary, (), (ended, pass))
constexpr auto notes_of(const ScrubDiary* /*unused*/) {
  return type_notes("ScrubDiary", "");
}

/// An empty one when there is none. kCorrupt when it cannot be read.
[[nodiscard]] Result<ScrubDiary> read_diary(const std::filesystem::path& data);
/// Durable when it returns.
[[nodiscard]] Result<void> write_diary(const std::filesystem::path& data, const ScrubDiary& diary);

}  // namespace beamport::ingest
