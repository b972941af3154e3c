// SPDX-License-Identifier: Apache-2.0
// What it costs that compressed slices are decoded in confined processes: each slice is decoded in this process and by
// a worker in turn, so that what else the machine does meets both alike. "of_in_process" is the ratio of their times,
// "processor_of_in_process" that of the processor time of both processes; a busy machine changes only the former.
// start_worker is a process from nothing to confined and ready.

#include <chrono>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "beamport/base/check.h"
#include "beamport/image/decode_worker.h"
#include "beamport/image/decode_worker_process.h"
#include "beamport/image/decode_workers.h"
#include "beamport/image/tiff_directory.h"
#include "beamport/image/tiff_samples.h"
#include "beamport/os/sandbox.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

Seconds processor_time_here() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Of all workers that have ended.
Seconds processor_time_of_ended() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

constexpr Extent kSlice{1, 2048, 2048};

DecodeWorkerSetup setup() {
  return {.program = {"/proc/self/exe", "decode_workers_bench", {"decode-worker"}}};
}

// A smooth body with noise in the lower bits, as a tomogram has.
SampleVolume make_slice(DataType type) {
  SampleVolume slice(kSlice, type, 1);
  std::uint32_t random = 1;
  for (std::int64_t y = 0; y < kSlice.y; ++y) {
    for (std::int64_t x = 0; x < kSlice.x; ++x) {
      random = random * 1664525U + 1013904223U;
      const std::uint32_t value = static_cast<std::uint32_t>(20'000 + 3 * x + 2 * y) + (random >> 22U);
      if (type == DataType::kUint16) {
        reinterpret_cast<std::uint16_t*>(slice.view().row(0, y))[x] = static_cast<std::uint16_t>(value);
      } else {
        reinterpret_cast<float*>(slice.view().row(0, y))[x] = static_cast<float>(value) * 1e-5F;
      }
    }
  }
  return slice;
}

void decode_slice(benchmark::State& state, std::uint16_t compression, DataType type, std::int64_t rows_per_strip) {
  const SampleVolume slice = make_slice(type);
  const auto directory = os::TemporaryDirectory::create().value();
  const std::filesystem::path path = directory.path() / "slice.tif";
  SampleLayout layout;
  layout.compression = compression;
  layout.rows_per_strip = rows_per_strip;
  write_sample(path, slice.view(), layout);
  const auto reader = open_file_reader(path).value();
  const auto tiff = TiffDirectory::parse(*reader).value();
  const GreyPage grey = check_grey_page(*reader, tiff, tiff.pages().front()).value();
  const CompressedRows whole{tiff.byte_order(), tiff.is_big(), grey, 0, kSlice.y};
  SampleVolume to(kSlice, type);
  const auto decode_with = [&](DecodeWorkers& workers) {
    BEAMPORT_CHECK(workers.decode(*reader, whole, to.view()).has_value());
  };
  // What starting one and its first slice cost is not what every slice costs.
  const Seconds ended_before = processor_time_of_ended();
  decode_with(*std::make_unique<DecodeWorkers>());
  const Seconds first_slice = processor_time_of_ended() - ended_before;
  auto workers = std::make_unique<DecodeWorkers>();
  decode_with(*workers);
  BEAMPORT_CHECK(same_voxels(to.view(), slice.view()));
  Seconds here{};
  Seconds there{};
  Seconds processor_here{};
  Seconds processor_there{};
  for (auto _ : state) {
    const auto begin = Clock::now();
    const Seconds processor_begin = processor_time_here();
    BEAMPORT_CHECK(decode_rows(*reader, whole, to.view()).has_value());
    const auto middle = Clock::now();
    const Seconds processor_middle = processor_time_here();
    decode_with(*workers);
    const auto end = Clock::now();
    here += middle - begin;
    there += end - middle;
    processor_here += processor_middle - processor_begin;
    processor_there += processor_time_here() - processor_middle;
    state.SetIterationTime(Seconds(end - middle).count());
  }
  workers.reset();
  processor_there += processor_time_of_ended() - ended_before - 2 * first_slice;
  state.SetBytesProcessed(state.iterations() * grey.page_bytes());
  state.counters["of_in_process"] = there / here;
  state.counters["processor_of_in_process"] = processor_there / processor_here;
}

void start_worker(benchmark::State& state) {
  for (auto _ : state) {
    BEAMPORT_CHECK(DecodeWorker::start(setup(), std::uint64_t{1} << 30).has_value());
  }
}
BENCHMARK(start_worker)->Unit(benchmark::kMillisecond)->UseRealTime();

void add_all() {
  const auto add = [](std::string_view name, std::uint16_t compression) {
    for (const DataType type : {DataType::kUint16, DataType::kFloat32}) {
      for (const std::int64_t rows : {std::int64_t{16}, std::int64_t{0}}) {
        benchmark::RegisterBenchmark(
            fmt::format("decode/{}/{}/{}", name, name_of(type), rows == 0 ? "one_strip" : "strips_of_16").c_str(),
            [=](benchmark::State& state) { decode_slice(state, compression, type, rows); })
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
  };
  add("deflate", tiff::kDeflate);
  add("lzw", tiff::kLzw);
  add("zstd", tiff::kZstd);
  add("packbits", tiff::kPackBits);
}

}  // namespace
}  // namespace beamport::image

int main(int argc, char** argv) {
  namespace image = beamport::image;
  if (argc == 3 && std::string_view(argv[1]) == "decode-worker") return image::run_decode_worker(argv[2]);
  image::use_decode_workers(image::setup());
  image::add_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
