// SPDX-License-Identifier: Apache-2.0
#pragma once

// One pass over the voxels of a stack, which makes a whole image in a partial directory; or the rest of one, where
// shards of an earlier pass stay. Afterwards the caller asks whether the slices are still what was read: if not,
// another pass does again what came from them.
//
// Used by one thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/crypto/sha256.h"
#include "beamport/exec/worker_pool.h"
#include "beamport/image/frame_source.h"
#include "beamport/ingest/band_reader.h"
#include "beamport/ingest/convert.h"
#include "beamport/ingest/image_builder.h"
#include "beamport/ingest/level_layout.h"
#include "beamport/ingest/memory_plan.h"
#include "beamport/ingest/partial_image.h"
#include "beamport/ingest/recording_store.h"
#include "beamport/ingest/slice_ledger.h"
#include "beamport/ingest/traversal.h"
#include "beamport/ingest/voxel_conversion.h"
#include "beamport/store/store.h"
#include "beamport/zarr/image_metadata.h"

namespace beamport::ingest {

class ImagePass {
 public:
  /// `is_landing`: slices should be taken as they land. The references outlive the pass. kResourceExhausted when the
  /// memory does not suffice.
  [[nodiscard]] static Result<std::unique_ptr<ImagePass>> prepare(const ConvertRequest& request,
                                                                  const image::FrameSource& source, bool is_landing,
                                                                  VoxelConversion voxels);

  /// Everything but the name: when this returns, all of the image is durable in the directory.
  [[nodiscard]] Result<void> run(const std::filesystem::path& directory, PartialImage& partial,
                                 const ConvertObserver& observer, const std::stop_token& stop);

  /// A slice of which something was read that it is no longer, or on which a shard that stayed depends.
  [[nodiscard]] std::optional<std::string> first_changed(const PartialImage& partial) const;

  [[nodiscard]] ConvertSummary& summary() noexcept { return summary_; }

 private:
  ImagePass(const ConvertRequest& request, const image::FrameSource& source, VoxelConversion voxels);

  struct Stores;
  void describe();
  [[nodiscard]] crypto::Sha256Digest fingerprint() const;
  [[nodiscard]] std::vector<LevelLayout> chunked_levels() const;
  [[nodiscard]] Result<void> write_first_documents(store::WritableStore& store) const;
  /// Called when the coarse levels were written, with the slices that are in them.
  using Share = std::function<Result<void>(std::int64_t slices)>;
  void set_growth(std::int64_t slices);
  [[nodiscard]] Result<void> convert_voxels(BuildingSite site, const Share& share, const ConvertObserver& observer,
                                            const std::stop_token& stop);
  [[nodiscard]] Result<void> convert_bands(ImageBuilder& image, const Traversal& traversal, const Share& share,
                                           const ConvertObserver& observer, const std::stop_token& stop);
  [[nodiscard]] Result<void> convert_band(const BandReader::LoadedBand& loaded, ImageBuilder& image,
                                          exec::WorkerPool& pool, const std::stop_token& stop);
  [[nodiscard]] Result<void> note_sealed(PartialImage& partial, const RecordingStore& store, std::size_t level,
                                         Point place) const;

  const ConvertRequest& request_;
  const image::FrameSource& source_;
  VoxelConversion voxels_;
  SliceLedger ledger_;
  std::vector<LevelLayout> layouts_;
  MemoryPlan plan_;
  zarr::ImageMetadata metadata_;
  ConvertSummary summary_;
  std::int64_t shares_ = 0;
};

}  // namespace beamport::ingest
