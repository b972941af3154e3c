// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/image_pass.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"
#include "beamport/ingest/coarse_levels.h"
#include "beamport/ingest/image_attributes.h"
#include "beamport/ingest/manifest.h"
#include "beamport/ingest/recording_store.h"
#include "beamport/store/directory_store.h"

namespace beamport::ingest {
namespace {

constexpr std::chrono::seconds kSharingPause{2};  // between two looks at the coarse levels that others get
constexpr int kBytesVersion = 1;                  // to be raised when the same request gives other bytes

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

Extent rounded_up(Extent extent, Extent chunk) {
  return {round_up(extent.z, chunk.z), round_up(extent.y, chunk.y), round_up(extent.x, chunk.x)};
}

LevelLayout layout_of(const ConvertRequest& request, DataType type, Extent extent) {
  LevelLayout layout{extent, zarr::make_profile(request.profile, type, extent, request.labels)};
  if (request.tuning.shard) {
    const Extent chunk = layout.profile.chunk;
    layout.profile.shard = min_of(rounded_up(*request.tuning.shard, chunk), rounded_up(extent, chunk));
  }
  return layout;
}

}  // namespace

/// Shards must be durable one by one where an earlier process's are to be kept; the rest only in the end. Both take
/// down what is written.
struct ImagePass::Stores {
  std::shared_ptr<RecordingStore> shards;
  std::shared_ptr<RecordingStore> others;
  std::shared_ptr<store::DirectoryStore> directory;

  [[nodiscard]] static Result<Stores> create(const std::filesystem::path& path, const ConvertRequest& request) {
    Stores stores;
    BEAMPORT_ASSIGN(stores.directory, store::DirectoryStore::create(path, store::Durability::kOnSync, request.io));
    stores.others = std::make_shared<RecordingStore>(stores.directory);
    stores.shards = stores.others;
    if (request.resume) {
      BEAMPORT_ASSIGN(auto durable, store::DirectoryStore::create(path, store::Durability::kEachValue, request.io));
      stores.shards = std::make_shared<RecordingStore>(std::move(durable));
    }
    return stores;
  }

