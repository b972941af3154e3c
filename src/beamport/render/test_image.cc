// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/test_image.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <optional>
#include <type_traits>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/codec/codec_chain.h"

namespace beamport::render {
namespace {

std::uint64_t scrambled(std::size_t level, Point p) {
  std::uint64_t bits = level + 1;
  for (const std::int64_t part : {p.z, p.y, p.x}) {
    bits = (bits ^ static_cast<std::uint64_t>(part)) * 0x9E3779B97F4A7C15U;
    bits ^= bits >> 29;
  }
  return bits;
}

template <typename T>
T scrambled_value(std::size_t level, Point p) {
  const std::uint64_t bits = scrambled(level, p);
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(static_cast<double>(bits % 2'000'001) / 1000.0 - 1000.0);
  } else {
    return static_cast<T>(bits);
  }
}

std::vector<codec::CodecSpec> chunk_codecs() {
  return {codec::BytesCodec{}, codec::ZstdCodec{.level = 1}, codec::Crc32cCodec{}};
}

JsonArray json_of(Extent extent) {
  return {extent.z, extent.y, extent.x};
}

std::string key_of(std::size_t level, Point chunk) {
  return fmt::format("{}/c/{}/{}/{}", level, chunk.z, chunk.y, chunk.x);
}

Extent halved(Extent extent) {
  return {ceil_divide<std::int64_t>(extent.z, 2), ceil_divide<std::int64_t>(extent.y, 2),
          ceil_divide<std::int64_t>(extent.x, 2)};
}

JsonObject multiscales(std::size_t levels) {
  JsonArray axes;
  for (const char* name : {"z", "y", "x"}) {
    axes.push_back(JsonObject{{"name", name}, {"type", "space"}, {"unit", "micrometer"}});
  }
  JsonArray datasets;
  for (std::size_t level = 0; level < levels; ++level) {
    const auto scale = static_cast<double>(1 << level);
    const JsonObject scaling{{"type", "scale"}, {"scale", JsonArray{scale, scale, scale}}};
    datasets.push_back(
        JsonObject{{"path", fmt::format("{}", level)}, {"coordinateTransformations", JsonArray{scaling}}});
  }
  return {{"name", "test"}, {"axes", axes}, {"datasets", datasets}};
}

void put(store::MemoryStore& store, const std::string& key, ByteView value) {
  BEAMPORT_CHECK(store.put(key, value).has_value());
}

}  // namespace

TestImage::TestImage(Options options) : options_(std::move(options)) {
  JsonObject ome{{"version", "0.5"}, {"multiscales", JsonArray{multiscales(options_.levels)}}};
  if (!options_.omero.empty()) ome["omero"] = options_.omero;
  JsonObject attributes = options_.attributes;
  attributes["ome"] = ome;
  put(*store_, "zarr.json",
      as_byte_view(write_json(JsonObject{{"zarr_format", 3}, {"node_type", "group"}, {"attributes", attributes}})));
  Extent extent = options_.extent;
  for (std::size_t level = 0; level < options_.levels; ++level) {
    write_level(level, extent);
    extent = halved(extent);
  }
}

void TestImage::write_level(std::size_t level, Extent extent) {
  levels_.push_back({extent, Bytes(static_cast<std::size_t>(extent.volume()) * size_of(options_.type))});
  const Extent grid = grid_of(extent, options_.chunk);
  const JsonObject document{
      {"zarr_format", 3},
      {"node_type", "array"},
      {"shape", json_of(extent)},
      {"data_type", name_of(options_.type)},
      {"chunk_grid",
       JsonObject{{"name", "regular"}, {"configuration", JsonObject{{"chunk_shape", json_of(options_.chunk)}}}}},
      {"chunk_key_encoding", JsonObject{{"name", "default"}, {"configuration", JsonObject{{"separator", "/"}}}}},
      {"fill_value", options_.fill},
      {"codecs", codec::codecs_to_json_v3(chunk_codecs())},
      {"attributes", JsonObject()},
      {"dimension_names", JsonArray{"z", "y", "x"}}};
  put(*store_, fmt::format("{}/zarr.json", level), as_byte_view(write_json(document)));
  for (std::int64_t i = 0; i < grid.volume(); ++i) {
    write_chunk(level, {i / (grid.y * grid.x), i / grid.x % grid.y, i % grid.x});
  }
}

