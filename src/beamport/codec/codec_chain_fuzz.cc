// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "beamport/base/check.h"
#include "beamport/codec/codec_chain.h"

// Decodes arbitrary bytes with one of several chains, chosen by the first byte. Nothing around the voxels may change:
// the compressors are the system's libraries, which no sanitizer watches. A chunk that decodes must encode and decode
// again to the same voxels.

namespace {

using namespace beamport;
using namespace beamport::codec;

constexpr std::ptrdiff_t kGuard = 4096;
constexpr std::byte kUntouched{0xC3};

std::vector<CodecChain> make_chains() {
  const std::vector<std::int64_t> shape{8, 4, 16};
  const std::vector<std::vector<CodecSpec>> lists{
      {BytesCodec{}},
      {BytesCodec{}, Crc32cCodec{}},
      {BytesCodec{}, BloscCodec{.type_size = 4}},
      {BytesCodec{}, ZstdCodec{}},
      {BytesCodec{}, GzipCodec{}},
      {BytesCodec{}, ZlibCodec{}},
      {TransposeCodec{{2, 0, 1}}, BytesCodec{std::endian::big}, ZstdCodec{}, GzipCodec{}},
      {BytesCodec{}, BloscCodec{.type_size = 4}, ZstdCodec{}},
  };
  std::vector<CodecChain> chains;
  for (const std::vector<CodecSpec>& list : lists) {
    chains.push_back(CodecChain::prepare(list, shape, DataType::kUint32).value());
  }
  return chains;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<CodecChain> chains = make_chains();
  if (size == 0) return 0;
  const CodecChain& chain = chains[data[0] % chains.size()];
  Scratch scratch;
  Bytes guarded(kGuard + chain.decoded_size() + kGuard, kUntouched);
  const MutableByteView voxels = MutableByteView(guarded).subspan(kGuard, chain.decoded_size());
  const ByteView input = std::as_bytes(std::span(data + 1, size - 1));
  const bool decoded = chain.decode(input, voxels, scratch).has_value();
  const auto untouched = [](std::byte byte) { return byte == kUntouched; };
  BEAMPORT_CHECK(std::all_of(guarded.begin(), guarded.begin() + kGuard, untouched));
  BEAMPORT_CHECK(std::all_of(guarded.end() - kGuard, guarded.end(), untouched));
  if (!decoded) return 0;
  Bytes again(chain.max_encoded_size());
  const Result<std::size_t> length = chain.encode(voxels, again, scratch);
  BEAMPORT_CHECK(length.has_value());
  Bytes same(chain.decoded_size());
  BEAMPORT_CHECK(chain.decode(ByteView(again).first(*length), same, scratch).has_value());
  BEAMPORT_CHECK(std::ranges::equal(same, voxels));
  return 0;
}
