// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/chunk_reader.h"

#include <cstring>
#include <utility>

namespace beamport::render {
namespace {

constexpr std::size_t kMaxIdleScratches = 16;

}  // namespace

Result<ChunkCache::Entry> ChunkReader::read(const ServedImage& image, std::size_t level, Point chunk,
                                            const std::stop_token& stop) {
  if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "the request was cancelled");
  BEAMPORT_ASSIGN(const zarr::Array* array, image.level(level));
  return cache_.get({image.number(), level, chunk}, [&] { return decode(*array, chunk); }, stop);
}

Result<DecodedChunk> ChunkReader::decode(const zarr::Array& array, Point chunk) {
  AlignedBuffer voxels(array.chunk_bytes());
  auto scratch = take_scratch();
  const auto state = array.read_chunk(chunk, voxels.bytes(), *scratch);
  give_back(std::move(scratch));
  BEAMPORT_TRY(state);
  if (*state == zarr::Array::ChunkState::kStored) return DecodedChunk{false, std::move(voxels)};
  AlignedBuffer fill(size_of(array.type()));
  std::memcpy(fill.data(), voxels.data(), fill.size());
  return DecodedChunk{true, std::move(fill)};
}

std::unique_ptr<codec::Scratch> ChunkReader::take_scratch() {
  const std::lock_guard lock(scratches_mutex_);
  if (scratches_.empty()) return std::make_unique<codec::Scratch>();
  auto scratch = std::move(scratches_.back());
  scratches_.pop_back();
  return scratch;
}

void ChunkReader::give_back(std::unique_ptr<codec::Scratch> scratch) {
  const std::lock_guard lock(scratches_mutex_);
  if (scratches_.size() < kMaxIdleScratches) scratches_.push_back(std::move(scratch));
}

}  // namespace beamport::render
