// SPDX-License-Identifier: Apache-2.0
#pragma once

// From an image to what the API says about it. Attributes that Beamport's ingest wrote are taken as they are; where
// they are damaged or absent (images of other programs) the field is null. No disk is touched, except for drawing.

#include <optional>
#include <string>

#include "beamport/api/dataset_types.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/render/chunk_reader.h"
#include "beamport/render/served_image.h"
#include "beamport/zarr/image.h"

namespace beamport::api {

/// Without a thumbnail.
[[nodiscard]] DatasetSummary summary_of(const catalog::DatasetEntry& entry, const zarr::Image& image,
                                        std::string version);
[[nodiscard]] DatasetSummary unreadable_summary(const catalog::DatasetEntry& entry, std::string problem);

[[nodiscard]] DatasetReply reply_of(const catalog::DatasetEntry& entry, const render::ServedImage& image,
                                    std::optional<ThumbnailsReply> thumbnails);
[[nodiscard]] DatasetReply unreadable_reply(const catalog::DatasetEntry& entry, std::string problem);

/// attributes.beamport.thumbnails as data: URLs; nothing unless all three are there and are Base64.
[[nodiscard]] std::optional<ThumbnailsReply> recorded_thumbnails(const zarr::Image& image);

/// The same, drawn now; nothing when that fails or would be too much work.
[[nodiscard]] std::optional<ThumbnailsReply> drawn_thumbnails(const render::RenderContext& context,
                                                              const render::ServedImage& image);

}  // namespace beamport::api
