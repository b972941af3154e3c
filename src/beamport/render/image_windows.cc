// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/image_windows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "beamport/base/aligned_buffer.h"
#include "beamport/render/value_window.h"

namespace beamport::render {
namespace {

constexpr std::int64_t kMaxSampledChunks = 64;
constexpr std::int64_t kMaxSampledBytes = std::int64_t{256} << 20;
constexpr std::int64_t kMaxSamples = std::int64_t{1} << 20;

/// The window itself where it can be drawn with, else one around its lower end.
ValueWindow never_empty(ValueWindow window) {
  if (check_window(window)) return window;
  const double centre = std::isfinite(window.low) ? window.low : 0;
  // Beyond 2^53 a step of one changes nothing.
  const double step = std::max(1.0, std::abs(centre) * 1e-6);
  return std::abs(centre) < std::numeric_limits<double>::max() / 4 ? ValueWindow{centre, centre + step}
                                                                   : ValueWindow{0, 1};
}

/// Half the width more on either side, within the range.
ValueWindow widened(const ValueWindow& window, const ValueWindow& range) {
  const double half = (window.high - window.low) / 2;
  return never_empty({std::max(window.low - half, std::min(range.low, window.low)),
                      std::min(window.high + half, std::max(range.high, window.high))});
}

ValueWindow preview_of(const ValueWindow& display, const ValueWindow& range, DataType type) {
  if (type == DataType::kUint8) return {0, 255};
  if (type == DataType::kInt8) return {-128, 127};
  return widened(display, range);
}

template <typename T>
void append_samples(VolumeView view, std::int64_t step, std::vector<double>& samples) {
  std::int64_t next = 0;  // position of the next sample in the row at hand
  for (std::int64_t z = 0; z < view.extent.z; ++z) {
    for (std::int64_t y = 0; y < view.extent.y; ++y) {
      const T* row = view.row_as<T>(z, y);
      for (; next < view.extent.x; next += step) {
        if (const auto value = static_cast<double>(row[next]); std::isfinite(value)) samples.push_back(value);
      }
      next -= view.extent.x;
    }
  }
}

Result<std::vector<double>> sample_values(const zarr::Array& array, const std::stop_token& stop) {
  const Extent grid = array.chunk_grid();
  const std::int64_t chunks = grid.volume();
  if (chunks == 0) return std::vector<double>();
  const auto chunk_bytes = static_cast<std::int64_t>(array.chunk_bytes());
  const std::int64_t sampled =
      std::clamp<std::int64_t>(kMaxSampledBytes / chunk_bytes, 1, std::min(kMaxSampledChunks, chunks));
  AlignedBuffer buffer(array.chunk_bytes());
  codec::Scratch scratch;
  std::vector<double> samples;
  std::optional<Error> first_failure;
  bool any_read = false;
  for (std::int64_t i = 0; i < sampled; ++i) {
    if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "the request was cancelled");
    // The middle of the i-th of equal parts of all chunks.
    const auto at = static_cast<std::int64_t>(static_cast<double>(chunks) * (static_cast<double>(i) + 0.5) /
                                              static_cast<double>(sampled));
    const Point chunk{at / (grid.y * grid.x), at / grid.x % grid.y, at % grid.x};
    if (const auto read = array.read_chunk(chunk, buffer.bytes(), scratch); !read) {
      // A damaged chunk is told of where it would be seen; the contrast can do without it.
      if (!first_failure) first_failure = read.error();
      continue;
    }
    any_read = true;
    const Point origin{chunk.z * array.chunk().z, chunk.y * array.chunk().y, chunk.x * array.chunk().x};
    const Box inside = intersection(Box::at(origin, array.chunk()), Box::whole(array.extent()));
    const VolumeView voxels = VolumeView(buffer.data(), array.chunk(), array.type()).part(Box::whole(inside.extent()));
    const std::int64_t step = ceil_divide(inside.extent().volume() * sampled, kMaxSamples);
    visit_data_type(array.type(), [&]<typename T>() { append_samples<T>(voxels, step, samples); });
  }
  if (!any_read && first_failure) return fail(std::move(*first_failure));
  return samples;
}

double order_statistic(std::vector<double>& samples, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(samples.size() - 1));
  std::nth_element(samples.begin(), samples.begin() + at, samples.end());
  return samples[static_cast<std::size_t>(at)];
}

ImageWindows windows_of_samples(std::vector<double> samples, DataType type) {
  if (samples.empty()) return {{0, 1}, {0, 1}, preview_of({0, 1}, {0, 1}, type)};
  const auto [min, max] = std::minmax_element(samples.begin(), samples.end());
  const ValueWindow range = never_empty({*min, *max});
  const ValueWindow display = never_empty({order_statistic(samples, 0.001), order_statistic(samples, 0.999)});
  return {range, display, preview_of(display, range, type)};
}

}  // namespace

Result<ImageWindows> windows_of(const zarr::Image& image, const std::optional<VolumeStatistics>& statistics,
                                const std::stop_token& stop) {
  if (statistics) {
    const ValueWindow display = never_empty(display_window(*statistics));
    return ImageWindows{never_empty({statistics->min, statistics->max}), display,
                        never_empty(preview_window(*statistics, image.type()))};
  }
  if (const auto& said = image.window(); said && check_window({said->start, said->end})) {
    const ValueWindow display{said->start, said->end};
    const ValueWindow range = check_window({said->min, said->max}) ? ValueWindow{said->min, said->max} : display;
    return ImageWindows{range, display, preview_of(display, range, image.type())};
  }
  BEAMPORT_ASSIGN(auto samples, sample_values(image.levels().back().array, stop));
  return windows_of_samples(std::move(samples), image.type());
}

}  // namespace beamport::render
