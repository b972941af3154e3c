// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/file_check.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

namespace beamport::ingest {
namespace {

std::optional<std::string> size_problem_of(const store::Store& store, const ManifestEntry& entry) {
  const auto size = store.size(entry.key);
  if (!size && size.error().code == ErrorCode::kNotFound) return "is missing";
  if (!size) return size.error().message;
  if (*size != entry.size) return fmt::format("has {} bytes, but {} were written", *size, entry.size);
  return std::nullopt;
}

/// What is wrong with the file, or nothing. Fails when the observer does.
Result<std::optional<std::string>> problem_of(const store::Store& store, const ManifestEntry& entry,
                                              const PieceObserver& observer) {
  if (auto problem = size_problem_of(store, entry)) return problem;
  Result<void> observed;
  const auto found = read_entry(store, entry.key, [&](std::uint64_t bytes) { return observed = observer(bytes); });
  BEAMPORT_TRY(std::move(observed));
  if (!found) return std::optional(found.error().message);
  if (found->crc32c != entry.crc32c) return std::optional<std::string>("has other bytes than were written (checksum)");
  return std::optional<std::string>();
}

}  // namespace

Result<std::optional<Manifest>> read_manifest(const store::Store& store) {
  const auto text = store.get(Manifest::kKey, Manifest::kMaxBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::nullopt;
  if (!text) return fail(text.error());
  BEAMPORT_ASSIGN(Manifest manifest, Manifest::parse(as_text(*text)).map_error(in_context(store.describe())));
  return manifest;
}

std::vector<DamagedFile> check_file_sizes(const store::Store& store, const Manifest& manifest,
                                          const std::stop_token& stop) {
  std::vector<DamagedFile> damaged;
  for (const ManifestEntry& entry : manifest.entries()) {
    if (stop.stop_requested()) break;
    if (auto problem = size_problem_of(store, entry)) damaged.push_back({entry.key, *std::move(problem)});
  }
  return damaged;
}

Result<std::vector<DamagedFile>> check_files(const store::Store& store, const Manifest& manifest,
                                             exec::WorkerPool& pool, const PieceObserver& piece,
                                             const std::function<void(std::uint64_t size)>& checked,
                                             const std::stop_token& stop) {
  std::mutex mutex;
  std::vector<DamagedFile> damaged;
  const auto& entries = manifest.entries();
  BEAMPORT_TRY(
      pool.parallel_for(static_cast<std::int64_t>(entries.size()), stop, [&](std::int64_t i, int) -> Result<void> {
        const ManifestEntry& entry = entries[static_cast<std::size_t>(i)];
        BEAMPORT_ASSIGN(auto problem, problem_of(store, entry, [&](std::uint64_t bytes) -> Result<void> {
                          if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
                          return piece(bytes);
                        }));
        if (problem) {
          const std::lock_guard lock(mutex);
          damaged.push_back({entry.key, *std::move(problem)});
        }
        checked(entry.size);
        return {};
      }));
  std::sort(damaged.begin(), damaged.end(), [](const DamagedFile& a, const DamagedFile& b) { return a.key < b.key; });
  return damaged;
}

}  // namespace beamport::ingest