  [[nodiscard]] Manifest manifest() const {
    std::vector<ManifestEntry> entries = others->manifest().entries();
    if (shards != others) {
      const Manifest more = shards->manifest();
      entries.insert(entries.end(), more.entries().begin(), more.entries().end());
    }
    return Manifest(std::move(entries));
  }
};

ImagePass::ImagePass(const ConvertRequest& request, const image::FrameSource& source, VoxelConversion voxels)
    : request_(request), source_(source), voxels_(voxels), ledger_(source) {
  for (const Extent& extent : zarr::level_extents(source_.extent())) {
    layouts_.push_back(layout_of(request, voxels_.to(), extent));
  }
  summary_.extent = source_.extent();
  summary_.source_type = voxels_.from();
  summary_.stored_type = voxels_.to();
  summary_.level_count = layouts_.size();
  summary_.source_bytes = source_.extent().volume() * static_cast<std::int64_t>(size_of(source_.type()));
  summary_.notes = source_.notes();
  if (voxels_.narrows()) summary_.notes.push_back("float64 was narrowed to float32");
  const auto from_files = source_.voxel_size_um();
  summary_.voxel_size_known = request.voxel_size_um.has_value() || from_files.has_value();
  summary_.voxel_size_um = request.voxel_size_um.value_or(from_files.value_or(std::array<double, 3>{1, 1, 1}));
  describe();
}

Result<std::unique_ptr<ImagePass>> ImagePass::prepare(const ConvertRequest& request, const image::FrameSource& source,
                                                      bool is_landing, VoxelConversion voxels) {
  auto pass = std::unique_ptr<ImagePass>(new ImagePass(request, source, voxels));
  const auto reading = source.prefers_whole_frames() || is_landing ? Reading::kWholeSlices : Reading::kRows;
  const std::int64_t held = CoarseLevels::held_bytes(pass->layouts_, voxels.to(), request.tuning.held_bytes);
  BEAMPORT_ASSIGN(pass->plan_, plan_memory({source.extent(), voxels.from(), voxels.to(),
                                            pass->layouts_.front().profile.chunk, request.workers, reading, held},
                                           request.memory_bytes));
  return pass;
}

/// What is known of the image from the start, but its identity.
void ImagePass::describe() {
  metadata_.name = dataset_name(request_.output);
  for (const LevelLayout& layout : layouts_) metadata_.levels.push_back(layout.extent);
  metadata_.voxel_size_um = summary_.voxel_size_um;
  metadata_.voxel_size_known = summary_.voxel_size_known;
  metadata_.is_labels = request_.labels;
  ImageAttributes attributes;
  attributes.software = request_.software;
  attributes.profile = request_.profile;
  attributes.source_name = source_name(request_.stack);
  attributes.source_slices = source_.extent().z;
  attributes.source_type = source_.type();
  attributes.notes = summary_.notes;
  attributes.conversion = voxels_.to_json();
  metadata_.beamport = begin_attributes(attributes);
}

/// Of everything that decides the bytes of the image, except the voxels and the identity. Bands decide the order of
/// chunks in a shard only when they are read depth-first.
crypto::Sha256Digest ImagePass::fingerprint() const {
  JsonArray documents{zarr::group_document(metadata_)};
  for (const LevelLayout& layout : layouts_) {
    documents.push_back(zarr::array_document(layout.extent, voxels_.to(), layout.profile));
  }
  const bool is_depth_first = plan_.order == Traversal::Order::kDepthFirst;
  const Json everything{{"version", kBytesVersion},
                        {"documents", std::move(documents)},
                        {"held_from", chunked_levels().size()},
                        {"depth_first_rows", is_depth_first ? plan_.rows_per_band : 0}};
  return crypto::sha256(as_byte_view(write_json(everything)));
}

std::vector<LevelLayout> ImagePass::chunked_levels() const {
  const std::size_t held = CoarseLevels::first_held(layouts_, voxels_.to(), request_.tuning.held_bytes);
  return {layouts_.begin(), layouts_.begin() + static_cast<std::ptrdiff_t>(held)};
}

Result<void> ImagePass::run(const std::filesystem::path& directory, PartialImage& partial,
                            const ConvertObserver& observer, const std::stop_token& stop) {
  BEAMPORT_ASSIGN(std::vector<KeptShard> kept, partial.begin_pass(fingerprint(), chunked_levels(), source_));
  metadata_.beamport["generation"] = partial.identity().generation;
  metadata_.beamport["created"] = partial.identity().created;
  for (const KeptShard& shard : kept) {
    ++summary_.kept_shards;
    summary_.kept_bytes += shard.count.stored_bytes;
  }
  BEAMPORT_ASSIGN(const Stores stores, Stores::create(directory, request_));
  for (const KeptShard& shard : kept) {
    stores.others->adopt({zarr::chunk_key(shard.level, shard.place), shard.bytes, shard.crc32c});
  }
  set_growth(0);
  BEAMPORT_TRY(write_first_documents(*stores.others));
  BuildingSite site{
      .shards = *stores.shards,
      .others = *stores.others,
      .held_bytes = request_.tuning.held_bytes,
      .kept = std::move(kept),
      .on_sealed = [&](std::size_t level, Point place) { return note_sealed(partial, *stores.shards, level, place); }};
  const auto share = [&](std::int64_t slices) {
    ++shares_;
    set_growth(slices);
    return put_document(*stores.others, "zarr.json", zarr::group_document(metadata_));
  };
  BEAMPORT_TRY(convert_voxels(std::move(site), share, observer, stop));
  metadata_.beamport.erase("growing");
  BEAMPORT_TRY(put_document(*stores.others, "zarr.json", zarr::group_document(metadata_)));
  BEAMPORT_TRY(stores.directory->put(Manifest::kKey, as_byte_view(stores.manifest().encode())));
  return stores.directory->sync();
}

/// A shard of which a slice changed meanwhile is left out: the next pass makes it again.
Result<void> ImagePass::note_sealed(PartialImage& partial, const RecordingStore& store, std::size_t level,
                                    Point place) const {
  const SliceRange slices = slices_of_shard(layouts_[level], level, place, source_.extent().z);
  const auto digest = ledger_.digest(slices);
  if (!digest) return {};
  const std::string key = zarr::chunk_key(level, place);
  const auto file = store.find(key);
  if (!file) return fail(ErrorCode::kInternal, fmt::format("{} was sealed, but not taken down", key));
  return partial.note_sealed({level, place, file->size, file->crc32c, *digest});
}

/// The shapes are known from the start, so another process can read what is there while it grows.
Result<void> ImagePass::write_first_documents(store::WritableStore& store) const {
  for (std::size_t i = 0; i < layouts_.size(); ++i) {
    const Json document = zarr::array_document(layouts_[i].extent, voxels_.to(), layouts_[i].profile);
    BEAMPORT_TRY(put_document(store, fmt::format("{}/zarr.json", i), document));
  }
  return put_document(store, "zarr.json", zarr::group_document(metadata_));
}

/// Says of the image that it is not complete, and what of it can be read.
void ImagePass::set_growth(std::int64_t slices) {
  metadata_.beamport["growing"] = {{"first_level", chunked_levels().size()}, {"shares", shares_}, {"slices", slices}};
}

Result<void> ImagePass::convert_voxels(BuildingSite site, const Share& share, const ConvertObserver& observer,
                                       const std::stop_token& stop) {
  const Extent chunk = layouts_.front().profile.chunk;
  const Traversal traversal(grid_of(source_.extent(), chunk), plan_.rows_per_band, plan_.order);
  const auto reduction = request_.labels ? Reduction::kMode : Reduction::kMean;
  BEAMPORT_ASSIGN(const auto image, ImageBuilder::create(std::move(site), traversal, layouts_, voxels_.to(), reduction,
                                                         request_.workers));
  BEAMPORT_TRY(convert_bands(*image, traversal, share, observer, stop));
  BEAMPORT_ASSIGN(auto outcome, image->finish());
  for (const LevelCount& level : outcome.levels) summary_.stored_bytes += level.stored_bytes;
  complete_attributes(metadata_.beamport, outcome.statistics, outcome.levels, std::move(outcome.thumbnails));
  const ValueWindow window = display_window(outcome.statistics);
  metadata_.window = zarr::DisplayWindow{outcome.statistics.min, outcome.statistics.max, window.low, window.high};
  summary_.statistics = std::move(outcome.statistics);
  return {};
}

Result<void> ImagePass::convert_bands(ImageBuilder& image, const Traversal& traversal, const Share& share,
                                      const ConvertObserver& observer, const std::stop_token& stop) {
  const Extent chunk = layouts_.front().profile.chunk;
  exec::WorkerPool pool(request_.workers);
  BandReader reader(source_, ledger_, traversal, chunk, request_.readers, MemoryPlan::kBandBuffers, stop);
  ConvertProgress progress{0, summary_.source_bytes, 0, source_.extent().z};
  std::optional<std::chrono::steady_clock::time_point> shared;
  while (true) {
    BEAMPORT_ASSIGN(const auto loaded, reader.next());
    if (!loaded) return {};
    BEAMPORT_TRY(convert_band(*loaded, image, pool, stop));
    progress.bytes_done += loaded->box.extent().volume() * static_cast<std::int64_t>(size_of(source_.type()));
    const bool slab_ended = loaded->box.end.y == source_.extent().y;
    if (slab_ended) progress.slices_done = std::max(progress.slices_done, loaded->box.end.z);
    observer(progress);
    const auto now = std::chrono::steady_clock::now();
    if (slab_ended && (!shared || now - *shared >= kSharingPause)) {
      BEAMPORT_TRY(image.share_coarse_levels());
      BEAMPORT_TRY(share(progress.slices_done));
      shared = now;
    }
  }
}

Result<void> ImagePass::convert_band(const BandReader::LoadedBand& loaded, ImageBuilder& image, exec::WorkerPool& pool,
                                     const std::stop_token& stop) {
  const Extent chunk = layouts_.front().profile.chunk;
  const std::int64_t columns = ceil_divide(source_.extent().x, chunk.x);
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

std::optional<std::string> ImagePass::first_changed(const PartialImage& partial) const {
  if (const auto z = ledger_.first_changed()) return source_.frame_name(*z);
  if (!partial.kept_ones_fit(ledger_)) return "a slice";
  return std::nullopt;
}

}  // namespace beamport::ingest
