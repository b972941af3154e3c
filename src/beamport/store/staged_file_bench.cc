// SPDX-License-Identifier: Apache-2.0
// What writing a value of 1 GiB in appends of 4 MiB costs until it is durable, through the page cache and past it. The
// processor time is that of this process: what the kernel's flusher does for buffered writes comes on top.

#include <cstring>

#include <benchmark/benchmark.h>

#include "beamport/base/aligned_buffer.h"
#include "beamport/base/check.h"
#include "beamport/os/temporary_directory.h"
#include "beamport/store/directory_store.h"

namespace beamport::store {
namespace {

constexpr std::int64_t kAppends = 256;
constexpr std::size_t kAppendBytes = std::size_t{4} << 20;

void write_value(benchmark::State& state, os::IoMode io) {
  // On a disk: the system's temporary folder may be memory.
  const auto directory = os::TemporaryDirectory::create_in("/var/tmp").value();
  const auto store = DirectoryStore::create(directory.path(), Durability::kEachValue, io).value();
  const auto shift = static_cast<std::size_t>(state.range(0));
  AlignedBuffer bytes(kAppendBytes + shift);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.data()[i] = static_cast<std::byte>(i * 2654435761U >> 13U);
  for (auto _ : state) {
    const auto writer = store->create("value", 0).value();
    for (std::int64_t i = 0; i < kAppends; ++i) BEAMPORT_CHECK(writer->append(bytes.bytes().subspan(shift)));
    BEAMPORT_CHECK(writer->finish());
  }
  state.SetBytesProcessed(state.iterations() * kAppends * static_cast<std::int64_t>(kAppendBytes));
}

// From aligned memory, and from memory that has to be copied into the writer's own.
void shifts(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("shift")
      ->Arg(0)
      ->Arg(64)
      ->Iterations(1)
      ->Repetitions(7)
      ->UseRealTime()
      ->MeasureProcessCPUTime()
      ->Unit(benchmark::kMillisecond);
}
BENCHMARK_CAPTURE(write_value, direct, os::IoMode::kAuto)->Apply(shifts);
BENCHMARK_CAPTURE(write_value, buffered, os::IoMode::kBuffered)->Apply(shifts);

}  // namespace
}  // namespace beamport::store
