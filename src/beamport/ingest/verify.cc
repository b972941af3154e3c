// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/verify.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "beamport/array/downsample.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/exec/worker_pool.h"
#include "beamport/ingest/file_check.h"
#include "beamport/store/directory_store.h"
#include "beamport/zarr/image.h"

namespace beamport::ingest {
namespace {

constexpr std::int64_t kSampleSide = 16;
constexpr std::int64_t kChunksPerBatch = 512;  // progress is told after each batch

enum class Kernel : std::uint8_t { kUnknown, kMean, kMode };

/// Which reduction Beamport recorded; other writers' kernels are not known well enough to compare with.
Kernel recorded_kernel(const zarr::Image& image) {
  const JsonObject& attributes = image.attributes();
  if (!attributes.contains("beamport")) return Kernel::kUnknown;
  boost::json::error_code error;
  const Json whole(attributes);
  const Json* type = whole.find_pointer("/ome/multiscales/0/type", error);
  if (error || type == nullptr || !type->is_string()) return Kernel::kUnknown;
  if (type->get_string() == "mean") return Kernel::kMean;
  if (type->get_string() == "mode") return Kernel::kMode;
  return Kernel::kUnknown;
}

std::optional<std::int64_t> recorded_chunks(const zarr::Image& image, std::size_t level) {
  boost::json::error_code error;
  const Json whole(image.attributes());
  const Json* count = whole.find_pointer(fmt::format("/beamport/levels/{}/stored_chunks", level), error);
  if (error || count == nullptr) return std::nullopt;
  return number_in<std::int64_t>(*count);
}

template <typename T>
bool same_value(T stored, T expected, double tolerance) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(expected)) return std::isnan(stored);
    if (stored == expected) return true;
    return std::abs(static_cast<double>(stored) - static_cast<double>(expected)) <= tolerance;
  } else {
    return stored == expected;
  }
}

/// Position of the first voxel that differs.
std::optional<Point> first_difference(VolumeView stored, VolumeView expected, VolumeView finer) {
  return visit_data_type(stored.type, [&]<typename T>() -> std::optional<Point> {
    double tolerance = 0;
    if constexpr (std::is_floating_point_v<T>) {
      // Eight float additions in another order than ours may differ by a few units in the last place of the largest.
      double largest = 0;
      for (std::int64_t z = 0; z < finer.extent.z; ++z) {
        for (std::int64_t y = 0; y < finer.extent.y; ++y) {
          const T* row = finer.row_as<T>(z, y);
          for (std::int64_t x = 0; x < finer.extent.x; ++x) {
            if (std::isfinite(row[x])) largest = std::max(largest, std::abs(static_cast<double>(row[x])));
          }
        }
      }
      tolerance = 4 * largest * static_cast<double>(std::numeric_limits<T>::epsilon());
    }
    for (std::int64_t z = 0; z < stored.extent.z; ++z) {
      for (std::int64_t y = 0; y < stored.extent.y; ++y) {
        for (std::int64_t x = 0; x < stored.extent.x; ++x) {
          if (!same_value(stored.row_as<T>(z, y)[x], expected.row_as<T>(z, y)[x], tolerance)) return Point{z, y, x};
        }
      }
    }
    return std::nullopt;
  });
}

bool promises_manifest(const zarr::Image& image) {
  boost::json::error_code error;
  const Json whole(image.attributes());
  const Json* promised = whole.find_pointer("/beamport/manifest", error);
  return !error && promised != nullptr && promised->is_bool() && promised->get_bool();
}

void note_damage(const std::vector<DamagedFile>& damaged, VerifyReport& report) {
  for (const DamagedFile& file : damaged) {
    if (report.problems.size() == VerifyReport::kMaxProblems) break;
    report.problems.push_back(fmt::format("{} {}", file.key, file.problem));
  }
}

