// SPDX-License-Identifier: Apache-2.0
#pragma once

// How many slices a scan will have in the end, as far as somebody says so: whoever asked for the conversion, or a file
// in the scan's directory or beside it. Only what states the size of the reconstructed stack counts; the number of
// projections or the height of a detector is no answer. Nobody says: nothing, and the scan has to settle.
// Sidecars are text from outside: small, parsed within limits, and two that disagree are believed neither.
//
//   file                              what is read (real ones: ../shared/data/sidecars)
//   beamport.json                     {"slices": 2048, "first_number": 0}; the second is optional
//   <any>_rec.log, <any>.log  Bruker  [Reconstruction] Sections Count, First Section, Last Section, Section to Section
//   Step <any>.xtekct              Nikon   [XTekCT] VoxelsZ <any>.info                PyHST   NUM_Z
//
// Pure but for find_expected_count(), which reads files. Thread-safe.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::ingest {

struct StatedCount {
  std::int64_t slices = 0;                                  // 1 to kMaxExpectedSlices
  std::optional<std::int64_t> first_number = std::nullopt;  // in the name of the first slice

  bool operator==(const StatedCount&) const = default;
};

inline constexpr std::int64_t kMaxExpectedSlices = 1'000'000;
inline constexpr std::size_t kMaxSidecarBytes = std::size_t{1} << 20;

/// What a sidecar of this name says: nothing when its kind is not known or it does not say; kCorrupt when what it says
/// cannot be.
[[nodiscard]] Result<std::optional<StatedCount>> read_sidecar(std::string_view name, std::string_view text);

struct ExpectedCount {
  std::optional<StatedCount> count = std::nullopt;
  std::string told_by;             // "the trigger", or the path of the sidecar
  std::vector<std::string> notes;  // sidecars that could not be read or believed
};

/// `stated` comes from the trigger and goes before every file. `source` is a directory of slices, or one file.
[[nodiscard]] ExpectedCount find_expected_count(const std::filesystem::path& source,
                                                const std::optional<StatedCount>& stated);

}  // namespace beamport::ingest
