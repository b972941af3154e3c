// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/slice_ledger.h"

#include <algorithm>
#include <array>

namespace beamport::ingest {
namespace {

constexpr std::uint64_t kUnread = 0;
constexpr std::uint64_t kMixed = UINT64_MAX;  // parts of different versions were read

void add_to(crypto::Sha256& digest, const os::FileStamp& stamp) {
  std::array<std::byte, 32> bytes{};
  const MutableByteView view(bytes);
  store_little(view, stamp.inode);
  store_little(view.subspan(8), stamp.size);
  store_little(view.subspan(16), stamp.modified_ns);
  store_little(view.subspan(24), stamp.changed_ns);
  digest.update(bytes);
}

}  // namespace

SliceRange slices_of_shard(const LevelLayout& layout, std::size_t level, Point place, std::int64_t slices) noexcept {
  const std::int64_t depth = layout.profile.shard.z;
  return {std::min((place.z * depth) << level, slices), std::min(((place.z + 1) * depth) << level, slices)};
}

std::optional<crypto::Sha256Digest> digest_of_stamps(const image::FrameSource& source, SliceRange range) {
  crypto::Sha256 digest;
  for (std::int64_t z = range.begin; z < range.end; ++z) {
    const auto state = source.frame_state(z);
    if (!state) return std::nullopt;
    add_to(digest, state->stamp);
  }
  return digest.finish();
}

SliceLedger::SliceLedger(const image::FrameSource& source)
    : source_(source), versions_(static_cast<std::size_t>(source.extent().z), kUnread) {}

Result<VolumeView> SliceLedger::read(std::int64_t z, std::int64_t row, std::int64_t rows, MutableByteView slot) {
  BEAMPORT_ASSIGN(const image::FrameState before, source_.await_frame(z));
  BEAMPORT_ASSIGN(const VolumeView voxels, source_.read_into(z, row, rows, slot));
  const auto after = source_.frame_state(z);
  note(z, before.version, after ? after->version : 0);
  return voxels;
}

void SliceLedger::note(std::int64_t z, std::uint64_t before, std::uint64_t after) {
  const std::lock_guard lock(mutex_);
  std::uint64_t& version = versions_[static_cast<std::size_t>(z)];
  const bool is_one = before == after && (version == kUnread || version == before);
  version = is_one ? before : kMixed;
}

std::uint64_t SliceLedger::version_read(std::int64_t z) const {
  const std::lock_guard lock(mutex_);
  return versions_[static_cast<std::size_t>(z)];
}

std::optional<crypto::Sha256Digest> SliceLedger::digest(SliceRange range) const {
  crypto::Sha256 digest;
  for (std::int64_t z = range.begin; z < range.end; ++z) {
    const auto state = source_.frame_state(z);
    if (!state || state->version == 0 || state->version != version_read(z)) return std::nullopt;
    add_to(digest, state->stamp);
  }
  return digest.finish();
}

std::optional<std::int64_t> SliceLedger::first_changed() const {
  for (std::int64_t z = 0; z < source_.extent().z; ++z) {
    const std::uint64_t version = version_read(z);
    const auto state = source_.frame_state(z);
    if (!state || state->version == 0 || (version != kUnread && version != state->version)) return z;
  }
  return std::nullopt;
}

}  // namespace beamport::ingest
