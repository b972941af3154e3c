// SPDX-License-Identifier: Apache-2.0
#pragma once

// Checks a published image as a sceptical reader would: every level's shape against the one below, every shard index
// against its checksum, every chunk by decoding it, the number of stored chunks against the record made when the image
// was written (a lost shard would otherwise read as zeros), and on samples every level against the one below it. Before
// all that every file against the manifest, which also covers what lies between chunks and the metadata.
// Reads only. Finds problems rather than failing at the first one.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::ingest {

/// kQuick reads no more than the metadata and the samples: the files' sizes instead of their content, and no chunk that
/// no sample needs.
enum class VerifyDepth : std::uint8_t { kEverything, kQuick };

struct VerifyRequest {
  std::filesystem::path image;
  VerifyDepth depth = VerifyDepth::kEverything;
  int workers = 2;
  std::int64_t samples_per_level = 64;
};

struct VerifyReport {
  static constexpr std::size_t kMaxProblems = 100;

  std::int64_t levels = 0;
  std::int64_t files_compared = 0;  // with the manifest
  std::int64_t chunks_decoded = 0;  // stored chunks, all of them read and decoded
  std::int64_t chunks_empty = 0;
  std::int64_t samples_compared = 0;
  std::vector<std::string> problems;  // at most kMaxProblems of them
  std::vector<std::string> notes;     // what could not be checked, and why

  [[nodiscard]] bool sound() const noexcept { return problems.empty(); }
};

/// done and total in files and chunks. Called from the verifying thread.
using VerifyObserver = std::function<void(std::int64_t done, std::int64_t total)>;

/// Fails only when there is no image that can be opened and no manifest that says what is wrong with it, or on a stop
/// request.
[[nodiscard]] Result<VerifyReport> verify(const VerifyRequest& request, const VerifyObserver& observer,
                                          std::stop_token stop);

}  // namespace beamport::ingest
