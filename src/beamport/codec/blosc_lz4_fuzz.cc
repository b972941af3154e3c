// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "beamport/base/check.h"
#include "beamport/codec/blosc.h"
#include "beamport/codec/blosc_lz4.h"

// Encodes arbitrary bytes, repeated so often that several blocks come of them, and decodes them with c-blosc. The first
// two bytes choose element size, level and repetitions. Nothing beyond the bound may be written.

namespace {

using namespace beamport;
using namespace beamport::codec;

constexpr std::size_t kMostBytes = std::size_t{600} << 10;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const BloscCodec codec{.level = data[0] / 4 % 10, .type_size = std::size_t{1} << (data[0] % 4)};
  const ByteView pattern = std::as_bytes(std::span(data + 2, size - 2));
  const std::size_t repetitions =
      std::min<std::size_t>(1 + std::size_t{data[1]} * data[1], kMostBytes / pattern.size());
  Bytes voxels;
  voxels.reserve(repetitions * pattern.size());
  for (std::size_t i = 0; i < repetitions; ++i) voxels.insert(voxels.end(), pattern.begin(), pattern.end());
  if (voxels.empty()) return 0;
  BloscLz4Encoder encoder;
  Bytes encoded(blosc_bound(voxels.size()));
  encoded.resize(encoder.encode(codec, voxels, encoded));
  Bytes same(voxels.size());
  const Result<std::size_t> length = blosc_decode(encoded, same);
  BEAMPORT_CHECK(length.has_value() && *length == voxels.size());
  BEAMPORT_CHECK(same == voxels);
  return 0;
}