Result<void> compare_with_manifest(const VerifyRequest& request, const store::Store& store,
                                   const VerifyObserver& observer, const std::stop_token& stop, VerifyReport& report) {
  const auto manifest = read_manifest(store);
  if (!manifest) {
    report.problems.push_back(manifest.error().message);
    return {};
  }
  if (!*manifest) {
    report.notes.emplace_back("there is no manifest: metadata and the space between chunks were not checked");
    return {};
  }
  if (request.depth == VerifyDepth::kQuick) {
    note_damage(check_file_sizes(store, **manifest, stop), report);
    report.files_compared = static_cast<std::int64_t>((*manifest)->entries().size());
    return {};
  }
  exec::WorkerPool pool(request.workers);
  std::mutex mutex;
  const auto total = static_cast<std::int64_t>((*manifest)->entries().size());
  const auto piece = [](std::uint64_t /*bytes*/) { return Result<void>(); };
  const auto checked = [&](std::uint64_t /*size*/) {
    const std::lock_guard lock(mutex);
    observer(++report.files_compared, total);
  };
  BEAMPORT_ASSIGN(const auto damaged, check_files(store, **manifest, pool, piece, checked, stop));
  note_damage(damaged, report);
  return {};
}

struct Voxels {
  Voxels(Extent extent, DataType type)
      : buffer(static_cast<std::size_t>(extent.volume()) * size_of(type)), view(buffer.data(), extent, type) {}
  AlignedBuffer buffer;
  MutableVolumeView view;
};

class Verification {
 public:
  Verification(const VerifyRequest& request, VerifyReport report, std::int64_t files, zarr::Image image,
               VerifyObserver observer, std::stop_token stop)
      : request_(request),
        image_(std::move(image)),
        observer_(std::move(observer)),
        stop_(std::move(stop)),
        report_(std::move(report)),
        done_(files),
        total_(files) {
    report_.levels = static_cast<std::int64_t>(image_.levels().size());
    for (const zarr::ImageLevel& level : image_.levels()) total_ += level.array.chunk_grid().volume();
  }

  [[nodiscard]] Result<VerifyReport> run() {
    check_shapes();
    exec::WorkerPool pool(request_.workers);
    const bool decodes = request_.depth == VerifyDepth::kEverything;
    for (std::size_t level = 0; decodes && level < image_.levels().size(); ++level)
      BEAMPORT_TRY(decode_level(pool, level));
    const Kernel kernel = recorded_kernel(image_);
    if (kernel == Kernel::kUnknown) {
      report_.notes.emplace_back(
          "levels were not compared with each other: the image does not say how they were reduced");
    } else if (report_.sound()) {
      for (std::size_t level = 1; level < image_.levels().size(); ++level) BEAMPORT_TRY(compare_level(level, kernel));
    } else {
      report_.notes.emplace_back("levels were not compared with each other because of the problems found before");
    }
    return std::move(report_);
  }

 private:
  void complain(std::string problem) {
    const std::lock_guard lock(mutex_);
    if (report_.problems.size() < VerifyReport::kMaxProblems) report_.problems.push_back(std::move(problem));
  }

  void check_shapes() {
    const auto& levels = image_.levels();
    for (std::size_t i = 1; i < levels.size(); ++i) {
      const Extent below = levels[i - 1].array.extent();
      const Extent here = levels[i].array.extent();
      const Extent half = half_of(below);
      const auto plausible = [](std::int64_t got, std::int64_t whole, std::int64_t halved) {
        return got == halved || got == whole || got == whole / 2;
      };
      if (!plausible(here.z, below.z, half.z) || !plausible(here.y, below.y, half.y) ||
          !plausible(here.x, below.x, half.x)) {
        complain(fmt::format("level {}: shape {} does not follow from {} of level {}", i, here, below, i - 1));
      }
    }
  }