template <typename T>
T TestImage::value_at(std::size_t level, Point voxel) const {
  return options_.value ? static_cast<T>(options_.value(level, voxel)) : scrambled_value<T>(level, voxel);
}

void TestImage::write_chunk(std::size_t level, Point chunk) {
  const bool is_absent = level == 0 && std::find(options_.absent_chunks.begin(), options_.absent_chunks.end(), chunk) !=
                                           options_.absent_chunks.end();
  const Extent size = options_.chunk;
  auto& [extent, truth] = levels_[level];
  Bytes voxels(static_cast<std::size_t>(size.volume()) * size_of(options_.type));
  const Point origin{chunk.z * size.z, chunk.y * size.y, chunk.x * size.x};
  const Box inside = intersection(Box::at(origin, size), Box::whole(extent));
  visit_data_type(options_.type, [&]<typename T>() {
    auto* stored = reinterpret_cast<T*>(voxels.data());
    auto* true_voxels = reinterpret_cast<T*>(truth.data());
    std::fill_n(stored, size.volume(), static_cast<T>(options_.fill));
    for (std::int64_t z = inside.begin.z; z < inside.end.z; ++z) {
      for (std::int64_t y = inside.begin.y; y < inside.end.y; ++y) {
        for (std::int64_t x = inside.begin.x; x < inside.end.x; ++x) {
          const Point p{z, y, x};
          T& voxel = stored[linear_index({z - origin.z, y - origin.y, x - origin.x}, size)];
          if (!is_absent) voxel = value_at<T>(level, p);
          true_voxels[linear_index(p, extent)] = voxel;
        }
      }
    }
  });
  if (is_absent) return;
  const auto chain = codec::CodecChain::prepare(chunk_codecs(), {size.z, size.y, size.x}, options_.type);
  BEAMPORT_CHECK(chain.has_value());
  codec::Scratch scratch;
  Bytes encoded(chain->max_encoded_size());
  const auto length = chain->encode(voxels, encoded, scratch);
  BEAMPORT_CHECK(length.has_value());
  put(*store_, key_of(level, chunk), ByteView(encoded).first(*length));
}

VolumeView TestImage::level(std::size_t level) const {
  return {levels_[level].voxels.data(), levels_[level].extent, options_.type};
}

void TestImage::damage(std::size_t level, Point chunk) {
  const std::string key = key_of(level, chunk);
  auto stored = store_->get(key, std::numeric_limits<std::uint32_t>::max());
  BEAMPORT_CHECK(stored.has_value());
  (*stored)[stored->size() / 2] ^= std::byte{0x55};
  put(*store_, key, *stored);
}

Result<std::shared_ptr<const ServedImage>> TestImage::try_serve(std::uint64_t number) const {
  BEAMPORT_ASSIGN(zarr::Image image, zarr::Image::open(store_));
  return ServedImage::make(std::move(image), number, "0123456789ab", {});
}

std::shared_ptr<const ServedImage> TestImage::serve(std::uint64_t number) const {
  auto image = try_serve(number);
  if (!image) check_failed(image.error().message.c_str(), __FILE__, __LINE__);
  return std::move(*image);
}

ParallelFor run_on_threads(int threads) {
  return [threads](std::int64_t count, const std::stop_token& stop, const NumberedTask& task) -> Result<void> {
    std::atomic<std::int64_t> next{0};
    std::mutex mutex;
    std::optional<Error> failure;
    std::vector<std::jthread> workers;
    workers.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        for (std::int64_t index = next++; index < count && !stop.stop_requested(); index = next++) {
          if (auto done = task(index); !done) {
            const std::lock_guard lock(mutex);
            failure = std::move(done).error();
            next = count;
          }
        }
      });
    }
    workers.clear();
    if (failure) return fail(std::move(*failure));
    if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "the request was cancelled");
    return {};
  };
}

}  // namespace beamport::render
