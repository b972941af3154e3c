// SPDX-License-Identifier: Apache-2.0
// What a tile costs when its chunks are in memory, and what quantising costs beside a plain copy of the same bytes.

#include <cstring>
#include <vector>

#include <benchmark/benchmark.h>

#include "beamport/render/test_image.h"
#include "beamport/render/tile.h"
#include "beamport/render/tile_encode.h"
#include "beamport/render/tile_quantise.h"

namespace beamport::render {
namespace {

constexpr std::uint64_t kBudget = std::uint64_t{256} << 20;

/// Two chunks thick along the normal, one tile large across.
Extent extent_for(Plane plane) {
  const Point corner = to_voxel(plane, {128, kTileSize, kTileSize});
  return {corner.z, corner.y, corner.x};
}

void warm_tile(benchmark::State& state, Plane plane) {
  const TestImage truth({.type = DataType::kFloat32, .extent = extent_for(plane), .chunk = {64, 64, 64}, .levels = 1});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  std::int64_t index = 0;
  for (auto _ : state) {
    const auto tile = cut_tile({chunks}, *image, {.plane = plane, .index = index});
    if (!tile) state.SkipWithError(tile.error().message.c_str());
    benchmark::DoNotOptimize(tile);
    index = (index + 1) % 64;
  }
  state.SetBytesProcessed(state.iterations() * kTileSize * kTileSize * std::int64_t{sizeof(float)});
  state.counters["loads"] = static_cast<double>(chunks.counters().loads);
}
BENCHMARK_CAPTURE(warm_tile, xy, Plane::kXy)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(warm_tile, xz, Plane::kXz)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(warm_tile, zy, Plane::kZy)->Unit(benchmark::kMillisecond);

std::vector<float> noise() {
  std::vector<float> voxels(kTileSize * kTileSize);
  for (std::size_t i = 0; i < voxels.size(); ++i) voxels[i] = static_cast<float>(i * 2654435761U % 1000) / 1000.0F;
  return voxels;
}

void copy_tile(benchmark::State& state) {
  const std::vector<float> voxels = noise();
  std::vector<float> to(voxels.size());
  for (auto _ : state) {
    std::memcpy(to.data(), voxels.data(), voxels.size() * sizeof(float));
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(voxels.size() * sizeof(float)));
}
BENCHMARK(copy_tile)->Unit(benchmark::kMicrosecond);

template <typename T>
void quantise_tile(benchmark::State& state) {
  std::vector<T> voxels;
  for (const float value : noise()) voxels.push_back(static_cast<T>(value * 100));
  std::vector<std::uint8_t> grey(voxels.size());
  for (auto _ : state) {
    quantise(std::as_bytes(std::span(voxels)), data_type_of<T>(), {1, 99}, grey);
    benchmark::DoNotOptimize(grey.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(voxels.size() * sizeof(T)));
}
BENCHMARK(quantise_tile<std::uint8_t>)->Unit(benchmark::kMicrosecond);
BENCHMARK(quantise_tile<std::uint16_t>)->Unit(benchmark::kMicrosecond);
BENCHMARK(quantise_tile<float>)->Unit(benchmark::kMicrosecond);
BENCHMARK(quantise_tile<double>)->Unit(benchmark::kMicrosecond);

PlaneVoxels noisy_tile() {
  const std::vector<float> voxels = noise();
  PlaneVoxels cut{DataType::kFloat32, {kTileSize, kTileSize}, AlignedBuffer(voxels.size() * sizeof(float))};
  std::memcpy(cut.voxels.data(), voxels.data(), cut.voxels.size());
  return cut;
}

void encode_lossy(benchmark::State& state, PreviewFormat format) {
  const PlaneVoxels cut = noisy_tile();
  for (auto _ : state) benchmark::DoNotOptimize(encode_preview(cut, {0, 1}, format));
}
BENCHMARK_CAPTURE(encode_lossy, jpeg, PreviewFormat::kJpeg)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encode_lossy, webp, PreviewFormat::kWebp)->Unit(benchmark::kMillisecond);

void encode_exact(benchmark::State& state, Compression compression) {
  const PlaneVoxels cut = noisy_tile();
  for (auto _ : state) benchmark::DoNotOptimize(encode_raw(cut, compression));
}
BENCHMARK_CAPTURE(encode_exact, identity, Compression::kIdentity)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encode_exact, zstd, Compression::kZstd)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encode_exact, gzip, Compression::kGzip)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace beamport::render
