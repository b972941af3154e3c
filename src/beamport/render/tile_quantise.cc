// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/tile_quantise.h"

#include "beamport/base/check.h"

namespace beamport::render {
namespace {

// No branches and no library calls, so that the loop becomes vector code. The comparisons are false for NaN: the order
// of their arms is what makes it 0.
template <typename T>
void quantise_row(const T* voxels, std::size_t count, double low, double scale, std::uint8_t* grey) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    double level = (static_cast<double>(voxels[i]) - low) * scale + 0.5;
    level = level > 0.0 ? level : 0.0;
    level = level < 255.0 ? level : 255.0;
    grey[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(level));
  }
}

}  // namespace

void quantise(ByteView voxels, DataType type, const ValueWindow& window, std::span<std::uint8_t> grey) noexcept {
  BEAMPORT_CHECK(voxels.size() == grey.size() * size_of(type));
  const double scale = 255.0 / (window.high - window.low);
  visit_data_type(type, [&]<typename T>() {
    quantise_row(reinterpret_cast<const T*>(voxels.data()), grey.size(), window.low, scale, grey.data());
  });
}

}  // namespace beamport::render
