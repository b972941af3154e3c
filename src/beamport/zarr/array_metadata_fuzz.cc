// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/json/object.hpp>

#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"
#include "beamport/zarr/array_metadata.h"

// Reads arbitrary text as array metadata of both formats. What is accepted keeps the promises of the header.

namespace {

using namespace beamport;
using namespace beamport::zarr;

void check_promises(const ArrayMetadata& array) {
  const std::size_t rank = array.shape.size();
  BEAMPORT_CHECK(rank >= 1 && rank <= kMaxRank);
  BEAMPORT_CHECK(array.chunk.size() == rank && array.inner_chunk().size() == rank);
  BEAMPORT_CHECK(array.dimension_names.size() == rank);
  auto chunk_bytes = static_cast<std::int64_t>(size_of(array.type));
  for (std::size_t i = 0; i < rank; ++i) {
    BEAMPORT_CHECK(array.shape[i] >= 0 && array.shape[i] <= kMaxAxisLength);
    BEAMPORT_CHECK(array.chunk[i] >= 1 && array.inner_chunk()[i] >= 1);
    BEAMPORT_CHECK(array.chunk[i] % array.inner_chunk()[i] == 0);
    const auto product = checked_multiply(chunk_bytes, array.inner_chunk()[i]);
    BEAMPORT_CHECK(product.has_value());
    chunk_bytes = *product;
  }
  BEAMPORT_CHECK(chunk_bytes <= kMaxChunkBytes);
  BEAMPORT_CHECK(codec::CodecChain::prepare(array.inner_codecs(), array.inner_chunk(), array.type).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<Json> document = parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!document) return 0;
  if (const Result<ArrayMetadata> array = parse_array_v3(*document)) check_promises(*array);
  if (const Result<ArrayMetadata> array = parse_array_v2(*document, {})) check_promises(*array);
  return 0;
}
