// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/voxel_conversion.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "beamport/base/check.h"

namespace beamport::ingest {
namespace {

template <typename From, typename To, typename Convert>
void convert_rows(const VolumeView& source, const MutableVolumeView& target, const Convert& convert) {
  for (std::int64_t z = 0; z < source.extent.z; ++z) {
    for (std::int64_t y = 0; y < source.extent.y; ++y) {
      const From* from = source.row_as<From>(z, y);
      To* to = target.row_as<To>(z, y);
      for (std::int64_t x = 0; x < source.extent.x; ++x) to[x] = convert(from[x]);
    }
  }
}

}  // namespace

Result<VoxelConversion> VoxelConversion::keep(DataType from) {
  if (from == DataType::kUint64 || from == DataType::kInt64) {
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("voxels of type {} cannot be kept: viewers read at most 32 bits; use --dtype uint16 or uint8",
                    name_of(from)));
  }
  return VoxelConversion(from, from == DataType::kFloat64 ? DataType::kFloat32 : from, std::nullopt);
}

Result<VoxelConversion> VoxelConversion::windowed(DataType from, DataType to, ValueWindow window) {
  if (to != DataType::kUint8 && to != DataType::kUint16) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("cannot window to {}; choose uint8 or uint16", name_of(to)));
  }
  if (!std::isfinite(window.low) || !std::isfinite(window.high) || !(window.low < window.high)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("window {},{}: two finite numbers are needed, the first smaller than the second",
                            window.low, window.high));
  }
  return VoxelConversion(from, to, window);
}

void VoxelConversion::apply(VolumeView source, MutableVolumeView target) const noexcept {
  BEAMPORT_CHECK(source.extent == target.extent && source.type == from_ && target.type == to_);
  if (window_) {
    const double scale = levels() / (window_->high - window_->low);
    visit_data_type(from_, [&]<typename From>() {
      const auto map = [low = window_->low, scale, top = levels()]<typename To>(From value, To) {
        const double position = (static_cast<double>(value) - low) * scale;
        // max() with the position second turns NaN into 0.
        return static_cast<To>(std::min(std::max(0.0, position), top) + 0.5);
      };
      if (to_ == DataType::kUint8) {
        convert_rows<From, std::uint8_t>(source, target, [&](From v) { return map(v, std::uint8_t{}); });
      } else {
        convert_rows<From, std::uint16_t>(source, target, [&](From v) { return map(v, std::uint16_t{}); });
      }
    });
  } else if (narrows()) {
    convert_rows<double, float>(source, target, [](double v) { return static_cast<float>(v); });
  } else {
    copy_volume(source, target);
  }
}

Json VoxelConversion::to_json() const {
  if (from_ == to_ && !window_) return nullptr;
  JsonObject object{{"from", name_of(from_)}, {"to", name_of(to_)}};
  if (window_) {
    object["window"] = {window_->low, window_->high};
    object["slope"] = (window_->high - window_->low) / levels();
    object["intercept"] = window_->low;
  }
  return object;
}

}  // namespace beamport::ingest
