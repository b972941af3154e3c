// SPDX-License-Identifier: Apache-2.0
// What the default codec costs for one chunk, in bytes of voxels per second of processor time, beside a plain copy and
// beside c-blosc. `ratio` is how many times smaller the chunk becomes.

#include <cmath>
#include <cstring>
#include <random>

#include <benchmark/benchmark.h>
#include <blosc.h>

#include "beamport/array/bit_planes.h"
#include "beamport/codec/codec_chain.h"

namespace beamport::codec {
namespace {

constexpr std::int64_t kSide = 64;
constexpr std::size_t kVoxels = std::size_t{kSide} * kSide * kSide;

/// Slow waves, what a reconstruction has below its noise: between -2 and 2.
double waves(std::size_t i) {
  const auto x = static_cast<double>(i % kSide);
  const auto y = static_cast<double>(i / kSide % kSide);
  const auto z = static_cast<double>(i / kSide / kSide);
  return std::sin(z * 0.05) + std::cos(y * 0.04 + x * 0.03);
}

bool in_cylinder(std::size_t i) {
  const auto x = static_cast<double>(i % kSide) - 32;
  const auto y = static_cast<double>(i / kSide % kSide) - 32;
  return x * x + y * y < 300;
}

struct Chunk {
  DataType type;
  Bytes voxels;
};

template <typename T, typename Value>
Chunk filled(Value value) {
  Chunk chunk{data_type_of<T>(), Bytes(kVoxels * sizeof(T))};
  for (std::size_t i = 0; i < kVoxels; ++i) {
    const auto voxel = static_cast<T>(value(i));
    std::memcpy(chunk.voxels.data() + i * sizeof(T), &voxel, sizeof(T));
  }
  return chunk;
}

Chunk float_constant() {
  return filled<float>([](std::size_t) { return 1.5; });
}

Chunk float_gaussian() {
  std::mt19937 random(1);
  std::normal_distribution<double> noise;
  return filled<float>([&](std::size_t) { return noise(random); });
}

Chunk float_noisy() {
  std::mt19937 random(2);
  std::normal_distribution<double> noise;
  return filled<float>([&](std::size_t i) { return 1 + 0.3 * waves(i) + 0.1 * noise(random); });
}

/// A few materials around zero, as reconstructions of attenuation have.
Chunk float_materials() {
  std::mt19937 random(3);
  std::normal_distribution<double> noise;
  return filled<float>([&](std::size_t i) { return 0.004 * std::floor(waves(i) + 3) + 0.0006 * noise(random); });
}

Chunk float_quiet() {
  std::mt19937 random(4);
  std::normal_distribution<double> noise;
  return filled<float>([&](std::size_t i) { return 10 + waves(i) + 0.001 * noise(random); });
}

Chunk uint16_noisy() {
  std::mt19937 random(5);
  std::normal_distribution<double> noise;
  return filled<std::uint16_t>([&](std::size_t i) { return 30000 + 4000 * waves(i) + 1500 * noise(random); });
}

Chunk uint16_detector() {
  std::mt19937 random(6);
  std::poisson_distribution<int> counts(20);
  return filled<std::uint16_t>([&](std::size_t i) { return 1000 + 200 * waves(i) + counts(random); });
}

Chunk uint16_background() {
  std::mt19937 random(7);
  std::normal_distribution<double> noise;
  return filled<std::uint16_t>(
      [&](std::size_t i) { return in_cylinder(i) ? 30000 + 4000 * waves(i) + 300 * noise(random) : 100; });
}

Chunk uint16_few_values() {
  return filled<std::uint16_t>([](std::size_t i) { return 7 * std::floor(4 + 2 * waves(i)) + (i % 53 == 0 ? 1 : 0); });
}

void report(benchmark::State& state, const Chunk& chunk, std::size_t encoded) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(chunk.voxels.size()));
  state.counters["ratio"] = static_cast<double>(chunk.voxels.size()) / static_cast<double>(encoded);
}

void encode_with(benchmark::State& state, Chunk (*make)(), bool with_checksum) {
  const Chunk chunk = make();
  std::vector<CodecSpec> codecs{BytesCodec{}, BloscCodec{.type_size = size_of(chunk.type)}};
  if (with_checksum) codecs.emplace_back(Crc32cCodec{});
  const CodecChain chain = CodecChain::prepare(std::move(codecs), {kSide, kSide, kSide}, chunk.type).value();
  Scratch scratch;
  Bytes to(chain.max_encoded_size());
  std::size_t length = 0;
  for (auto _ : state) {
    length = chain.encode(chunk.voxels, to, scratch).value();
    benchmark::ClobberMemory();
  }
  report(state, chunk, length);
}

void encode(benchmark::State& state, Chunk (*make)()) {
  encode_with(state, make, false);
}

void encode_with_crc32c(benchmark::State& state, Chunk (*make)()) {
  encode_with(state, make, true);
}

void c_blosc(benchmark::State& state, Chunk (*make)()) {
  const Chunk chunk = make();
  Bytes to(chunk.voxels.size() + BLOSC_MAX_OVERHEAD);
  int length = 0;
  for (auto _ : state) {
    length = ::blosc_compress_ctx(1, BLOSC_BITSHUFFLE, size_of(chunk.type), chunk.voxels.size(), chunk.voxels.data(),
                                  to.data(), to.size(), "lz4", 0, 1);
    benchmark::ClobberMemory();
  }
  report(state, chunk, static_cast<std::size_t>(length));
}

#define BEAMPORT_BENCHMARK_BOTH(kind)                                               \
  BENCHMARK_CAPTURE(encode, kind, kind)->Unit(benchmark::kMicrosecond); /* ours */  \
  BENCHMARK_CAPTURE(encode_with_crc32c, kind, kind)->Unit(benchmark::kMicrosecond); \
  BENCHMARK_CAPTURE(c_blosc, kind, kind)->Unit(benchmark::kMicrosecond)

BEAMPORT_BENCHMARK_BOTH(float_constant);
BEAMPORT_BENCHMARK_BOTH(float_gaussian);
BEAMPORT_BENCHMARK_BOTH(float_noisy);
BEAMPORT_BENCHMARK_BOTH(float_materials);
BEAMPORT_BENCHMARK_BOTH(float_quiet);
BEAMPORT_BENCHMARK_BOTH(uint16_noisy);
BEAMPORT_BENCHMARK_BOTH(uint16_detector);
BEAMPORT_BENCHMARK_BOTH(uint16_background);
BEAMPORT_BENCHMARK_BOTH(uint16_few_values);

// As many bytes as an encoder splits at a time.
constexpr std::size_t kBlockBytes = std::size_t{127} * 64 * 8 * 2;

void split_planes(benchmark::State& state) {
  const auto element_size = static_cast<std::size_t>(state.range(0));
  const Chunk chunk = uint16_noisy();
  const ByteView from = ByteView(chunk.voxels).first(kBlockBytes);
  Bytes to(kBlockBytes);
  for (auto _ : state) {
    split_bit_planes(from, to, element_size);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBlockBytes));
}
BENCHMARK(split_planes)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMicrosecond);

void copy(benchmark::State& state) {
  const Chunk chunk = float_noisy();
  const auto size = static_cast<std::size_t>(state.range(0));
  Bytes to(size);
  for (auto _ : state) {
    std::memcpy(to.data(), chunk.voxels.data(), size);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(copy)->Arg(kBlockBytes)->Arg(kVoxels * sizeof(float))->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace beamport::codec
