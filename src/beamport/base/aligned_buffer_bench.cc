// SPDX-License-Identifier: Apache-2.0
// The first touch of 256 MiB: from the heap in pages of 4 KiB, and from an AlignedBuffer. Each time anew.

#include <cstring>
#include <memory>

#include <benchmark/benchmark.h>

#include "beamport/base/aligned_buffer.h"

namespace beamport {
namespace {

constexpr std::size_t kBytes = std::size_t{256} << 20;

template <typename Memory>
void touch(benchmark::State& state, Memory&& make) {
  for (auto _ : state) {
    auto memory = make();
    std::byte* bytes = &memory[0];
    benchmark::DoNotOptimize(bytes);
    for (std::size_t i = 0; i < kBytes; i += 4096) bytes[i] = std::byte{1};
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes));
}

struct Aligned {
  AlignedBuffer buffer;
  std::byte& operator[](std::size_t i) { return buffer.data()[i]; }
};

// The least of the repetitions counts: on a virtual machine, memory that the host has yet to find costs much more.
void often(benchmark::internal::Benchmark* benchmark) {
  benchmark->Iterations(1)->Repetitions(15)->Unit(benchmark::kMillisecond);
}
BENCHMARK_CAPTURE(touch, heap, [] { return std::make_unique_for_overwrite<std::byte[]>(kBytes); })->Apply(often);
BENCHMARK_CAPTURE(touch, aligned_buffer, [] { return Aligned{AlignedBuffer(kBytes)}; })->Apply(often);

}  // namespace
}  // namespace beamport
