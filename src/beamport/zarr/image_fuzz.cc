// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <boost/json/object.hpp>

#include "beamport/base/check.h"
#include "beamport/store/memory_store.h"
#include "beamport/zarr/image.h"

// Opens an image whose group attributes are arbitrary JSON; two arrays stand ready as levels "0" and "1". The first
// byte chooses the format of the group. What opens has levels with positive, finite voxel sizes.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace beamport;
  using namespace beamport::zarr;
  if (size == 0) return 0;
  const ByteView text = std::as_bytes(std::span(data + 1, size - 1));
  const auto store = std::make_shared<store::MemoryStore>();
  const auto put = [&](std::string_view key, ByteView value) { BEAMPORT_CHECK(store->put(key, value).has_value()); };
  const bool v2 = (data[0] & 1U) != 0;
  if (v2) {
    put(".zgroup", as_byte_view(R"({"zarr_format":2})"));
    put(".zattrs", text);
  } else {
    put("zarr.json", text);
  }
  put("0/.zarray", as_byte_view(R"({"zarr_format":2,"shape":[4,6,8],"chunks":[4,6,8],"dtype":"<u2",
    "compressor":null,"fill_value":0,"order":"C","filters":null})"));
  put("1/.zarray", as_byte_view(R"({"zarr_format":2,"shape":[2,3,4],"chunks":[2,3,4],"dtype":"<u2",
    "compressor":null,"fill_value":0,"order":"C","filters":null})"));
  const Result<Image> image = Image::open(store);
  if (!image) return 0;
  BEAMPORT_CHECK(!image->levels().empty());
  for (const ImageLevel& level : image->levels()) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      BEAMPORT_CHECK(level.voxel_size_um[axis] > 0 && std::isfinite(level.voxel_size_um[axis]));
      BEAMPORT_CHECK(std::isfinite(level.translation_um[axis]));
    }
  }
  return 0;
}
