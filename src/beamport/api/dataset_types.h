// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the API says about datasets. Arrays of sizes are [z, y, x]; lengths in micrometres; a number that JSON cannot
// say (NaN, infinities) is null. Plain values.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "beamport/base/describe.h"

namespace beamport::api {

using SizeZyx = std::array<std::int64_t, 3>;
using LengthZyx = std::array<double, 3>;

enum class DatasetState : std::uint8_t { kGrowing, kPublished, kDamaged, kUnreadable };
BOOST_DESCRIBE_ENUM(DatasetState, kGrowing, kPublished, kDamaged, kUnreadable)

struct DatasetSummary {
  std::string id;
  std::string name;
  std::string version;
  DatasetState state = DatasetState::kPublished;
  std::optional<std::string> problem;
  std::string data_type;
  SizeZyx shape{};
  LengthZyx voxel_size_um{};
  bool voxel_size_known = false;
  std::int64_t bytes_raw = 0;
  std::optional<std::string> thumbnail;
};
BOOST_DESCRIBE_STRUCT(DatasetSummary, (),
                      (id, name, version, state, problem, data_type, shape, voxel_size_um, voxel_size_known, bytes_raw,
                       thumbnail))

inline constexpr FieldNote kIdNote{.field = "id", .text = "Stays the same for ever", .hex_digits = 24};
inline constexpr FieldNote kVersionNote{
    .field = "version", .text = "Changes whenever the data changes; empty when unreadable", .max_length = 12};
inline constexpr FieldNote kProblemNote{.field = "problem",
                                        .text = "Why the dataset is unreadable, or what of it is damaged"};
inline constexpr FieldNote kDataTypeNote{.field = "data_type",
                                         .text = "uint8, int16, float32, …; empty when unreadable"};
inline constexpr FieldNote kShapeNote{.field = "shape", .text = "[z, y, x]", .unit = "voxel", .minimum = 0};
inline constexpr FieldNote kVoxelSizeNote{.field = "voxel_size_um", .text = "[z, y, x]", .unit = "micrometre"};
inline constexpr FieldNote kVoxelSizeKnownNote{.field = "voxel_size_known",
                                               .text = "false: the file gave no unit, micrometres are a guess"};

constexpr auto notes_of(const DatasetSummary* /*unused*/) {
  return type_notes("DatasetSummary", "A dataset in a list.", kIdNote, kVersionNote, kProblemNote, kDataTypeNote,
                    kShapeNote, kVoxelSizeNote, kVoxelSizeKnownNote,
                    FieldNote{.field = "bytes_raw", .text = "Uncompressed, finest level", .unit = "byte", .minimum = 0},
                    FieldNote{.field = "thumbnail", .text = "The middle xy plane as a data: URL"});
}

struct DatasetListReply {
  std::vector<DatasetSummary> datasets;
  std::vector<std::string> problems;
};
BOOST_DESCRIBE_STRUCT(DatasetListReply, (), (datasets, problems))
constexpr auto notes_of(const DatasetListReply* /*unused*/) {
  return type_notes("DatasetList", "All datasets that may be read, sorted by name.",
                    FieldNote{.field = "problems", .text = "Folders that could not be searched, limits reached"});
}

struct DatasetLevel {
  std::int64_t level = 0;
  SizeZyx shape{};
  SizeZyx chunk{};
  LengthZyx voxel_size_um{};
  LengthZyx translation_um{};
};
BOOST_DESCRIBE_STRUCT(DatasetLevel, (), (level, shape, chunk, voxel_size_um, translation_um))
constexpr auto notes_of(const DatasetLevel* /*unused*/) {
  return type_notes("DatasetLevel", "One resolution of a dataset.",
                    FieldNote{.field = "level", .text = "0 is the finest", .minimum = 0}, kShapeNote,
                    FieldNote{.field = "chunk", .text = "The unit of compression", .unit = "voxel", .minimum = 1},
                    kVoxelSizeNote,
                    FieldNote{.field = "translation_um", .text = "Centre of voxel (0, 0, 0)", .unit = "micrometre"});
}

/// Contrast: [start, end] to open with, [min, max] what the data holds.
struct ContrastWindow {
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> start;
  std::optional<double> end;
};
BOOST_DESCRIBE_STRUCT(ContrastWindow, (), (min, max, start, end))
constexpr auto notes_of(const ContrastWindow* /*unused*/) {
  return type_notes("ContrastWindow", "Values shown from black to white.",
                    FieldNote{.field = "min", .text = "Smallest value of the data"},
                    FieldNote{.field = "max", .text = "Largest value of the data"},
                    FieldNote{.field = "start", .text = "Shown black at first"},
                    FieldNote{.field = "end", .text = "Shown white at first"});
}

struct PreviewWindow {
  double low = 0;
  double high = 0;
};
BOOST_DESCRIBE_STRUCT(PreviewWindow, (), (low, high))
constexpr auto notes_of(const PreviewWindow* /*unused*/) {
  return type_notes("PreviewWindow", "Lossy tiles hold round((value - low) / (high - low) * 255).");
}

struct PercentileValue {
  double percent = 0;
  std::optional<double> value;
};
BOOST_DESCRIBE_STRUCT(PercentileValue, (), (percent, value))
constexpr auto notes_of(const PercentileValue* /*unused*/) {
  return type_notes("PercentileValue", "", FieldNote{.field = "percent", .minimum = 0, .maximum = 100});
}

struct HistogramReply {
  std::optional<double> low;
  std::optional<double> high;
  std::uint64_t below = 0;
  std::uint64_t above = 0;
  std::vector<std::uint64_t> counts;
};
BOOST_DESCRIBE_STRUCT(HistogramReply, (), (low, high, below, above, counts))
constexpr auto notes_of(const HistogramReply* /*unused*/) {
  return type_notes("Histogram", "Equal bins over [low, high]; what lies outside is counted apart.");
}

struct StatisticsReply {
  std::uint64_t voxel_count = 0;
  std::uint64_t nan_count = 0;
  std::uint64_t infinite_count = 0;
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> mean;
  std::vector<PercentileValue> percentiles;
  HistogramReply histogram;
};
BOOST_DESCRIBE_STRUCT(StatisticsReply, (),
                      (voxel_count, nan_count, infinite_count, min, max, mean, percentiles, histogram))
constexpr auto notes_of(const StatisticsReply* /*unused*/) {
  return type_notes("Statistics", "Of the finest level; voxels that are not finite are only counted.");
}

struct ThumbnailsReply {
  std::string xy;
  std::string xz;
  std::string zy;
};
BOOST_DESCRIBE_STRUCT(ThumbnailsReply, (), (xy, xz, zy))
constexpr auto notes_of(const ThumbnailsReply* /*unused*/) {
  return type_notes("Thumbnails", "The middle planes as data: URLs, drawn with the opening contrast.");
}

struct SourceReply {
  std::string path_name;
  std::int64_t slices = 0;
  std::vector<std::string> notes;
};
BOOST_DESCRIBE_STRUCT(SourceReply, (), (path_name, slices, notes))
constexpr auto notes_of(const SourceReply* /*unused*/) {
  return type_notes("Source", "What the dataset was made from.",
                    FieldNote{.field = "notes", .text = "What was changed on the way, in sentences"});
}

struct DatasetReply {
  std::string id;
  std::string name;
  std::string version;
  DatasetState state = DatasetState::kPublished;
  std::optional<std::string> problem;
  std::string data_type;
  SizeZyx shape{};
  LengthZyx voxel_size_um{};
  bool voxel_size_known = false;
  std::int64_t tile_size = 0;
  std::string zarr_path;
  std::vector<DatasetLevel> levels;
  ContrastWindow window;
  PreviewWindow preview_window;
  std::optional<StatisticsReply> statistics;
  std::optional<ThumbnailsReply> thumbnails;
  std::optional<SourceReply> source;
};
BOOST_DESCRIBE_STRUCT(DatasetReply, (),
                      (id, name, version, state, problem, data_type, shape, voxel_size_um, voxel_size_known, tile_size,
                       zarr_path, levels, window, preview_window, statistics, thumbnails, source))
constexpr auto notes_of(const DatasetReply* /*unused*/) {
  return type_notes("Dataset", "Everything a viewer needs to begin.", kIdNote, kVersionNote, kProblemNote,
                    kDataTypeNote, kShapeNote, kVoxelSizeNote, kVoxelSizeKnownNote,
                    FieldNote{.field = "tile_size", .text = "Edge of a slice tile", .unit = "pixel", .minimum = 1},
                    FieldNote{.field = "zarr_path", .text = "Where the plain OME-Zarr image is served"},
                    FieldNote{.field = "levels", .text = "Finest first; empty when unreadable"},
                    FieldNote{.field = "statistics", .text = "null for images that other programs wrote"});
}

}  // namespace beamport::api
