// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/convert.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "beamport/array/value_histogram.h"
#include "beamport/base/timestamp.h"
#include "beamport/crypto/random_id.h"
#include "beamport/exec/worker_pool.h"
#include "beamport/ingest/band_reader.h"
#include "beamport/ingest/image_attributes.h"
#include "beamport/ingest/memory_plan.h"
#include "beamport/ingest/occupancy.h"
#include "beamport/ingest/pyramid_builder.h"
#include "beamport/ingest/shard_set.h"
#include "beamport/ingest/staged_directory.h"
#include "beamport/ingest/thumbnails.h"
#include "beamport/ingest/voxel_conversion.h"
#include "beamport/store/directory_store.h"
#include "beamport/zarr/image_metadata.h"

namespace beamport::ingest {
namespace {

constexpr std::int64_t kSampledSlices = 16;

Result<void> check_request(const ConvertRequest& request) {
  if (request.output.filename().extension() != ".zarr") {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{}: the output's name must end in .zarr, for example scan.ome.zarr", request.output.string()));
  }
  return {};
}

/// Display window of evenly spaced slices: enough for percentiles, without reading the stack twice.
Result<ValueWindow> sampled_window(const image::FrameSource& source) {
  const Extent extent = source.extent();
  const Extent slice{1, extent.y, extent.x};
  AlignedBuffer buffer(static_cast<std::size_t>(slice.volume()) * size_of(source.type()));
  ValueHistogram histogram(source.type());
  const std::int64_t samples = std::min(kSampledSlices, extent.z);
  for (std::int64_t i = 0; i < samples; ++i) {
    const std::int64_t z = (2 * i + 1) * extent.z / (2 * samples);
    const MutableVolumeView view(buffer.data(), slice, source.type());
    BEAMPORT_TRY(source.read_rows(z, 0, view));
    histogram.add(view);
  }
  return display_window(histogram.statistics());
}

Result<VoxelConversion> choose_conversion(const ConvertRequest& request, const image::FrameSource& source) {
  if (!request.type_change) return VoxelConversion::keep(source.type());
  ValueWindow window;
  if (request.type_change->window) {
    window = *request.type_change->window;
  } else {
    BEAMPORT_ASSIGN(window, sampled_window(source));
  }
  return VoxelConversion::windowed(source.type(), request.type_change->to, window);
}

std::string dataset_name(const std::filesystem::path& output) {
  std::string name = output.filename().stem().string();  // without .zarr
  if (name.ends_with(".ome")) name.resize(name.size() - 4);
  return name;
}

std::string source_name(const std::string& stack) {
  std::filesystem::path path(stack);
  if (!path.has_filename()) path = path.parent_path();
  return path.filename().string();
}

Result<void> put_document(store::WritableStore& store, const std::string& key, const Json& document) {
  return store.put(key, as_byte_view(write_json_pretty(document)));
}

/// One conversion under way: everything that its steps share.
class Conversion {
 public:
  Conversion(const ConvertRequest& request, std::unique_ptr<image::FrameSource> source, VoxelConversion voxels)
      : request_(request), source_(std::move(source)), voxels_(voxels) {
    for (const Extent& extent : zarr::level_extents(source_->extent())) {
      layouts_.push_back({extent, zarr::make_profile(request.profile, voxels_.to(), extent)});
    }
    summary_.extent = source_->extent();
    summary_.source_type = voxels_.from();
    summary_.stored_type = voxels_.to();
    summary_.level_count = layouts_.size();
    summary_.source_bytes = source_->extent().volume() * static_cast<std::int64_t>(size_of(source_->type()));
    summary_.notes = source_->notes();
    if (voxels_.narrows()) summary_.notes.push_back("float64 was narrowed to float32");
    const auto from_files = source_->voxel_size_um();
    summary_.voxel_size_known = request.voxel_size_um.has_value() || from_files.has_value();
    summary_.voxel_size_um = request.voxel_size_um.value_or(from_files.value_or(std::array<double, 3>{1, 1, 1}));
  }

