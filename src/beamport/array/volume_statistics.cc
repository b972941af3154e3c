// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/volume_statistics.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"

namespace beamport {
namespace {

constexpr double kThinBulk = 1000;

/// Reads the members of one JSON object; remembers the first that is missing or of the wrong kind.
class Reader {
 public:
  explicit Reader(const Json& value) : object_(value.if_object()) {
    if (object_ == nullptr) problem_ = "statistics is not an object";
  }

  const Json* member(std::string_view name) {
    const Json* found = object_ != nullptr ? object_->if_contains(name) : nullptr;
    if (found == nullptr) complain(name);
    return found;
  }

  double number(std::string_view name) {
    const Json* found = member(name);
    if (found == nullptr) return 0;
    if (const auto value = number_in<double>(*found); value) return *value;
    complain(name);
    return 0;
  }

  [[nodiscard]] bool has(std::string_view name) const { return object_ != nullptr && object_->contains(name); }

  std::uint64_t count(std::string_view name) {
    const Json* found = member(name);
    if (found == nullptr) return 0;
    if (const auto value = number_in<std::uint64_t>(*found); value) return *value;
    complain(name);
    return 0;
  }

  const JsonArray& array(std::string_view name, std::size_t max_size) {
    static const JsonArray kEmpty;
    const Json* found = member(name);
    const JsonArray* items = found != nullptr ? found->if_array() : nullptr;
    if (items == nullptr || items->size() > max_size) {
      complain(name);
      return kEmpty;
    }
    return *items;
  }

  void complain(std::string_view name) {
    if (problem_.empty()) problem_ = fmt::format("statistics.{} is missing or of the wrong kind", name);
  }

  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  const JsonObject* object_;
  std::string problem_;
};

}  // namespace

double VolumeStatistics::percentile(double percent) const noexcept {
  Percentile before{0, min};
  for (const Percentile& next : percentiles) {
    if (percent <= next.percent) {
      const double span = next.percent - before.percent;
      return span > 0 ? before.value + (next.value - before.value) * (percent - before.percent) / span : next.value;
    }
    before = next;
  }
  const double share = before.percent < 100 ? (percent - before.percent) / (100 - before.percent) : 1;
  return before.value + (max - before.value) * std::clamp(share, 0.0, 1.0);
}

ValueWindow percentile_window(const VolumeStatistics& statistics) noexcept {
  ValueWindow window{statistics.percentile(0.1), statistics.percentile(99.9)};
  if (!(window.high > window.low)) window = {statistics.min, statistics.max};
  if (!(window.high > window.low)) window.high = window.low + 1;
  return window;
}

ValueWindow display_window(const VolumeStatistics& statistics) noexcept {
  const ValueWindow nearly_all = percentile_window(statistics);
  const ValueWindow bulk{statistics.percentile(1), statistics.percentile(99)};
  const double spread = bulk.high - bulk.low;
  // A bulk too thin for a display is background with something rare in it: then the rare is what there is to see.
  if (!(spread > (nearly_all.high - nearly_all.low) / kThinBulk)) return nearly_all;
  const double margin = spread / 4;
  return {std::max(nearly_all.low, bulk.low - margin), std::min(nearly_all.high, bulk.high + margin)};
}

ValueWindow preview_window(const VolumeStatistics& statistics, DataType type) noexcept {
  if (type == DataType::kUint8) return {0, 255};
  const ValueWindow display = display_window(statistics);
  const double margin = (display.high - display.low) / 2;
  ValueWindow wide{std::max(statistics.min, display.low - margin), std::min(statistics.max, display.high + margin)};
  if (!(wide.high > wide.low)) wide = display;
  return wide;
}

Json to_json(const VolumeStatistics& statistics) {
  JsonArray percentiles;
  for (const Percentile& p : statistics.percentiles)
    percentiles.push_back({{"percent", p.percent}, {"value", p.value}});
  const Histogram& histogram = statistics.histogram;
  return {{"voxel_count", statistics.voxel_count},
          {"nan_count", statistics.nan_count},
          {"infinite_count", statistics.infinite_count},
          {"counted_voxels", statistics.counted},
          {"min", statistics.min},
          {"max", statistics.max},
          {"mean", statistics.mean},
          {"percentiles", std::move(percentiles)},
          {"histogram",
           {{"low", histogram.low},
            {"high", histogram.high},
            {"below", histogram.below},
            {"above", histogram.above},
            {"counts", JsonArray(histogram.counts.begin(), histogram.counts.end())}}}};
}

Result<VolumeStatistics> statistics_from_json(const Json& value) {
  VolumeStatistics result;
  Reader reader(value);
  result.voxel_count = reader.count("voxel_count");
  result.nan_count = reader.count("nan_count");
  result.infinite_count = reader.count("infinite_count");
  if (reader.has("counted_voxels")) {
    result.counted = reader.count("counted_voxels");
  } else if (const auto not_finite = checked_add(result.nan_count, result.infinite_count);
             not_finite && *not_finite <= result.voxel_count) {
    result.counted = result.voxel_count - *not_finite;  // written when every voxel was counted
  }
  result.min = reader.number("min");
  result.max = reader.number("max");
  result.mean = reader.number("mean");
  for (const Json& item : reader.array("percentiles", 100)) {
    Reader entry(item);
    result.percentiles.push_back({entry.number("percent"), entry.number("value")});
    if (!entry.problem().empty()) reader.complain("percentiles");
  }
  if (const Json* histogram = reader.member("histogram"); histogram != nullptr) {
    Reader inner(*histogram);
    result.histogram = {inner.number("low"), inner.number("high"), inner.count("below"), inner.count("above"), {}};
    for (const Json& item : inner.array("counts", Histogram::kBins)) {
      const auto count = number_in<std::uint64_t>(item);
      if (!count) inner.complain("counts");
      result.histogram.counts.push_back(count.value_or(0));
    }
    if (result.histogram.counts.size() != Histogram::kBins) inner.complain("counts");
    if (!inner.problem().empty()) reader.complain("histogram");
  }
  if (!reader.problem().empty()) return fail(ErrorCode::kCorrupt, reader.problem());
  return result;
}

}  // namespace beamport
