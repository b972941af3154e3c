// SPDX-License-Identifier: Apache-2.0
#pragma once

// An image that is being looked at: the opened Zarr image and what answering requests needs to know about it besides
// its voxels. Immutable, thread-safe, shared between requests.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "beamport/array/volume_statistics.h"
#include "beamport/base/result.h"
#include "beamport/render/image_windows.h"
#include "beamport/zarr/image.h"

namespace beamport::render {

/// First half of the generation that Beamport's ingest wrote into the image's attributes; nothing for foreign images,
/// whose version the caller makes out of their metadata.
[[nodiscard]] std::optional<std::string> recorded_version(const zarr::Image& image);

/// attributes.beamport.statistics; nothing where there are none, kCorrupt where they are damaged.
[[nodiscard]] Result<std::optional<VolumeStatistics>> recorded_statistics(const zarr::Image& image);

/// What the image says of itself while it is being made: only its coarse levels can be read, and only so far.
struct Growth {
  std::size_t first_level = 0;  // that can be read
  std::int64_t shares = 0;      // how often they were written; tells versions of it apart
  std::int64_t slices = 0;      // of the finest level that they hold
};

/// attributes.beamport.growing; nothing where it is absent, which means that the image is complete. kCorrupt where it
/// is damaged.
[[nodiscard]] Result<std::optional<Growth>> recorded_growth(const zarr::Image& image);

class ServedImage {
 public:
  /// `number` is unique among the images read through one ChunkReader: a chunk in memory belongs to that number, so an
  /// image that was opened again after a change gets a new one. Reads some voxels of images without statistics.
  /// kUnsupported when a level has another type than the finest one, or chunks beyond 256 MiB.
  [[nodiscard]] static Result<std::shared_ptr<const ServedImage>> make(zarr::Image image, std::uint64_t number,
                                                                       std::string version,
                                                                       const std::stop_token& stop);

  [[nodiscard]] const zarr::Image& image() const noexcept { return image_; }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  [[nodiscard]] const std::optional<VolumeStatistics>& statistics() const noexcept { return statistics_; }
  [[nodiscard]] const ImageWindows& windows() const noexcept { return windows_; }
  [[nodiscard]] DataType type() const noexcept { return image_.type(); }

  /// kNotFound beyond the coarsest level.
  [[nodiscard]] Result<const zarr::Array*> level(std::size_t level) const;

 private:
  ServedImage(zarr::Image image, std::uint64_t number, std::string version, std::optional<VolumeStatistics> statistics,
              const ImageWindows& windows);

  zarr::Image image_;
  std::uint64_t number_;
  std::string version_;
  std::optional<VolumeStatistics> statistics_;
  ImageWindows windows_;
};

}  // namespace beamport::render
