// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/dataset_shelf.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "beamport/api/dataset_view.h"
#include "beamport/base/log.h"
#include "beamport/catalog/display_name.h"
#include "beamport/catalog/metadata_fingerprint.h"
#include "beamport/store/directory_store.h"
#include "beamport/zarr/image.h"

namespace beamport::api {
namespace {

constexpr std::size_t kVersionDigits = 12;

Result<zarr::Image> open_image(const std::filesystem::path& path) {
  BEAMPORT_ASSIGN(auto directory, store::DirectoryStore::open(path));
  return zarr::Image::open(std::move(directory));
}

/// What Beamport's ingest recorded; for foreign images the digest of their metadata.
Result<std::string> version_of(const zarr::Image& image, const std::filesystem::path& path) {
  if (auto recorded = render::recorded_version(image)) return std::move(*recorded);
  std::vector<std::string> nodes;
  for (const zarr::ImageLevel& level : image.levels()) nodes.push_back(level.path);
  BEAMPORT_ASSIGN(const std::string digest, catalog::metadata_fingerprint(path, nodes));
  return digest.substr(0, kVersionDigits);
}

/// Whether the image can be served, as far as that shows without reading voxels.
Result<void> check_recorded(const zarr::Image& image) {
  BEAMPORT_ASSIGN(const auto statistics, render::recorded_statistics(image));
  if (statistics) BEAMPORT_TRY(render::ServedImage::make(image, 0, "", {}));
  return {};
}

}  // namespace

DatasetShelf::DatasetShelf(std::unique_ptr<catalog::DatasetDirectory> directory, Options options)
    : directory_(std::move(directory)),
      damage_(directory_->root()),
      growing_(directory_->root()),
      options_(std::move(options)),
      chunks_(options_.cache_budget_bytes) {}

Result<std::unique_ptr<DatasetShelf>> DatasetShelf::create(const std::filesystem::path& root, Options options) {
  BEAMPORT_ASSIGN(auto directory, catalog::DatasetDirectory::open(root, options.directory));
  return std::unique_ptr<DatasetShelf>(new DatasetShelf(std::move(directory), std::move(options)));
}

tl::expected<catalog::DatasetEntry, Problem> DatasetShelf::find(std::string_view id, const std::stop_token& stop) {
  const auto parsed = DatasetId::parse(id);
  if (!parsed) return tl::unexpected(no_such_dataset(id));
  auto entry = directory_->find(*parsed, stop);
  if (entry) return std::move(*entry);
  if (auto growing = growing_.find(*parsed)) return std::move(*growing);
  return tl::unexpected(entry.error().code == ErrorCode::kNotFound ? no_such_dataset(id) : explain(entry.error()));
}

std::optional<catalog::DatasetEntry> DatasetShelf::find_at_once(std::string_view id) {
  const auto parsed = DatasetId::parse(id);
  return parsed ? directory_->find_at_once(*parsed) : std::nullopt;
}

std::shared_ptr<DatasetShelf::Slot> DatasetShelf::slot_for(const std::string& id) {
  const std::lock_guard lock(slots_mutex_);
  if (const auto found = slot_by_id_.find(id); found != slot_by_id_.end()) {
    slots_.splice(slots_.begin(), slots_, found->second);
    return slots_.front().slot;
  }
  if (slots_.size() >= options_.max_open_images) {
    slot_by_id_.erase(slots_.back().id);
    slots_.pop_back();
  }
  slots_.push_front({id, std::make_shared<Slot>()});
  slot_by_id_.emplace(slots_.front().id, slots_.begin());
  return slots_.front().slot;
}

Result<std::shared_ptr<const OpenDataset>> DatasetShelf::open(const catalog::DatasetEntry& entry,
                                                              const std::stop_token& stop) {
  BEAMPORT_ASSIGN(std::string stamp, catalog::metadata_stamp(entry.path));
  const std::shared_ptr<Slot> slot = slot_for(entry.id.text());
  const std::lock_guard lock(slot->mutex);
  if (slot->open && slot->open->stamp == stamp) return slot->open;
  // Somebody else may have opened it while this thread waited. The stamp is taken before the image is opened: what
  // changes meanwhile is noticed by the next request.
  BEAMPORT_ASSIGN(stamp, catalog::metadata_stamp(entry.path));
  if (slot->open && slot->open->stamp == stamp) return slot->open;
  slot->open.reset();
  BEAMPORT_ASSIGN(slot->open, open_anew(entry, std::move(stamp), stop));
  return slot->open;
}

Result<std::shared_ptr<const OpenDataset>> DatasetShelf::open_anew(const catalog::DatasetEntry& entry,
                                                                   std::string stamp, const std::stop_token& stop) {
  BEAMPORT_ASSIGN(zarr::Image image, open_image(entry.path));
  BEAMPORT_ASSIGN(std::string version, version_of(image, entry.path));
  BEAMPORT_ASSIGN(const auto growth, render::recorded_growth(image));
  if (growth) {
    if (growth->shares == 0) return fail(ErrorCode::kUnavailable, "its first slices are still being converted");
    image = image.from_level(growth->first_level);
    // The first digits of the generation and how often it was shared: each share is a version of its own.
    version = fmt::format("{}{:04x}", version.substr(0, kVersionDigits - 4), growth->shares & 0xFFFF);
  }
  auto dataset =
      std::make_shared<OpenDataset>(OpenDataset{entry, std::move(stamp), nullptr, std::nullopt, growth.has_value()});
  BEAMPORT_ASSIGN(dataset->image,
                  render::ServedImage::make(std::move(image), next_image_number_++, std::move(version), stop));
  dataset->thumbnails = recorded_thumbnails(dataset->image->image());
  if (!dataset->thumbnails) dataset->thumbnails = drawn_thumbnails(context(stop), *dataset->image);
  if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "opening the dataset was cancelled");
  return dataset;
}

