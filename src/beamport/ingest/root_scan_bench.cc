// SPDX-License-Identifier: Apache-2.0
// What looking at a root costs: 10,000 scans of 20 (empty) slices each, as a year of a beamline leaves them behind.
// `first` is the look of a new process, `quiet` one at which nothing has changed, `quiet/names` the same without going
// round the slices; `listing` lists all the directories once and looks at nothing, to compare with.

#include <memory>
#include <thread>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/ingest/root_scan.h"
#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

constexpr int kScans = 10'000;
constexpr int kSlices = 20;

std::string scan_path(int scan) {
  return fmt::format("2026/user{}/202603{:02}/scan_{}", scan % 50, 1 + scan / 50 % 28, scan);
}

class Root {
 public:
  Root() {
    for (int scan = 0; scan < kScans; ++scan) {
      const auto directory = path() / scan_path(scan);
      std::filesystem::create_directories(directory);
      for (int slice = 0; slice < kSlices; ++slice) {
        const auto file = os::File::create(directory / fmt::format("slice_{:05}.tif", slice), os::File::Create::kNew);
        BEAMPORT_CHECK(file.has_value());
      }
    }
  }
  [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }

 private:
  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
};

const Root& root() {
  static const Root made;
  return made;
}

std::unique_ptr<RootScan> make_scan(std::size_t full_checks) {
  RootScanOptions options{.root = root().path(), .pattern = *ScanPattern::compile("<year>/<user>/<YYYYMMDD>/<scan>")};
  options.settle = std::chrono::milliseconds(0);
  options.quiet_budget = std::chrono::minutes(1);
  options.full_checks = full_checks;
  return std::make_unique<RootScan>(std::move(options), make_disk_view(), std::chrono::steady_clock::now);
}

void first(benchmark::State& state) {
  root();
  for (auto _ : state) {
    const auto scan = make_scan(0);
    BEAMPORT_CHECK(scan->look({}).news.size() == kScans);
  }
}

void quiet_look(benchmark::State& state, std::size_t full_checks) {
  // Everything is quiet after the second look, which may check every slice.
  const auto scan = make_scan(std::size_t{kScans} * kSlices);
  static_cast<void>(scan->look({}));
  static_cast<void>(scan->look({}));
  const auto checking = make_scan(full_checks);
  for (int i = 0; i < kScans; ++i) {
    const auto found = scan->find(scan_path(i));
    BEAMPORT_CHECK(found && !found->identity.full.empty());
    checking->remember(scan_path(i), found->identity);
  }
  static_cast<void>(checking->look({}));
  // A directory is listed once more when its stamp is old enough to be trusted.
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  static_cast<void>(checking->look({}));
  for (auto _ : state) BEAMPORT_CHECK(checking->look({}).news.empty());
}

void listing(benchmark::State& state) {
  root();
  const auto view = make_disk_view();
  for (auto _ : state) {
    for (int i = 0; i < kScans; ++i) {
      BEAMPORT_CHECK(view->list(root().path() / scan_path(i), kMaxNamesInDirectory)->size() == kSlices);
    }
  }
}

BENCHMARK(listing)->Unit(benchmark::kMillisecond);
BENCHMARK(first)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(quiet_look, names, 1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(quiet_look, slices, 20'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace beamport::ingest
