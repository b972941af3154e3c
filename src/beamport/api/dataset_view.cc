// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/dataset_view.h"

#include <fmt/format.h>

#include "beamport/array/volume_statistics.h"
#include "beamport/base/base64.h"
#include "beamport/base/json_encode.h"
#include "beamport/render/thumbnail.h"
#include "beamport/render/tile.h"

namespace beamport::api {
namespace {

constexpr std::size_t kMaxThumbnailText = std::size_t{256} * 1024;
constexpr std::size_t kMaxNotes = 100;

const JsonObject* object_in(const JsonObject* object, std::string_view key) {
  const Json* found = object != nullptr ? object->if_contains(key) : nullptr;
  return found != nullptr ? found->if_object() : nullptr;
}

std::optional<std::string_view> text_in(const JsonObject* object, std::string_view key) {
  const Json* found = object != nullptr ? object->if_contains(key) : nullptr;
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return std::string_view(found->get_string());
}

const JsonObject* own_attributes(const zarr::Image& image) {
  return object_in(&image.attributes(), "beamport");
}

std::string jpeg_url(std::string_view base64) {
  return fmt::format("data:image/jpeg;base64,{}", base64);
}

std::optional<std::string> recorded_picture(const JsonObject* thumbnails, std::string_view plane) {
  const auto text = text_in(thumbnails, plane);
  if (!text || text->empty() || text->size() > kMaxThumbnailText || !decode_base64(*text)) return std::nullopt;
  return jpeg_url(*text);
}

std::optional<SourceReply> source_of(const zarr::Image& image) {
  const JsonObject* source = object_in(own_attributes(image), "source");
  if (source == nullptr) return std::nullopt;
  SourceReply reply;
  reply.path_name = text_in(source, "name").value_or("");
  if (const Json* slices = source->if_contains("slices"); slices != nullptr && slices->is_int64()) {
    reply.slices = slices->get_int64();
  }
  if (const Json* notes = source->if_contains("notes"); notes != nullptr && notes->is_array()) {
    for (const Json& note : notes->get_array()) {
      if (note.is_string() && reply.notes.size() < kMaxNotes)
        reply.notes.emplace_back(std::string_view(note.get_string()));
    }
  }
  return reply;
}

StatisticsReply statistics_reply(const VolumeStatistics& statistics) {
  StatisticsReply reply;
  reply.voxel_count = statistics.voxel_count;
  reply.nan_count = statistics.nan_count;
  reply.infinite_count = statistics.infinite_count;
  reply.min = finite_or_null(statistics.min);
  reply.max = finite_or_null(statistics.max);
  reply.mean = finite_or_null(statistics.mean);
  for (const Percentile& percentile : statistics.percentiles) {
    reply.percentiles.push_back({percentile.percent, finite_or_null(percentile.value)});
  }
  const Histogram& histogram = statistics.histogram;
  reply.histogram = {finite_or_null(histogram.low), finite_or_null(histogram.high), histogram.below, histogram.above,
                     histogram.counts};
  return reply;
}

DatasetLevel level_reply(std::size_t number, const zarr::ImageLevel& level) {
  return {.level = static_cast<std::int64_t>(number),
          .shape = level.array.extent().as_array(),
          .chunk = level.array.chunk().as_array(),
          .voxel_size_um = level.voxel_size_um,
          .translation_um = level.translation_um};
}

}  // namespace

DatasetSummary summary_of(const catalog::DatasetEntry& entry, const zarr::Image& image, std::string version) {
  const zarr::ImageLevel& finest = image.levels().front();
  DatasetSummary summary;
  summary.id = entry.id.text();
  summary.name = entry.name;
  summary.version = std::move(version);
  summary.data_type = name_of(image.type());
  summary.shape = finest.array.extent().as_array();
  summary.voxel_size_um = finest.voxel_size_um;
  summary.voxel_size_known = image.voxel_size_known();
  summary.bytes_raw = finest.array.extent().checked_bytes(static_cast<std::int64_t>(size_of(image.type()))).value_or(0);
  return summary;
}

DatasetSummary unreadable_summary(const catalog::DatasetEntry& entry, std::string problem) {
  DatasetSummary summary;
  summary.id = entry.id.text();
  summary.name = entry.name;
  summary.state = DatasetState::kUnreadable;
  summary.problem = std::move(problem);
  return summary;
}

DatasetReply reply_of(const catalog::DatasetEntry& entry, const render::ServedImage& served,
                      std::optional<ThumbnailsReply> thumbnails) {
  const zarr::Image& image = served.image();
  const zarr::ImageLevel& finest = image.levels().front();
  const render::ImageWindows& windows = served.windows();
  DatasetReply reply;
  reply.id = entry.id.text();
  reply.name = entry.name;
  reply.version = served.version();
  reply.data_type = name_of(image.type());
  reply.shape = finest.array.extent().as_array();
  reply.voxel_size_um = finest.voxel_size_um;
  reply.voxel_size_known = image.voxel_size_known();
  reply.tile_size = render::kTileSize;
  reply.zarr_path = fmt::format("/zarr/{}/", reply.id);
  for (std::size_t i = 0; i < image.levels().size(); ++i) reply.levels.push_back(level_reply(i, image.levels()[i]));
  reply.window = {finite_or_null(windows.range.low), finite_or_null(windows.range.high),
                  finite_or_null(windows.display.low), finite_or_null(windows.display.high)};
  reply.preview_window = {windows.preview.low, windows.preview.high};
  if (served.statistics()) reply.statistics = statistics_reply(*served.statistics());
  reply.thumbnails = std::move(thumbnails);
  reply.source = source_of(image);
  return reply;
}

DatasetReply unreadable_reply(const catalog::DatasetEntry& entry, std::string problem) {
  DatasetReply reply;
  reply.id = entry.id.text();
  reply.name = entry.name;
  reply.state = DatasetState::kUnreadable;
  reply.problem = std::move(problem);
  reply.tile_size = render::kTileSize;
  reply.zarr_path = fmt::format("/zarr/{}/", reply.id);
  reply.preview_window = {0, 1};
  return reply;
}

std::optional<ThumbnailsReply> recorded_thumbnails(const zarr::Image& image) {
  const JsonObject* recorded = object_in(own_attributes(image), "thumbnails");
  auto xy = recorded_picture(recorded, "xy");
  auto xz = recorded_picture(recorded, "xz");
  auto zy = recorded_picture(recorded, "zy");
  if (!xy || !xz || !zy) return std::nullopt;
  return ThumbnailsReply{std::move(*xy), std::move(*xz), std::move(*zy)};
}

std::optional<ThumbnailsReply> drawn_thumbnails(const render::RenderContext& context,
                                                const render::ServedImage& image) {
  const auto pictures = render::encode_thumbnails(context, image, image.windows().display);
  if (!pictures) return std::nullopt;
  const auto& [xy, xz, zy] = *pictures;  // the order of render::kPlanes
  return ThumbnailsReply{jpeg_url(encode_base64(xy)), jpeg_url(encode_base64(xz)), jpeg_url(encode_base64(zy))};
}

}  // namespace beamport::api
