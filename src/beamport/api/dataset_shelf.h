// SPDX-License-Identifier: Apache-2.0
#pragma once

// The datasets of the data folder, opened. A bounded number of images stays open; one whose metadata changed on disk is
// opened anew, under a new version, and requests for the old version are told that it is gone. The list keeps a summary
// of each dataset for as long as its metadata stays the same, so that listing opens only what is new. Thread-safe.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "beamport/api/dataset_types.h"
#include "beamport/api/growing_images.h"
#include "beamport/api/problem.h"
#include "beamport/catalog/damage_book.h"
#include "beamport/catalog/dataset_directory.h"
#include "beamport/render/chunk_reader.h"
#include "beamport/render/served_image.h"

namespace beamport::api {

/// An image that is open, and where it lies.
struct OpenDataset {
  catalog::DatasetEntry entry;
  std::string stamp;  // of its metadata, when it was opened
  std::shared_ptr<const render::ServedImage> image;
  std::optional<ThumbnailsReply> thumbnails;
  bool is_growing = false;  // coarse levels only, as far as they were written
};

class DatasetShelf {
 public:
  struct Options {
    std::uint64_t cache_budget_bytes = std::uint64_t{512} << 20;  // decoded chunks
    std::size_t max_open_images = 64;
    std::size_t max_listed_thumbnails = 1000;  // a longer list carries none at all
    catalog::DatasetDirectory::Options directory{};
  };

  [[nodiscard]] static Result<std::unique_ptr<DatasetShelf>> create(const std::filesystem::path& root, Options options);

  /// Images that are being made are found here, too, as long as none is published under their id.
  [[nodiscard]] GrowingImages& growing() noexcept { return growing_; }

  /// 404 for everything that is not the id of a dataset.
  [[nodiscard]] tl::expected<catalog::DatasetEntry, Problem> find(std::string_view id, const std::stop_token& stop);

  /// The same without looking at the disk; nothing when that does not suffice.
  [[nodiscard]] std::optional<catalog::DatasetEntry> find_at_once(std::string_view id);

  /// The image as it is now. Fails with the reason when it cannot be read.
  [[nodiscard]] Result<std::shared_ptr<const OpenDataset>> open(const catalog::DatasetEntry& entry,
                                                                const std::stop_token& stop);

  /// The same for handlers: 404, 410 (version_gone) when the version is another one now, or why it cannot be read.
  [[nodiscard]] tl::expected<std::shared_ptr<const OpenDataset>, Problem> open_version(std::string_view id,
                                                                                       std::string_view version,
                                                                                       const std::stop_token& stop);

  /// What the scrub found wrong with the image, as long as it is the one that was looked at.
  [[nodiscard]] std::optional<std::string> damage_of(const catalog::DatasetEntry& entry) const;

  /// Every dataset's id and path, at most about a second old.
  [[nodiscard]] Result<std::shared_ptr<const catalog::DatasetList>> entries(const std::stop_token& stop) {
    return directory_->datasets(stop);
  }

  struct Listing {
    std::vector<DatasetSummary> datasets;
    std::vector<std::string> problems;
  };
  /// At most about a second old.
  [[nodiscard]] Result<std::shared_ptr<const Listing>> list(const std::stop_token& stop);

  /// What the client is told: paths of this machine are cut down to those below the data folder, and bytes of file
  /// names that are no text are replaced.
  [[nodiscard]] Problem explain(Error error) const;
  [[nodiscard]] std::string for_clients(std::string message) const;

  [[nodiscard]] render::RenderContext context(std::stop_token stop) {
    return {.chunks = chunks_, .stop = std::move(stop)};
  }

 private:
  struct Slot {
    std::mutex mutex;  // held while the image is being opened
    std::shared_ptr<const OpenDataset> open;
  };
  struct Kept {
    std::string id;
    std::shared_ptr<Slot> slot;
  };
  struct Summary {
    std::string stamp;
    DatasetSummary value;
  };
  using Summaries = std::unordered_map<std::string, Summary>;

  DatasetShelf(std::unique_ptr<catalog::DatasetDirectory> directory, Options options);
  [[nodiscard]] std::shared_ptr<Slot> slot_for(const std::string& id);
  [[nodiscard]] Result<std::shared_ptr<const OpenDataset>> open_anew(const catalog::DatasetEntry& entry,
                                                                     std::string stamp, const std::stop_token& stop);
  [[nodiscard]] Summary summarise(const catalog::DatasetEntry& entry, std::string stamp, bool with_thumbnail) const;
  [[nodiscard]] Result<std::shared_ptr<const Listing>> make_listing(const catalog::DatasetList& datasets,
                                                                    const std::stop_token& stop);

  const std::unique_ptr<catalog::DatasetDirectory> directory_;
  const catalog::DamageBook damage_;
  GrowingImages growing_;
  const Options options_;
  render::ChunkReader chunks_;
  std::atomic<std::uint64_t> next_image_number_{1};

  std::mutex slots_mutex_;
  std::list<Kept> slots_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Kept>::iterator> slot_by_id_;

  std::mutex summaries_mutex_;  // held while a listing is made
  Summaries summaries_;
  std::mutex listing_mutex_;
  std::shared_ptr<const catalog::DatasetList> listed_;  // what listing_ was made from
  std::shared_ptr<const Listing> listing_;
};

}  // namespace beamport::api
