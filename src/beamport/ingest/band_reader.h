// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads a stack band by band, ahead of whoever works on the bands, into a fixed number of buffers: the memory of
// reading is bounded by them, and a slow consumer holds the reader back. next() and the returned bands are used by one
// thread; the reading happens on others.
//
//   buffer:  | slot of slice 0 | slot of slice 1 | …     the rows of a slice lie somewhere in its slot, where the
//   source
//                                                        put them: direct I/O reads whole blocks

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "beamport/array/volume_view.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/base/result.h"
#include "beamport/exec/bounded_queue.h"
#include "beamport/exec/worker_pool.h"
#include "beamport/image/frame_source.h"
#include "beamport/ingest/slice_ledger.h"
#include "beamport/ingest/traversal.h"

namespace beamport::ingest {

class BandReader {
 public:
  /// Voxels in memory until the next call of next().
  struct LoadedBand {
    Band band;
    Box box;                             // voxels of the volume
    std::span<const VolumeView> slices;  // {1, rows, width} each, the source's type
    std::optional<VolumeView> volume;    // all of them in one, where they lie at even distances, as they mostly do
  };

  /// Begins at once. What is read is noted in the ledger. Reads with `readers` threads at a time into `buffers` (at
  /// least 2) buffers of one band each.
  BandReader(const image::FrameSource& source, SliceLedger& ledger, const Traversal& traversal, Extent chunk,
             int readers, int buffers, std::stop_token stop);
  ~BandReader();
  BandReader(const BandReader&) = delete;
  BandReader& operator=(const BandReader&) = delete;

  /// The next band of the traversal; nothing after the last. Gives the previous band's buffer back.
  [[nodiscard]] Result<std::optional<LoadedBand>> next();

  /// Voxel bytes of one buffer for that many chunk rows; the source may add some for alignment.
  [[nodiscard]] static std::optional<std::int64_t> band_bytes(Extent extent, DataType type, Extent chunk,
                                                              std::int64_t rows) noexcept;

 private:
  struct BandMemory {
    AlignedBuffer slots;
    std::vector<VolumeView> slices;
  };
  using Buffer = std::unique_ptr<BandMemory>;
  struct Filled {
    Band band;
    Buffer buffer;
  };

  void read_all(int readers, const std::stop_token& own_stop);
  [[nodiscard]] Result<void> read_band(const Box& box, BandMemory& memory, exec::WorkerPool& pool,
                                       const std::stop_token& stop);
  [[nodiscard]] Box box_of(const Band& band) const noexcept;

  const image::FrameSource& source_;
  SliceLedger& ledger_;
  const Traversal& traversal_;
  Extent chunk_;
  std::size_t slot_bytes_;
  std::stop_token stop_;
  exec::BoundedQueue<Buffer> free_;
  exec::BoundedQueue<Result<Filled>> filled_;
  Buffer lent_;
  std::jthread thread_;
};

}  // namespace beamport::ingest
