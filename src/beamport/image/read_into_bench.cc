// SPDX-License-Identifier: Apache-2.0
// What reading a stack of 4 MiB slices costs: through the page cache and past it, with the file in the cache and not.
// Wall time and the processor time of all threads; copy_memory is the same bytes within memory, to compare with.

#include <atomic>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "beamport/base/aligned_buffer.h"
#include "beamport/base/check.h"
#include "beamport/image/frame_source.h"
#include "beamport/image/tiff_writer.h"
#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

constexpr std::int64_t kSlices = 256;
constexpr Extent kSlice{1, 1024, 1024};
constexpr std::int64_t kSliceBytes = 1024 * 1024 * 4;

// On a disk: the system's temporary folder may be memory.
class StackOnDisk {
 public:
  StackOnDisk() {
    AlignedBuffer voxels(kSliceBytes);
    for (std::size_t i = 0; i < voxels.size(); ++i) voxels.data()[i] = static_cast<std::byte>(i * 2654435761U >> 13U);
    for (std::int64_t z = 0; z < kSlices; ++z) {
      const std::filesystem::path path = directory_.path() / fmt::format("slice_{:04}.tif", z);
      BEAMPORT_CHECK(write_tiff_slice(path, VolumeView(voxels.data(), kSlice, DataType::kFloat32), std::nullopt));
      files_.push_back(os::File::open_read(path).value());
      BEAMPORT_CHECK(files_.back().sync());
    }
  }

  std::string path() const { return directory_.path().string(); }
  void drop_from_cache() const {
    for (const os::File& file : files_) file.forget_cached(0, 0);
  }

 private:
  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create_in("/var/tmp").value();
  std::vector<os::File> files_;
};

const StackOnDisk& stack_on_disk() {
  static const StackOnDisk stack;
  return stack;
}

enum class Way : std::uint8_t { kInto, kRows };
enum class Cache : std::uint8_t { kCold, kWarm };

void read_stack(benchmark::State& state, os::IoMode io, Cache cache, Way way) {
  const StackOnDisk& files = stack_on_disk();
  StackOptions options;
  options.io = io;
  const auto stack = open_stack(files.path(), options).value();
  const std::int64_t threads = state.range(0);
  std::vector<AlignedBuffer> slots;
  for (std::int64_t t = 0; t < threads; ++t) {
    slots.emplace_back(stack->slot_bytes(kSlice.y));
    std::memset(slots.back().data(), 0, slots.back().size());
  }
  const auto read_all = [&] {
    std::atomic<std::int64_t> next{0};
    std::vector<std::jthread> running;
    for (AlignedBuffer& slot : slots) {
      running.emplace_back([&] {
        for (std::int64_t z = next++; z < kSlices; z = next++) {
          if (way == Way::kInto) {
            BEAMPORT_CHECK(stack->read_into(z, 0, kSlice.y, slot.bytes()));
          } else {
            BEAMPORT_CHECK(stack->read_rows(z, 0, MutableVolumeView(slot.data(), kSlice, DataType::kFloat32)));
          }
        }
      });
    }
  };
  if (cache == Cache::kWarm) {
    for (std::int64_t z = 0; z < kSlices; ++z) {
      BEAMPORT_CHECK(stack->read_rows(z, 0, MutableVolumeView(slots[0].data(), kSlice, DataType::kFloat32)));
    }
  }
  for (auto _ : state) {
    state.PauseTiming();
    if (cache == Cache::kCold) files.drop_from_cache();
    state.ResumeTiming();
    read_all();
  }
  state.SetBytesProcessed(state.iterations() * kSlices * kSliceBytes);
}

void threads_from_1_to_4(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1)->Arg(2)->Arg(4)->Iterations(1)->Repetitions(7)->UseRealTime()->MeasureProcessCPUTime()->Unit(
      benchmark::kMillisecond);
}
BENCHMARK_CAPTURE(read_stack, cold_direct, os::IoMode::kAuto, Cache::kCold, Way::kInto)->Apply(threads_from_1_to_4);
BENCHMARK_CAPTURE(read_stack, cold_buffered, os::IoMode::kBuffered, Cache::kCold, Way::kInto)
    ->Apply(threads_from_1_to_4);
BENCHMARK_CAPTURE(read_stack, cold_rows, os::IoMode::kBuffered, Cache::kCold, Way::kRows)->Apply(threads_from_1_to_4);
BENCHMARK_CAPTURE(read_stack, warm_auto, os::IoMode::kAuto, Cache::kWarm, Way::kInto)->Apply(threads_from_1_to_4);
BENCHMARK_CAPTURE(read_stack, warm_direct, os::IoMode::kDirect, Cache::kWarm, Way::kInto)->Apply(threads_from_1_to_4);

void open_headers(benchmark::State& state) {
  const StackOnDisk& files = stack_on_disk();
  for (auto _ : state) {
    state.PauseTiming();
    if (state.range(0) != 0) files.drop_from_cache();
    state.ResumeTiming();
    benchmark::DoNotOptimize(open_stack(files.path()).value());
  }
  state.SetItemsProcessed(state.iterations() * kSlices);
}
BENCHMARK(open_headers)
    ->ArgName("cold")
    ->Arg(0)
    ->Arg(1)
    ->Iterations(1)
    ->Repetitions(7)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

void copy_memory(benchmark::State& state) {
  AlignedBuffer from(64 * kSliceBytes);
  AlignedBuffer to(64 * kSliceBytes);
  std::memset(from.data(), 1, from.size());
  std::memset(to.data(), 2, to.size());
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), to.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * 64 * kSliceBytes);
}
BENCHMARK(copy_memory)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace beamport::image