  [[nodiscard]] Result<ConvertSummary> run(const ConvertObserver& observer, const std::stop_token& stop) {
    const Extent chunk = layouts_.front().profile.chunk;
    BEAMPORT_ASSIGN(const MemoryPlan plan, plan_memory({source_->extent(), voxels_.from(), voxels_.to(), chunk,
                                                        request_.workers, source_->prefers_whole_frames()},
                                                       request_.memory_bytes));
    const auto policy = request_.overwrite ? StagedDirectory::IfExists::kReplace : StagedDirectory::IfExists::kRefuse;
    BEAMPORT_ASSIGN(StagedDirectory staged, StagedDirectory::begin(request_.output, policy));
    BEAMPORT_ASSIGN(const auto store, store::DirectoryStore::create(staged.partial_path(), store::Durability::kOnSync));
    BEAMPORT_TRY(write_first_documents(*store));
    BEAMPORT_TRY(convert_voxels(*store, plan, observer, stop));
    BEAMPORT_TRY(put_document(*store, "zarr.json", zarr::group_document(metadata_)));
    BEAMPORT_TRY(store->sync());
    BEAMPORT_TRY(staged.publish());
    return std::move(summary_);
  }

 private:
  /// The shapes are known from the start, so another process can read what is there while it grows.
  [[nodiscard]] Result<void> write_first_documents(store::WritableStore& store) {
    metadata_.name = dataset_name(request_.output);
    for (const LevelLayout& layout : layouts_) metadata_.levels.push_back(layout.extent);
    metadata_.voxel_size_um = summary_.voxel_size_um;
    metadata_.voxel_size_known = summary_.voxel_size_known;
    metadata_.is_labels = request_.labels;
    ImageAttributes attributes;
    BEAMPORT_ASSIGN(attributes.generation, crypto::random_id());
    attributes.created = utc_timestamp(std::chrono::system_clock::now());
    attributes.software = request_.software;
    attributes.profile = request_.profile;
    attributes.source_name = source_name(request_.stack);
    attributes.source_slices = source_->extent().z;
    attributes.source_type = source_->type();
    attributes.notes = summary_.notes;
    attributes.conversion = voxels_.to_json();
    metadata_.beamport = begin_attributes(attributes);
    for (std::size_t i = 0; i < layouts_.size(); ++i) {
      const Json document = zarr::array_document(layouts_[i].extent, voxels_.to(), layouts_[i].profile);
      BEAMPORT_TRY(put_document(store, fmt::format("{}/zarr.json", i), document));
    }
    return put_document(store, "zarr.json", zarr::group_document(metadata_));
  }

