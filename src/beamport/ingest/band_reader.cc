// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/band_reader.h"

#include <algorithm>
#include <utility>

#include "beamport/base/check.h"

namespace beamport::ingest {

namespace {

std::optional<VolumeView> joined(std::span<const VolumeView> slices) {
  VolumeView volume = slices.front();
  volume.extent.z = static_cast<std::int64_t>(slices.size());
  if (slices.size() > 1) volume.strides.z = slices[1].data - slices[0].data;
  for (std::size_t z = 0; z < slices.size(); ++z) {
    if (slices[z].data != volume.row(static_cast<std::int64_t>(z), 0) || slices[z].strides.y != volume.strides.y) {
      return std::nullopt;
    }
  }
  return volume;
}

}  // namespace

std::optional<std::int64_t> BandReader::band_bytes(Extent extent, DataType type, Extent chunk,
                                                   std::int64_t rows) noexcept {
  const Extent band = min_of(extent, {chunk.z, rows * chunk.y, extent.x});
  return band.checked_bytes(static_cast<std::int64_t>(size_of(type)));
}

BandReader::BandReader(const image::FrameSource& source, SliceLedger& ledger, const Traversal& traversal, Extent chunk,
                       int readers, int buffers, std::stop_token stop)
    : source_(source),
      ledger_(ledger),
      traversal_(traversal),
      chunk_(chunk),
      slot_bytes_(source.slot_bytes(std::min(traversal.rows_per_band() * chunk.y, source.extent().y))),
      stop_(std::move(stop)),
      free_(static_cast<std::size_t>(buffers)),
      filled_(static_cast<std::size_t>(buffers)) {
  BEAMPORT_CHECK(buffers >= 2 && readers >= 1);
  const auto slots = static_cast<std::size_t>(std::min(chunk.z, source.extent().z));
  for (int i = 0; i < buffers; ++i) {
    auto memory = std::make_unique<BandMemory>();
    memory->slots = AlignedBuffer(slots * slot_bytes_);
    memory->slices.resize(slots);
    BEAMPORT_CHECK(free_.push(std::move(memory)));
  }
  thread_ = std::jthread([this, readers](const std::stop_token& own_stop) { read_all(readers, own_stop); });
}

BandReader::~BandReader() {
  thread_.request_stop();
  free_.close();
  filled_.close();
}

Box BandReader::box_of(const Band& band) const noexcept {
  const Extent whole = source_.extent();
  return intersection(Box::whole(whole), {{band.slab * chunk_.z, band.row_begin * chunk_.y, 0},
                                          {(band.slab + 1) * chunk_.z, band.row_end * chunk_.y, whole.x}});
}

Result<void> BandReader::read_band(const Box& box, BandMemory& memory, exec::WorkerPool& pool,
                                   const std::stop_token& stop) {
  const Extent extent = box.extent();
  return pool.parallel_for(extent.z, stop, [&](std::int64_t i, int) -> Result<void> {
    const auto slice = static_cast<std::size_t>(i);
    const MutableByteView slot = memory.slots.bytes().subspan(slice * slot_bytes_, slot_bytes_);
    BEAMPORT_ASSIGN(memory.slices[slice], ledger_.read(box.begin.z + i, box.begin.y, extent.y, slot));
    return {};
  });
}

void BandReader::read_all(int readers, const std::stop_token& own_stop) {
  exec::WorkerPool pool(readers);
  // Either side may end the reading: the caller's request, or this object's own end.
  std::stop_source either;
  const std::stop_callback on_caller(stop_, [&] { either.request_stop(); });
  const std::stop_callback on_own(own_stop, [&] { either.request_stop(); });
  for (std::int64_t position = 0; position < traversal_.band_count(); ++position) {
    auto buffer = free_.pop();
    if (!buffer) return;
    const Band& band = traversal_.band(position);
    const Result<void> read = read_band(box_of(band), **buffer, pool, either.get_token());
    if (!read) {
      static_cast<void>(filled_.push(tl::unexpected(read.error())));  // refused only when nobody listens any more
      filled_.close();
      return;
    }
    if (!filled_.push(Filled{band, std::move(*buffer)})) return;
  }
  filled_.close();
}

Result<std::optional<BandReader::LoadedBand>> BandReader::next() {
  if (lent_) static_cast<void>(free_.push(std::move(lent_)));  // never full: it came from there
  auto item = filled_.pop();
  if (!item) return std::nullopt;
  BEAMPORT_ASSIGN(Filled filled, std::move(*item));
  lent_ = std::move(filled.buffer);
  const Box box = box_of(filled.band);
  const auto slices = std::span<const VolumeView>(lent_->slices).first(static_cast<std::size_t>(box.extent().z));
  return LoadedBand{filled.band, box, slices, joined(slices)};
}

}  // namespace beamport::ingest
