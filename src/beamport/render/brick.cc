// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/brick.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "beamport/array/volume_view.h"
#include "beamport/base/aligned_buffer.h"

namespace beamport::render {
namespace {

static_assert(std::endian::native == std::endian::little, "voxels of a brick are sent as they lie in memory");

constexpr std::int64_t kMaxBatchBytes = std::int64_t{256} << 20;
// 256 places of three 20-digit numbers.
constexpr std::size_t kMaxPlacesLength = std::size_t{256} * 64;

/// Takes one number and the delimiter behind it (or the end of the text) off the front.
std::optional<std::int64_t> take_number(std::string_view& text, char delimiter) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.empty()) return number;
  if (text.front() != delimiter) return std::nullopt;
  text.remove_prefix(1);
  return number;
}

std::optional<Point> parse_place(std::string_view text) {
  if (std::count(text.begin(), text.end(), '.') != 2) return std::nullopt;
  const auto z = take_number(text, '.');
  const auto y = z ? take_number(text, '.') : std::nullopt;
  const auto x = y ? take_number(text, '.') : std::nullopt;
  if (!x || !text.empty()) return std::nullopt;
  return Point{*z, *y, *x};
}

Result<Box> brick_box(const zarr::Array& array, Point brick) {
  const Extent grid = grid_of(array.extent(), {kBrickSize, kBrickSize, kBrickSize});
  if (!Box::whole(grid).contains(Box::at(brick, {1, 1, 1}))) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no brick {}; the level has {} of them", brick, grid));
  }
  const Point origin{brick.z * kBrickSize, brick.y * kBrickSize, brick.x * kBrickSize};
  return intersection(Box::at(origin, {kBrickSize, kBrickSize, kBrickSize}), Box::whole(array.extent()));
}

void fill(const std::byte* voxel, MutableVolumeView to) {
  const std::size_t step = size_of(to.type);
  for (std::int64_t z = 0; z < to.extent.z; ++z) {
    for (std::int64_t y = 0; y < to.extent.y; ++y) {
      std::byte* at = to.row(z, y);
      for (std::int64_t x = 0; x < to.extent.x; ++x, at += step) std::memcpy(at, voxel, step);
    }
  }
}

/// Copies the part of one chunk that lies inside the box.
Result<void> copy_chunk(const RenderContext& context, const ServedImage& image, std::size_t level,
                        const zarr::Array& array, Point place, const Box& box, MutableVolumeView to) {
  BEAMPORT_ASSIGN(const ChunkCache::Entry chunk, context.chunks.read(image, level, place, context.stop));
  const Extent size = array.chunk();
  const Point origin{place.z * size.z, place.y * size.y, place.x * size.x};
  const Box part = intersection(Box::at(origin, size), box);
  const auto offset = [](Point p, Point from) { return Point{p.z - from.z, p.y - from.y, p.x - from.x}; };
  const MutableVolumeView target = to.part(Box::at(offset(part.begin, box.begin), part.extent()));
  if (chunk->is_empty) {
    fill(chunk->voxels.data(), target);
  } else {
    const VolumeView source(chunk->voxels.data(), size, array.type());
    copy_volume(source.part(Box::at(offset(part.begin, origin), part.extent())), target);
  }
  return {};
}

Result<void> read_brick(const RenderContext& context, const ServedImage& image, std::size_t level,
                        const zarr::Array& array, const Box& box, MutableVolumeView to) {
  const Extent size = array.chunk();
  for (std::int64_t z = box.begin.z / size.z; z * size.z < box.end.z; ++z) {
    for (std::int64_t y = box.begin.y / size.y; y * size.y < box.end.y; ++y) {
      for (std::int64_t x = box.begin.x / size.x; x * size.x < box.end.x; ++x) {
        BEAMPORT_TRY(copy_chunk(context, image, level, array, {z, y, x}, box, to));
      }
    }
  }
  return {};
}

Bytes make_frame(Point brick, VolumeView voxels) {
  const Extent extent = voxels.extent;
  const std::size_t payload = all_zero(voxels) ? 0 : static_cast<std::size_t>(extent.volume()) * size_of(voxels.type);
  Bytes frame(kBrickHeaderBytes + payload);
  const MutableByteView header(frame.data(), kBrickHeaderBytes);
  std::size_t at = 0;
  for (const std::int64_t number : {brick.z, brick.y, brick.x, extent.z, extent.y, extent.x}) {
    store_little(header.subspan(at), static_cast<std::uint32_t>(number));
    at += sizeof(std::uint32_t);
  }
  store_little(header.subspan(at), std::uint64_t{payload});
  if (payload != 0) std::memcpy(frame.data() + kBrickHeaderBytes, voxels.data, payload);
  return frame;
}

}  // namespace

Result<std::vector<Point>> parse_brick_places(std::string_view text) {
  if (text.empty() || text.size() > kMaxPlacesLength) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("bricks: 1 to {} places like 0.1.2,0.1.3", kMaxBricks));
  }
  std::vector<Point> places;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto place = parse_place(text.substr(begin, end - begin));
    if (!place) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("bricks: place {} is not three numbers like 0.1.2", places.size() + 1));
    }
    if (places.size() == kMaxBricks) {
      return fail(ErrorCode::kOutOfRange, fmt::format("bricks: more than {} in one request", kMaxBricks));
    }
    places.push_back(*place);
    begin = end + 1;
  }
  return places;
}

Result<Bytes> brick_frame(const RenderContext& context, const ServedImage& image, std::size_t level, Point brick) {
  BEAMPORT_ASSIGN(const zarr::Array* array, image.level(level));
  BEAMPORT_ASSIGN(const Box box, brick_box(*array, brick));
  AlignedBuffer voxels(static_cast<std::size_t>(box.extent().volume()) * size_of(array->type()));
  const MutableVolumeView view(voxels.data(), box.extent(), array->type());
  BEAMPORT_TRY(read_brick(context, image, level, *array, box, view));
  return make_frame(brick, view);
}

Result<Bytes> brick_batch(const RenderContext& context, const ServedImage& image, std::size_t level,
                          std::span<const Point> bricks) {
  if (bricks.size() > kMaxBricks) {
    return fail(ErrorCode::kOutOfRange, fmt::format("{} bricks asked for, {} is the limit", bricks.size(), kMaxBricks));
  }
  BEAMPORT_ASSIGN(const zarr::Array* array, image.level(level));
  std::int64_t bytes = 0;
  for (const Point brick : bricks) {
    BEAMPORT_ASSIGN(const Box box, brick_box(*array, brick));
    bytes += box.extent().volume() * static_cast<std::int64_t>(size_of(array->type()));
  }
  if (bytes > kMaxBatchBytes) {
    return fail(ErrorCode::kOutOfRange, fmt::format("{} bricks are {} MiB, {} is the limit; ask for fewer at once",
                                                    bricks.size(), bytes >> 20, kMaxBatchBytes >> 20));
  }
  std::vector<Bytes> frames(bricks.size());
  const auto make = [&](std::int64_t i) -> Result<void> {
    const auto at = static_cast<std::size_t>(i);
    BEAMPORT_ASSIGN(frames[at], brick_frame(context, image, level, bricks[at]));
    return {};
  };
  BEAMPORT_TRY(context.parallel_for(static_cast<std::int64_t>(bricks.size()), context.stop, make));

  Bytes batch;
  std::size_t size = 0;
  for (const Bytes& frame : frames) size += frame.size();
  batch.reserve(size);
  for (Bytes& frame : frames) {
    batch.insert(batch.end(), frame.begin(), frame.end());
    frame = Bytes();
  }
  return batch;
}

}  // namespace beamport::render