tl::expected<std::shared_ptr<const OpenDataset>, Problem> DatasetShelf::open_version(std::string_view id,
                                                                                     std::string_view version,
                                                                                     const std::stop_token& stop) {
  const auto entry = find(id, stop);
  if (!entry) return tl::unexpected(entry.error());
  auto dataset = open(*entry, stop);
  if (!dataset) return tl::unexpected(explain(std::move(dataset).error()));
  if ((*dataset)->image->version() != version) {
    return tl::unexpected(Problem{.status = 410,
                                  .code = "version_gone",
                                  .detail = "This dataset has changed since; load it again to see its new version.",
                                  .field = "version",
                                  .headers = {}});
  }
  return std::move(*dataset);
}

std::optional<std::string> DatasetShelf::damage_of(const catalog::DatasetEntry& entry) const {
  const auto record = damage_.find(entry.id);
  if (!record) {
    log::error("{}", record.error().message);
    return std::nullopt;
  }
  if (!*record) return std::nullopt;
  const auto stamp = catalog::metadata_stamp(entry.path);
  if (!stamp || *stamp != (*record)->stamp) return std::nullopt;  // replaced since
  return catalog::summary_of(**record);
}

DatasetShelf::Summary DatasetShelf::summarise(const catalog::DatasetEntry& entry, std::string stamp,
                                              bool with_thumbnail) const {
  const auto unreadable = [&](const Error& error) { return unreadable_summary(entry, for_clients(error.message)); };
  Summary summary{std::move(stamp), {}};
  const auto image = open_image(entry.path);
  if (!image) {
    summary.value = unreadable(image.error());
    return summary;
  }
  const auto version = version_of(*image, entry.path).and_then([&](std::string text) -> Result<std::string> {
    BEAMPORT_TRY(check_recorded(*image));
    return text;
  });
  if (!version) {
    summary.value = unreadable(version.error());
    return summary;
  }
  summary.value = summary_of(entry, *image, *version);
  if (with_thumbnail) {
    if (auto thumbnails = recorded_thumbnails(*image)) summary.value.thumbnail = std::move(thumbnails->xy);
  }
  return summary;
}

Result<std::shared_ptr<const DatasetShelf::Listing>> DatasetShelf::make_listing(const catalog::DatasetList& datasets,
                                                                                const std::stop_token& stop) {
  const bool with_thumbnails = datasets.entries.size() <= options_.max_listed_thumbnails;
  auto listing = std::make_shared<Listing>();
  for (const std::string& problem : datasets.problems) listing->problems.push_back(for_clients(problem));
  listing->datasets.reserve(datasets.entries.size());
  Summaries kept;
  const auto with_damage = damage_.ids();
  if (!with_damage) listing->problems.push_back(for_clients(with_damage.error().message));
  for (const catalog::DatasetEntry& entry : datasets.entries) {
    if (stop.stop_requested()) {
      summaries_.merge(kept);  // the next one goes on from here
      return fail(ErrorCode::kCancelled, "listing the datasets was cancelled");
    }
    const auto stamp = catalog::metadata_stamp(entry.path);
    // Without a stamp there is nothing to tell changes by: look again each time.
    const std::string key = stamp ? fmt::format("{}{}", *stamp, with_thumbnails ? "+" : "") : std::string();
    auto known = summaries_.extract(entry.id.text());
    const bool is_known = !known.empty() && !key.empty() && known.mapped().stamp == key;
    const auto place = is_known ? kept.insert(std::move(known)).position
                                : kept.emplace(entry.id.text(), summarise(entry, key, with_thumbnails)).first;
    DatasetSummary& summary = listing->datasets.emplace_back(place->second.value);
    if (with_damage && with_damage->contains(entry.id) && summary.state == DatasetState::kPublished) {
      summary.problem = damage_of(entry);
      if (summary.problem) summary.state = DatasetState::kDamaged;
    }
  }
  summaries_ = std::move(kept);
  return listing;
}

Result<std::shared_ptr<const DatasetShelf::Listing>> DatasetShelf::list(const std::stop_token& stop) {
  BEAMPORT_ASSIGN(const std::shared_ptr<const catalog::DatasetList> datasets, directory_->datasets(stop));
  const auto ready = [&]() -> std::shared_ptr<const Listing> {
    const std::lock_guard lock(listing_mutex_);
    return listed_ == datasets ? listing_ : nullptr;
  };
  if (auto listing = ready()) return listing;
  const std::lock_guard making(summaries_mutex_);
  if (auto listing = ready()) return listing;  // somebody else has made it meanwhile
  BEAMPORT_ASSIGN(auto listing, make_listing(*datasets, stop));
  const std::lock_guard lock(listing_mutex_);
  listed_ = datasets;
  listing_ = listing;
  return listing;
}

std::string DatasetShelf::for_clients(std::string message) const {
  const std::string root = directory_->root().string() + "/";
  for (std::size_t at = message.find(root); at != std::string::npos; at = message.find(root, at)) {
    message.erase(at, root.size());
  }
  // The space keeps the last word from being taken for the ending of an image's name.
  std::string text = catalog::display_name_of(message + ' ');
  text.pop_back();
  return text;
}

Problem DatasetShelf::explain(Error error) const {
  error.message = for_clients(std::move(error.message));
  return problem_from(error);
}

}  // namespace beamport::api
