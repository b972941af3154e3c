// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scrub.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "beamport/base/timestamp.h"
#include "beamport/catalog/damage_book.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/catalog/metadata_fingerprint.h"
#include "beamport/os/file.h"
#include "beamport/store/directory_store.h"

namespace beamport::ingest {
namespace {

using Finding = ScrubbedImage::Finding;
class Scrubbing {
 public:
  Scrubbing(const ScrubRequest& request, const std::filesystem::path& root, std::stop_token stop)
      : request_(request), book_(root), pool_(request.workers), pace_(request.limits, stop), stop_(std::move(stop)) {}

  /// Fails only when it was stopped, or the book cannot be written.
  [[nodiscard]] Result<ScrubbedImage> check(const catalog::DatasetEntry& entry) {
    BEAMPORT_TRY(pace_.pass(0));
    ScrubbedImage image{entry.id, entry.relative_path, Finding::kSound, 0, {}};
    // Taken before anything is read: what changes meanwhile is noticed after.
    const auto stamp = catalog::metadata_stamp(entry.path);
    BEAMPORT_TRY(compare(entry, image));
    const auto after = catalog::metadata_stamp(entry.path);
    if (stamp && after && *stamp != *after) {
      image.finding = Finding::kReplaced;
      return image;
    }
    if (image.finding == Finding::kDamaged || image.finding == Finding::kUnreadable) {
      catalog::DamageRecord record = record_of(image, stamp.value_or(""));
      BEAMPORT_TRY(book_.put(entry.id, record));
      if (!request_.repair) return image;
      image.repair = record.repair = request_.repair(image);
      BEAMPORT_TRY(book_.put(entry.id, record));
    } else {
      BEAMPORT_TRY(book_.clear(entry.id));
    }
    return image;
  }

  /// Records of images that are no longer there.
  [[nodiscard]] Result<void> forget_absent(const catalog::DatasetList& datasets) {
    BEAMPORT_ASSIGN(const auto recorded, book_.ids());
    for (const DatasetId& id : recorded) {
      if (datasets.find(id) == nullptr) BEAMPORT_TRY(book_.clear(id));
    }
    return {};
  }

 private:
  [[nodiscard]] Result<void> compare(const catalog::DatasetEntry& entry, ScrubbedImage& image) {
    const auto unreadable = [&](const Error& error) {
      image.finding = Finding::kUnreadable;
      image.damaged = {{std::string(Manifest::kKey), error.message}};
      return Result<void>();
    };
    const auto store = store::DirectoryStore::open(entry.path);
    if (!store) return unreadable(store.error());
    const auto manifest = read_manifest(**store);
    if (!manifest) return unreadable(manifest.error());
    if (!*manifest) {
      image.finding = Finding::kNoManifest;
      return {};
    }
    std::mutex mutex;
    const auto checked = [&](std::uint64_t size) {
      const std::lock_guard lock(mutex);
      image.bytes += size;
    };
    BEAMPORT_ASSIGN(image.damaged, check_files(
                                       **store, **manifest, pool_,
                                       [&](std::uint64_t bytes) { return pace_.pass(bytes); }, checked, stop_));
    if (!image.damaged.empty()) image.finding = Finding::kDamaged;
    return {};
  }

  [[nodiscard]] static catalog::DamageRecord record_of(const ScrubbedImage& image, std::string stamp) {
    catalog::DamageRecord record;
    record.image = image.relative_path;
    record.stamp = std::move(stamp);
    record.found = utc_timestamp(std::chrono::system_clock::now());
    record.damaged_files = static_cast<std::int64_t>(image.damaged.size());
    const std::size_t count = std::min(image.damaged.size(), catalog::DamageRecord::kMaxPlaces);
    for (std::size_t i = 0; i < count; ++i) record.places.push_back({image.damaged[i].key, image.damaged[i].problem});
    return record;
  }

  const ScrubRequest& request_;
  catalog::DamageBook book_;
  exec::WorkerPool pool_;
  ScrubPace pace_;
  std::stop_token stop_;
};

void count(const ScrubbedImage& image, ScrubReport& report) {
  report.bytes += image.bytes;
  switch (image.finding) {
    case Finding::kSound:
      ++report.sound;
      break;
    case Finding::kDamaged:
    case Finding::kUnreadable:
      ++report.damaged;
      break;
    case Finding::kNoManifest:
    case Finding::kReplaced:
      ++report.unchecked;
      break;
  }
}

}  // namespace

Result<ScrubReport> scrub(const ScrubRequest& request, const ScrubObserver& observer, const std::stop_token& stop) {
  std::error_code error;
  const std::filesystem::path root = std::filesystem::canonical(request.root, error);
  if (error) return os::system_error(error.value(), "find", request.root);
  BEAMPORT_ASSIGN(const catalog::DatasetList datasets, catalog::scan_datasets(root, {}, stop));
  ScrubReport report;
  report.problems = datasets.problems;
  Scrubbing scrubbing(request, root, stop);
  for (const catalog::DatasetEntry& entry : datasets.entries) {
    if (!request.after.empty() && entry.relative_path <= request.after) continue;
    BEAMPORT_ASSIGN(const ScrubbedImage image, scrubbing.check(entry));
    count(image, report);
    observer(image);
  }
  // A folder that could not be searched may hold the images that seem absent.
  if (datasets.problems.empty()) BEAMPORT_TRY(scrubbing.forget_absent(datasets));
  return report;
}

}  // namespace beamport::ingest
