// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/image_builder.h"

#include <utility>

#include "beamport/base/checked_math.h"

namespace beamport::ingest {
namespace {

// From here on a sixteenth of the rows, 17 million voxels at least, tells a percentile's rank to about a hundredth of a
// percent.
constexpr std::int64_t kLargeVolume = std::int64_t{1} << 28;

std::vector<Extent> extents_of(const std::vector<LevelLayout>& levels) {
  std::vector<Extent> extents;
  for (const LevelLayout& level : levels) extents.push_back(level.extent);
  return extents;
}

std::vector<Extent> grids_of(const std::vector<LevelLayout>& levels) {
  std::vector<Extent> grids;
  for (const LevelLayout& level : levels) grids.push_back(grid_of(level.extent, level.profile.chunk));
  return grids;
}

std::vector<LevelLayout> first_levels(const std::vector<LevelLayout>& levels, std::size_t count) {
  return {levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

Result<std::unique_ptr<ImageBuilder>> ImageBuilder::create(BuildingSite site, const Traversal& traversal,
                                                           const std::vector<LevelLayout>& levels, DataType type,
                                                           Reduction reduction, int workers) {
  const zarr::Profile& profile = levels.front().profile;
  const auto shape = profile.chunk.as_array();
  BEAMPORT_ASSIGN(auto chain, codec::CodecChain::prepare(profile.codecs, {shape.begin(), shape.end()}, type));
  return std::unique_ptr<ImageBuilder>(
      new ImageBuilder(std::move(site), traversal, levels, type, reduction, workers, std::move(chain)));
}

ImageBuilder::ImageBuilder(BuildingSite site, const Traversal& traversal, const std::vector<LevelLayout>& levels,
                           DataType type, Reduction reduction, int workers, codec::CodecChain chain)
    : store_(site.others),
      chunk_(levels.front().profile.chunk),
      type_(type),
      chain_(std::move(chain)),
      occupancy_(grids_of(levels), type),
      thumbnails_(extents_of(levels), type),
      coarse_(levels, type, site.held_bytes),
      shards_(site.shards, site.others, traversal, first_levels(levels, coarse_.first()), type,
              chain_.max_encoded_size(), site.kept, std::move(site.on_sealed)),
      pyramid_(levels, type, reduction, chain_, shards_, coarse_,
               [this](std::size_t level, Point chunk, VolumeView valid, const ValueRange& range) {
                 observe(level, chunk, valid, range);
               }) {
  const Extent finest = levels.front().extent;
  const bool large = checked_multiply(finest.z, finest.y, finest.x).value_or(kLargeVolume) >= kLargeVolume;
  const RowSampling sampling = large ? RowSampling::kSixteenth : RowSampling::kEvery;
  for (int i = 0; i < workers; ++i) workspaces_.emplace_back(chunk_, type, ValueHistogram(type, sampling));
}

void ImageBuilder::observe(std::size_t level, Point chunk, VolumeView valid, const ValueRange& range) {
  occupancy_.record(level, chunk, range);
  thumbnails_.observe(level, {chunk.z * chunk_.z, chunk.y * chunk_.y, chunk.x * chunk_.x}, valid);
}

MutableVolumeView ImageBuilder::chunk_memory(int worker) noexcept {
  return {workspaces_[static_cast<std::size_t>(worker)].voxels.data(), chunk_, type_};
}

Result<void> ImageBuilder::add_chunk(Point chunk, int worker) {
  return pyramid_.add_chunk(chunk, workspaces_[static_cast<std::size_t>(worker)]);
}

Result<void> ImageBuilder::share_coarse_levels() {
  BEAMPORT_ASSIGN(auto encoded, coarse_.encode_shards(chain_, coarse_scratch_));
  for (CoarseLevels::Shard& shard : encoded) {
    BEAMPORT_TRY(shards_.put_whole(std::move(shard.key), std::move(shard.bytes)));
  }
  return {};
}

Result<ImageBuilder::Outcome> ImageBuilder::finish() {
  BEAMPORT_TRY(share_coarse_levels());
  BEAMPORT_TRY(shards_.close());
  ValueHistogram& total = workspaces_.front().histogram;
  for (std::size_t i = 1; i < workspaces_.size(); ++i) total.merge(workspaces_[i].histogram);
  Outcome outcome;
  outcome.statistics = total.statistics();
  outcome.levels = shards_.counts();
  outcome.levels.insert(outcome.levels.end(), coarse_.counts().begin(), coarse_.counts().end());
  BEAMPORT_TRY(occupancy_.write(store_));
  BEAMPORT_ASSIGN(outcome.thumbnails, thumbnails_.to_json(display_window(outcome.statistics)));
  return outcome;
}

}  // namespace beamport::ingest
