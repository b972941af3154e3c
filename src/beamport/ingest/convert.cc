// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/convert.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "beamport/array/value_histogram.h"
#include "beamport/base/timestamp.h"
#include "beamport/crypto/random_id.h"
#include "beamport/exec/worker_pool.h"
#include "beamport/image/landing_stack.h"
#include "beamport/ingest/band_reader.h"
#include "beamport/ingest/coarse_levels.h"
#include "beamport/ingest/image_attributes.h"
#include "beamport/ingest/image_builder.h"
#include "beamport/ingest/manifest.h"
#include "beamport/ingest/memory_plan.h"
#include "beamport/ingest/recording_store.h"
#include "beamport/ingest/staged_directory.h"
#include "beamport/ingest/voxel_conversion.h"
#include "beamport/store/directory_store.h"
#include "beamport/zarr/image_metadata.h"

namespace beamport::ingest {
namespace {

constexpr std::int64_t kSampledSlices = 16;
constexpr std::chrono::seconds kSharingPause{2};  // between two looks at the coarse levels that others get

Result<void> check_request(const ConvertRequest& request) {
  if (request.output.filename().extension() != ".zarr") {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{}: the output's name must end in .zarr, for example scan.ome.zarr", request.output.string()));
  }
  const std::filesystem::path folder = request.output.parent_path();
  std::error_code error;
  if (!folder.empty() && std::filesystem::status(folder, error).type() == std::filesystem::file_type::not_found) {
    return fail(ErrorCode::kNotFound, fmt::format("{}: there is no such folder to write {} into; make it first",
                                                  folder.string(), request.output.filename().string()));
  }
  return {};
}

/// Percentiles of evenly spaced slices: enough for percentiles, without reading the stack twice.
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
  return percentile_window(histogram.statistics());
}

Result<VoxelConversion> choose_conversion(const ConvertRequest& request, const image::FrameSource& source) {
  if (!request.type_change) return VoxelConversion::keep(source.type());
  ValueWindow window;
  if (request.type_change->window) {
    window = *request.type_change->window;
  } else if (request.landing) {
    return fail(ErrorCode::kInvalidArgument,
                "percentiles need the whole stack, which is still landing; give the window as --window lo,hi");
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

/// A stack that is complete, or one that is landing: then `landing` is the source, too.
struct OpenStack {
  std::unique_ptr<image::FrameSource> source;
  const image::LandingStack* landing = nullptr;
};

Result<OpenStack> open(const ConvertRequest& request, const std::stop_token& stop) {
  OpenStack stack;
  if (request.landing) {
    image::LandingOptions options;
    options.frames = request.landing->slices;
    options.first_number = request.landing->first_number;
    options.stop = stop;
    BEAMPORT_ASSIGN(auto landing, image::open_landing_stack(request.stack, std::move(options)));
    stack.landing = landing.get();
    stack.source = std::move(landing);
  } else {
    BEAMPORT_ASSIGN(stack.source,
                    image::open_stack(request.stack, {.gaps = request.gaps, .io = request.io, .stop = stop}));
  }
  return stack;
}

/// One conversion under way: everything that its steps share.
class Conversion {
 public:
  Conversion(const ConvertRequest& request, OpenStack stack, VoxelConversion voxels)
      : request_(request), source_(std::move(stack.source)), landing_(stack.landing), voxels_(voxels) {
    for (const Extent& extent : zarr::level_extents(source_->extent())) {
      layouts_.push_back({extent, zarr::make_profile(request.profile, voxels_.to(), extent, request.labels)});
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
    const auto reading = source_->prefers_whole_frames() || landing_ ? Reading::kWholeSlices : Reading::kRows;
    BEAMPORT_ASSIGN(const MemoryPlan plan,
                    plan_memory({source_->extent(), voxels_.from(), voxels_.to(), chunk, request_.workers, reading,
                                 CoarseLevels::held_bytes(layouts_, voxels_.to())},
                                request_.memory_bytes));
    const auto policy = request_.overwrite ? StagedDirectory::IfExists::kReplace : StagedDirectory::IfExists::kRefuse;
    BEAMPORT_ASSIGN(StagedDirectory staged, StagedDirectory::begin(request_.output, policy));
    BEAMPORT_ASSIGN(const auto directory,
                    store::DirectoryStore::create(staged.partial_path(), store::Durability::kOnSync, request_.io));
    RecordingStore store(directory);
    BEAMPORT_TRY(write_first_documents(store));
    BEAMPORT_TRY(convert_voxels(store, plan, observer, stop));
    BEAMPORT_TRY(put_document(store, "zarr.json", zarr::group_document(metadata_)));
    BEAMPORT_TRY(directory->put(Manifest::kKey, as_byte_view(store.manifest().encode())));
    BEAMPORT_TRY(directory->sync());
    if (landing_) BEAMPORT_TRY(landing_->confirm());
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
    const auto reduction = request_.labels ? Reduction::kMode : Reduction::kMean;
    BEAMPORT_ASSIGN(const auto image,
                    ImageBuilder::create(store, traversal, layouts_, voxels_.to(), reduction, request_.workers));
    exec::WorkerPool pool(request_.workers);
    BandReader reader(*source_, traversal, chunk, request_.readers, MemoryPlan::kBandBuffers, stop);
    ConvertProgress progress{0, summary_.source_bytes, 0, source_->extent().z};
    std::optional<std::chrono::steady_clock::time_point> shared;
    while (true) {
      BEAMPORT_ASSIGN(const auto loaded, reader.next());
      if (!loaded) break;
      BEAMPORT_TRY(convert_band(*loaded, *image, pool, stop));
      progress.bytes_done += loaded->box.extent().volume() * static_cast<std::int64_t>(size_of(source_->type()));
      const bool slab_ended = loaded->box.end.y == source_->extent().y;
      if (slab_ended) progress.slices_done = std::max(progress.slices_done, loaded->box.end.z);
      observer(progress);
      const auto now = std::chrono::steady_clock::now();
      if (slab_ended && (!shared || now - *shared >= kSharingPause)) {
        BEAMPORT_TRY(image->share_coarse_levels());
        shared = now;
      }
    }
    BEAMPORT_ASSIGN(auto outcome, image->finish());
    for (const LevelCount& level : outcome.levels) summary_.stored_bytes += level.stored_bytes;
    complete_attributes(metadata_.beamport, outcome.statistics, outcome.levels, std::move(outcome.thumbnails));
    const ValueWindow window = display_window(outcome.statistics);
    metadata_.window = zarr::DisplayWindow{outcome.statistics.min, outcome.statistics.max, window.low, window.high};
    summary_.statistics = std::move(outcome.statistics);
    return {};
  }

  [[nodiscard]] Result<void> convert_band(const BandReader::LoadedBand& loaded, ImageBuilder& image,
                                          exec::WorkerPool& pool, const std::stop_token& stop) {
    const Extent chunk = layouts_.front().profile.chunk;
    const std::int64_t columns = ceil_divide(source_->extent().x, chunk.x);
    const std::int64_t rows = loaded.band.row_end - loaded.band.row_begin;
    return pool.parallel_for(rows * columns, stop, [&](std::int64_t i, int worker) {
      const Point index{loaded.band.slab, loaded.band.row_begin + i / columns, i % columns};
      const Extent valid = image.valid_extent(index);
      const MutableVolumeView target = image.chunk_memory(worker);
      if (valid != chunk) fill_zero(target);
      const Point origin{0, (index.y - loaded.band.row_begin) * chunk.y, index.x * chunk.x};
      if (loaded.volume) {
        voxels_.apply(loaded.volume->part(Box::at(origin, valid)), target.part(Box::whole(valid)));
        return image.add_chunk(index, worker);
      }
      const Extent plane{1, valid.y, valid.x};
      for (std::int64_t z = 0; z < valid.z; ++z) {
        voxels_.apply(loaded.slices[static_cast<std::size_t>(z)].part(Box::at(origin, plane)),
                      target.part(Box::at({z, 0, 0}, plane)));
      }
      return image.add_chunk(index, worker);
    });
  }

  const ConvertRequest& request_;
  std::unique_ptr<image::FrameSource> source_;
  const image::LandingStack* landing_;
  VoxelConversion voxels_;
  std::vector<LevelLayout> layouts_;
  zarr::ImageMetadata metadata_;
  ConvertSummary summary_;
};

}  // namespace

Result<ConvertSummary> convert(const ConvertRequest& request, const ConvertObserver& observer, std::stop_token stop) {
  BEAMPORT_TRY(check_request(request));
  BEAMPORT_ASSIGN(OpenStack stack, open(request, stop));
  BEAMPORT_ASSIGN(const VoxelConversion voxels, choose_conversion(request, *stack.source));
  Conversion conversion(request, std::move(stack), voxels);
  return conversion.run(observer, stop);
}

}  // namespace beamport::ingest
