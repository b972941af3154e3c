// SPDX-License-Identifier: Apache-2.0
// What each kernel moves per second, with every SIMD target it is compiled for, beside memcpy of as many bytes: of a
// chunk that was just made (in the second-level cache or near it) and of chunks in a slab far larger than the caches.
// Bytes are those of the input. Names: kernel/type/case/target.

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "beamport/array/downsample.h"
#include "beamport/array/simd_target.h"
#include "beamport/array/value_histogram.h"
#include "beamport/array/value_range.h"
#include "beamport/array/volume_view.h"
#include "beamport/base/aligned_buffer.h"

namespace beamport {
namespace {

constexpr Extent kChunk{64, 64, 64};
constexpr Extent kSlab{64, 1024, 1024};

template <typename T>
class Volume {
 public:
  explicit Volume(Extent extent) : extent_(extent), voxels_(static_cast<std::size_t>(bytes())) { fill_zero(view()); }
  Volume(Extent extent, const std::function<T()>& next) : Volume(extent) {
    T* const voxels = view().template row_as<T>(0, 0);
    for (std::int64_t i = 0; i < extent.volume(); ++i) voxels[i] = next();
  }

  [[nodiscard]] MutableVolumeView view() { return {voxels_.data(), extent_, data_type_of<T>()}; }
  [[nodiscard]] std::int64_t bytes() const { return extent_.volume() * static_cast<std::int64_t>(sizeof(T)); }