  [[nodiscard]] Result<void> decode_level(exec::WorkerPool& pool, std::size_t level) {
    const zarr::Array& array = image_.levels()[level].array;
    const Extent grid = array.chunk_grid();
    std::vector<AlignedBuffer> buffers;
    std::vector<codec::Scratch> scratches(static_cast<std::size_t>(pool.size()));
    for (int i = 0; i < pool.size(); ++i) buffers.emplace_back(array.chunk_bytes());
    std::int64_t stored = 0;
    bool readable = true;
    for (std::int64_t begin = 0; begin < grid.volume(); begin += kChunksPerBatch) {
      const std::int64_t count = std::min(kChunksPerBatch, grid.volume() - begin);
      BEAMPORT_TRY(pool.parallel_for(count, stop_, [&](std::int64_t i, int worker) -> Result<void> {
        const std::int64_t index = begin + i;
        const Point chunk{index / (grid.y * grid.x), index / grid.x % grid.y, index % grid.x};
        const auto slot = static_cast<std::size_t>(worker);
        const auto state = array.read_chunk(chunk, buffers[slot].bytes(), scratches[slot]);
        if (!state) complain(fmt::format("level {}, chunk {}: {}", level, chunk, state.error().message));
        const std::lock_guard lock(mutex_);
        readable = readable && state.has_value();
        if (state && *state == zarr::Array::ChunkState::kStored) {
          ++stored;
          ++report_.chunks_decoded;
        } else if (state) {
          ++report_.chunks_empty;
        }
        return {};
      }));
      done_ += count;
      observer_(done_, total_);
    }
    const auto recorded = recorded_chunks(image_, level);
    if (readable && recorded && *recorded != stored) {
      complain(fmt::format("level {}: {} chunks are stored, but {} were written; a shard file is missing", level,
                           stored, *recorded));
    }
    return {};
  }

  /// A few boxes of level `level`, spread at random but the same every time, recomputed from the level below.
  [[nodiscard]] Result<void> compare_level(std::size_t level, Kernel kernel) {
    const zarr::Array& coarse = image_.levels()[level].array;
    const zarr::Array& fine = image_.levels()[level - 1].array;
    const Extent extent = coarse.extent();
    if (extent != half_of(fine.extent())) {
      report_.notes.push_back(
          fmt::format("level {} was not compared: its shape is not half of level {}", level, level - 1));
      return {};
    }
    std::mt19937_64 random(level);
    const auto below = [&](std::int64_t limit) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
    };
    for (std::int64_t i = 0; i < request_.samples_per_level; ++i) {
      if (stop_.stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
      const Point corner{below(extent.z), below(extent.y), below(extent.x)};
      const Box box = intersection(Box::whole(extent), Box::at(corner, {kSampleSide, kSampleSide, kSampleSide}));
      const Box finer = intersection(Box::whole(fine.extent()), {{2 * box.begin.z, 2 * box.begin.y, 2 * box.begin.x},
                                                                 {2 * box.end.z, 2 * box.end.y, 2 * box.end.x}});
      Voxels stored(box.extent(), coarse.type());
      Voxels expected(box.extent(), coarse.type());
      Voxels source(finer.extent(), fine.type());
      BEAMPORT_TRY(coarse.read_box(box, stored.view));
      BEAMPORT_TRY(fine.read_box(finer, source.view));
      if (kernel == Kernel::kMode) {
        downsample_mode(source.view, expected.view);
      } else {
        downsample_mean(source.view, expected.view);
      }
      ++report_.samples_compared;
      if (const auto at = first_difference(stored.view, expected.view, source.view)) {
        const Point voxel{box.begin.z + at->z, box.begin.y + at->y, box.begin.x + at->x};
        complain(fmt::format("level {}: voxel {} is not the reduction of level {}", level, voxel, level - 1));
      }
    }
    return {};
  }

  const VerifyRequest& request_;
  zarr::Image image_;
  VerifyObserver observer_;
  std::stop_token stop_;
  VerifyReport report_;
  std::mutex mutex_;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

}  // namespace

Result<VerifyReport> verify(const VerifyRequest& request, const VerifyObserver& observer, std::stop_token stop) {
  BEAMPORT_ASSIGN(const auto store, store::DirectoryStore::open(request.image));
  VerifyReport report;
  BEAMPORT_TRY(compare_with_manifest(request, *store, observer, stop, report));
  auto image = zarr::Image::open(store);
  if (!image && report.sound()) return fail(image.error());
  if (!image) {
    report.problems.push_back(image.error().message);
    return report;
  }
  if (promises_manifest(*image) && report.files_compared == 0) {
    report.problems.push_back(
        fmt::format("{} is missing or damaged: nothing says which files there were", Manifest::kKey));
  }
  const std::int64_t files = report.files_compared;
  Verification verification(request, std::move(report), files, *std::move(image), observer, std::move(stop));
  return verification.run();
}

}  // namespace beamport::ingest