  [[nodiscard]] Result<void> convert_voxels(store::WritableStore& store, const MemoryPlan& plan,
                                            const ConvertObserver& observer, const std::stop_token& stop) {
    const Extent chunk = layouts_.front().profile.chunk;
    const Traversal traversal(grid_of(source_->extent(), chunk), plan.rows_per_band, plan.order);
    std::vector<Extent> grids;
    for (const LevelLayout& layout : layouts_) grids.push_back(grid_of(layout.extent, chunk));
    Occupancy occupancy(grids, voxels_.to());
    ThumbnailCollector thumbnails(metadata_.levels, voxels_.to());
    ShardSet shards(store, traversal, layouts_, voxels_.to());
    const auto reduction = request_.labels ? Reduction::kMode : Reduction::kMean;
    const auto observe = [&](std::size_t level, Point index, VolumeView valid, const ValueRange& range) {
      occupancy.record(level, index, range);
      thumbnails.observe(level, {index.z * chunk.z, index.y * chunk.y, index.x * chunk.x}, valid);
    };
    BEAMPORT_ASSIGN(const auto pyramid, PyramidBuilder::create(layouts_, voxels_.to(), reduction, shards, observe));

    exec::WorkerPool pool(request_.workers);
    std::vector<ChunkWorkspace> workspaces;
    for (int i = 0; i < pool.size(); ++i) workspaces.push_back(pyramid->make_workspace());
    BandReader reader(*source_, traversal, chunk, request_.readers, MemoryPlan::kBandBuffers, stop);
    ConvertProgress progress{0, summary_.source_bytes, 0, source_->extent().z};
    while (true) {
      BEAMPORT_ASSIGN(const auto loaded, reader.next());
      if (!loaded) break;
      BEAMPORT_TRY(convert_band(*loaded, *pyramid, pool, workspaces, stop));
      progress.bytes_done += loaded->box.extent().volume() * static_cast<std::int64_t>(size_of(source_->type()));
      if (loaded->box.end.y == source_->extent().y)
        progress.slices_done = std::max(progress.slices_done, loaded->box.end.z);
      observer(progress);
    }
    BEAMPORT_TRY(shards.close());

    ValueHistogram& total = workspaces.front().histogram;
    for (std::size_t i = 1; i < workspaces.size(); ++i) total.merge(workspaces[i].histogram);
    summary_.statistics = total.statistics();
    const auto counts = shards.counts();
    for (const auto& level : counts) summary_.stored_bytes += level.stored_bytes;
    BEAMPORT_TRY(occupancy.write(store));
    BEAMPORT_ASSIGN(Json pictures, thumbnails.to_json(display_window(summary_.statistics)));
    complete_attributes(metadata_.beamport, summary_.statistics, counts, std::move(pictures));
    const ValueWindow window = display_window(summary_.statistics);
    metadata_.window = zarr::DisplayWindow{summary_.statistics.min, summary_.statistics.max, window.low, window.high};
    return {};
  }

  [[nodiscard]] Result<void> convert_band(const BandReader::LoadedBand& loaded, PyramidBuilder& pyramid,
                                          exec::WorkerPool& pool, std::vector<ChunkWorkspace>& workspaces,
                                          const std::stop_token& stop) {
    const Extent chunk = layouts_.front().profile.chunk;
    const std::int64_t columns = ceil_divide(source_->extent().x, chunk.x);
    const std::int64_t rows = loaded.band.row_end - loaded.band.row_begin;
    return pool.parallel_for(rows * columns, stop, [&](std::int64_t i, int worker) {
      const Point index{loaded.band.slab, loaded.band.row_begin + i / columns, i % columns};
      ChunkWorkspace& workspace = workspaces[static_cast<std::size_t>(worker)];
      const Extent valid = pyramid.valid_extent(0, index);
      if (valid != chunk) std::memset(workspace.voxels.data(), 0, workspace.voxels.size());
      const Point origin{0, (index.y - loaded.band.row_begin) * chunk.y, index.x * chunk.x};
      const MutableVolumeView target =
          MutableVolumeView(workspace.voxels.data(), chunk, voxels_.to()).part(Box::whole(valid));
      voxels_.apply(loaded.voxels.part(Box::at(origin, valid)), target);
      return pyramid.add_chunk(index, workspace);
    });
  }

  const ConvertRequest& request_;
  std::unique_ptr<image::FrameSource> source_;
  VoxelConversion voxels_;
  std::vector<LevelLayout> layouts_;
  zarr::ImageMetadata metadata_;
  ConvertSummary summary_;
};

}  // namespace

Result<ConvertSummary> convert(const ConvertRequest& request, const ConvertObserver& observer, std::stop_token stop) {
  BEAMPORT_TRY(check_request(request));
  BEAMPORT_ASSIGN(auto source, image::open_stack(request.stack, {.gaps = request.gaps}));
  BEAMPORT_ASSIGN(const VoxelConversion voxels, choose_conversion(request, *source));
  Conversion conversion(request, std::move(source), voxels);
  return conversion.run(observer, stop);
}

}  // namespace beamport::ingest