 private:
  Extent extent_;
  AlignedBuffer voxels_;
};

template <typename T>
std::function<T()> noise(double mean, double sigma) {
  return [random = std::mt19937(1), normal = std::normal_distribution<double>(mean, sigma)]() mutable {
    return static_cast<T>(normal(random));
  };
}

void measure(benchmark::State& state, std::int64_t bytes, const std::function<void()>& work) {
  for (auto _ : state) work();
  state.SetBytesProcessed(state.iterations() * bytes);
}

void add(const std::string& name, std::function<void(benchmark::State&)> body) {
  benchmark::RegisterBenchmark(name.c_str(), [body = std::move(body)](benchmark::State& state) {
    body(state);
  })->MinTime(0.05);
}

/// The body once for each target.
void add_for_targets(const std::string& name, const std::function<void(benchmark::State&)>& body) {
  for (const std::string_view target : simd_targets()) {
    add(fmt::format("{}/{}", name, target), [body, target](benchmark::State& state) {
      if (const auto limited = limit_simd_target(target); !limited)
        state.SkipWithError(limited.error().message.c_str());
      body(state);
      use_best_simd_target();
    });
  }
}

template <typename T>
void add_chunk_kernels(const std::string& type, const std::function<T()>& next) {
  const auto chunk = std::make_shared<Volume<T>>(kChunk, next);
  const auto copy = std::make_shared<Volume<T>>(kChunk);
  add(fmt::format("memcpy/{}/chunk", type), [=](benchmark::State& state) {
    measure(state, chunk->bytes(), [&] {
      std::memcpy(copy->view().data, chunk->view().data, static_cast<std::size_t>(chunk->bytes()));
      benchmark::ClobberMemory();
    });
  });
  for (const std::int64_t width : {8, 16, 32, 64}) {
    const Extent part{32, 32, width};
    add_for_targets(fmt::format("downsample_mean/{}/{}", type, part), [=](benchmark::State& state) {
      const VolumeView from(chunk->view().data, part, data_type_of<T>());
      const MutableVolumeView to(copy->view().data, half_of(part), data_type_of<T>());
      measure(state, part.volume() * static_cast<std::int64_t>(sizeof(T)), [&] { downsample_mean(from, to); });
    });
  }
  add_for_targets(fmt::format("downsample_mean/{}/chunk", type), [=](benchmark::State& state) {
    const MutableVolumeView to(copy->view().data, half_of(kChunk), data_type_of<T>());
    measure(state, chunk->bytes(), [&] { downsample_mean(chunk->view(), to); });
  });
  add_for_targets(fmt::format("range_of/{}/chunk", type), [=](benchmark::State& state) {
    measure(state, chunk->bytes(), [&] { benchmark::DoNotOptimize(range_of(chunk->view())); });
  });
}

template <typename T>
void add_counting(const std::string& name, const std::function<T()>& next) {
  const auto chunk = std::make_shared<Volume<T>>(kChunk, next);
  for (const RowSampling sampling : {RowSampling::kEvery, RowSampling::kSixteenth}) {
    const std::string rows = sampling == RowSampling::kEvery ? "every" : "sixteenth";
    add_for_targets(fmt::format("count/{}/{}", name, rows), [=](benchmark::State& state) {
      ValueHistogram histogram(data_type_of<T>(), sampling);
      histogram.add(chunk->view());  // the pages of the bins
      measure(state, chunk->bytes(), [&] { benchmark::DoNotOptimize(histogram.add(chunk->view())); });
      state.counters["voxel"] = benchmark::Counter(static_cast<double>(state.iterations() * kChunk.volume()),
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    });
  }
}

/// Chunks of a slab one after the other, as the conversion takes them.
template <typename T>
void add_gather(const std::string& type) {
  const auto slab = std::make_shared<std::unique_ptr<Volume<T>>>();  // made when first needed: it is large
  const auto chunk = std::make_shared<Volume<T>>(kChunk);
  const auto source = [slab] {
    if (!*slab) *slab = std::make_unique<Volume<T>>(kSlab, [n = T{0}]() mutable { return n++; });
    return (*slab)->view();
  };
  const auto bytes = static_cast<std::size_t>(chunk->bytes());
  add(fmt::format("memcpy/{}/slab", type), [=](benchmark::State& state) {
    const auto total = static_cast<std::size_t>(kSlab.volume()) * sizeof(T);
    std::size_t at = 0;
    const auto work = [&, from = source().data] {
      std::memcpy(chunk->view().data, from + at, bytes);
      at = (at + bytes) % total;
      benchmark::ClobberMemory();
    };
    measure(state, chunk->bytes(), work);
  });
  add(fmt::format("copy_volume/{}/chunk_of_slab", type), [=](benchmark::State& state) {
    const Extent grid = grid_of(kSlab, kChunk);
    std::int64_t next = 0;
    const auto work = [&, from = source()] {
      const Point origin{0, next / grid.x * kChunk.y, next % grid.x * kChunk.x};
      copy_volume(from.part(Box::at(origin, kChunk)), chunk->view());
      next = (next + 1) % (grid.y * grid.x);
      benchmark::ClobberMemory();
    };
    measure(state, chunk->bytes(), work);
  });
}

[[maybe_unused]] const bool kRegistered = [] {
  add_chunk_kernels<float>("float32", noise<float>(0, 1));
  add_chunk_kernels<std::uint16_t>("uint16", noise<std::uint16_t>(20000, 500));
  add_chunk_kernels<std::uint8_t>("uint8", noise<std::uint8_t>(128, 20));
  add_chunk_kernels<float>("float32_nan", [next = noise<float>(0, 1), n = 0]() mutable {
    return ++n % 256 < 128 ? std::numeric_limits<float>::quiet_NaN() : next();
  });
  add_counting<float>("float32_sigma_1", noise<float>(0, 1));
  add_counting<float>("float32_around_0.01", noise<float>(0.01, 0.002));
  add_counting<float>("float32_constant", [] { return 1.5F; });
  add_counting<std::uint16_t>("uint16_noise", noise<std::uint16_t>(20000, 500));
  add_counting<std::uint16_t>("uint16_constant", [] { return std::uint16_t{20000}; });
  add_counting<std::uint8_t>("uint8_noise", noise<std::uint8_t>(128, 20));
  const auto zeros = std::make_shared<Volume<float>>(kChunk);
  add_for_targets("all_zero/float32/chunk", [zeros](benchmark::State& state) {
    measure(state, zeros->bytes(), [&] { benchmark::DoNotOptimize(all_zero(zeros->view())); });
  });
  add_gather<float>("float32");
  add_gather<std::uint16_t>("uint16");
  return true;
}();

}  // namespace
}  // namespace beamport
