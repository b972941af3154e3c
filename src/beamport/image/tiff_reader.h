// SPDX-License-Identifier: Apache-2.0
#pragma once

// One open TIFF file whose pages are all readable grey frames. Uncompressed rows come straight from the file: only the
// bytes asked for (and, for tiles, the rest of their tile rows) are read; compressed ones go through decode workers.
// Everything that the headers promise is checked against the file's size when it is opened. Thread-safe.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/array/volume_view.h"
#include "beamport/base/result.h"
#include "beamport/image/decode_workers.h"
#include "beamport/image/grey_page.h"
#include "beamport/image/positional_reader.h"
#include "beamport/image/raw_frame.h"
#include "beamport/image/tiff_directory.h"

namespace beamport::image {

class TiffReader {
 public:
  /// `workers` are those of the stack that the file belongs to; without them it has its own.
  [[nodiscard]] static Result<TiffReader> open(const std::filesystem::path& path, const TiffLimits& limits = {},
                                               std::shared_ptr<DecodeWorkers> workers = nullptr);
  /// kCancelled when asked to stop among the pages.
  [[nodiscard]] static Result<TiffReader> open(std::unique_ptr<PositionalReader> reader, const TiffLimits& limits = {},
                                               const std::stop_token& stop = {});

  [[nodiscard]] const std::string& name() const noexcept { return reader_->name(); }
  [[nodiscard]] std::uint64_t file_size() const noexcept { return reader_->size(); }
  [[nodiscard]] const os::FileVersion& version() const noexcept { return reader_->version(); }
  [[nodiscard]] const std::vector<GreyPage>& pages() const noexcept { return pages_; }

  /// How many pages were left out because they are reduced copies or masks of others.
  [[nodiscard]] std::int64_t auxiliary_pages() const noexcept { return auxiliary_pages_; }

  /// The ImageDescription of the first page.
  [[nodiscard]] const std::string& description() const noexcept { return description_; }

  /// Rows [row, row + to.extent.y) of a page. `to` has extent.z == 1, the page's width and type.
  [[nodiscard]] Result<void> read_rows(const GreyPage& grey, std::int64_t row, MutableVolumeView to) const;

  /// The same pixels, where they lie in the file as they are; nothing for a page that is stored in another way.
  [[nodiscard]] std::optional<RawFrame> raw_frame(const GreyPage& grey) const noexcept;

  /// Rows of such a frame of this file somewhere in a slot (see FrameSource::read_into).
  [[nodiscard]] Result<VolumeView> read_into(const RawFrame& frame, std::int64_t row, std::int64_t rows,
                                             MutableByteView slot) const {
    return image::read_into(*reader_, frame, row, rows, slot);
  }

 private:
  TiffReader(std::unique_ptr<PositionalReader> reader, TiffDirectory directory)
      : reader_(std::move(reader)), directory_(std::move(directory)) {}

  static Result<TiffReader> open(std::unique_ptr<PositionalReader> reader, const TiffLimits& limits,
                                 const std::stop_token& stop, std::shared_ptr<DecodeWorkers> workers);

  Result<void> read_strips(const GreyPage& grey, std::int64_t row, MutableVolumeView to) const;
  Result<void> read_tiles(const GreyPage& grey, std::int64_t row, MutableVolumeView to) const;

  std::unique_ptr<PositionalReader> reader_;
  TiffDirectory directory_;
  std::shared_ptr<DecodeWorkers> workers_;
  std::vector<GreyPage> pages_;
  std::int64_t auxiliary_pages_ = 0;
  std::string description_;
};

}  // namespace beamport::image
