// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/codec_chain.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"
#include "beamport/codec/blosc.h"
#include "beamport/codec/blosc_lz4.h"
#include "beamport/codec/byte_order.h"
#include "beamport/codec/crc32c.h"
#include "beamport/codec/deflate.h"
#include "beamport/codec/transpose.h"
#include "beamport/codec/zstd.h"

namespace beamport::codec {
namespace {

constexpr std::size_t kMaxRank = 9;
constexpr std::size_t kChecksumBytes = 4;
// What other writers' compressors may add beyond our own bound when codecs are stacked (many small blocks).
constexpr std::size_t kForeignOverhead = std::size_t{64} << 10;

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

enum class Stage : std::uint8_t { kArrayToArray, kArrayToBytes, kBytesToBytes };

Stage stage_of(const CodecSpec& spec) {
  if (std::holds_alternative<TransposeCodec>(spec)) return Stage::kArrayToArray;
  if (std::holds_alternative<BytesCodec>(spec)) return Stage::kArrayToBytes;
  return Stage::kBytesToBytes;
}

Result<void> check_order(const std::vector<CodecSpec>& codecs) {
  Stage stage = Stage::kArrayToArray;
  std::size_t serializers = 0;
  for (const CodecSpec& spec : codecs) {
    const Stage next = stage_of(spec);
    if (next < stage) {
      return fail(ErrorCode::kInvalidArgument,
                  "codecs: the order is array->array, then array->bytes, then bytes->bytes");
    }
    stage = next;
    if (next == Stage::kArrayToBytes) ++serializers;
  }
  if (serializers != 1) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("codecs: exactly one array->bytes codec is needed, there are {}", serializers));
  }
  return {};
}

Result<std::size_t> checked_size(const std::vector<std::int64_t>& shape, DataType type) {
  if (shape.empty() || shape.size() > kMaxRank) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("chunk of rank {}; 1 to {} axes are possible", shape.size(), kMaxRank));
  }
  auto bytes = static_cast<std::int64_t>(size_of(type));
  for (const std::int64_t length : shape) {
    const std::optional<std::int64_t> product = checked_multiply(bytes, length);
    if (length <= 0 || !product) {
      return fail(ErrorCode::kOutOfRange, fmt::format("chunk with an axis of length {}", length));
    }
    bytes = *product;
  }
  // Room for every codec's overhead on top, whatever the chain.
  if (bytes > (std::int64_t{1} << 48)) return fail(ErrorCode::kOutOfRange, "chunk larger than 256 TiB");
  return static_cast<std::size_t>(bytes);
}

Result<void> check_codec(const CodecSpec& spec, std::size_t input_size) {
  return std::visit(Overloaded{
                        [&](const BloscCodec& blosc) -> Result<void> {
                          if (input_size > blosc_max_input()) {
                            return fail(ErrorCode::kOutOfRange,
                                        fmt::format("blosc: a chunk of {} bytes is too large", input_size));
                          }
                          return check_blosc(blosc);
                        },
                        [](const ZstdCodec& zstd) { return check_zstd(zstd); },
                        [](const GzipCodec& gzip) { return check_deflate_level(gzip.level); },
                        [](const ZlibCodec& zlib) { return check_deflate_level(zlib.level); },
                        [](const auto&) -> Result<void> { return {}; },
                    },
                    spec);
}

std::size_t bound_of(const CodecSpec& spec, std::size_t input_size) {
  return std::visit(Overloaded{
                        [&](const BloscCodec&) { return blosc_bound(input_size); },
                        [&](const ZstdCodec&) { return zstd_bound(input_size); },
                        [&](const GzipCodec&) { return deflate_bound(input_size); },
                        [&](const ZlibCodec&) { return deflate_bound(input_size); },
                        [&](const Crc32cCodec&) { return input_size + kChecksumBytes; },
                        [&](const auto&) { return input_size; },
                    },
                    spec);
}

bool is_checksum(const CodecSpec& spec) {
  return std::holds_alternative<Crc32cCodec>(spec);
}

/// Behind the first `size` bytes of `to`, which has room for it.
std::size_t append_checksum(MutableByteView to, std::size_t size) {
  store_little<std::uint32_t>(to.subspan(size), crc32c(to.first(size)));
  return size + kChecksumBytes;
}

Result<ByteView> strip_checksum(ByteView from) {
  if (from.size() < kChecksumBytes) {
    return fail(ErrorCode::kCorrupt, fmt::format("crc32c: only {} bytes, no room for a checksum", from.size()));
  }
  const ByteView content = from.first(from.size() - kChecksumBytes);
  const auto stored = load_little<std::uint32_t>(from.last(kChecksumBytes));
  const std::uint32_t actual = crc32c(content);
  if (stored != actual) {
    return fail(ErrorCode::kCorrupt, fmt::format("crc32c: stored {:08x}, the bytes give {:08x}", stored, actual));
  }
  return content;
}

Result<std::size_t> encode_bytes(const CodecSpec& spec, ByteView from, MutableByteView to, Scratch& scratch) {
  return std::visit(
      Overloaded{
          [&](const BloscCodec& blosc) { return blosc_encode(blosc, from, to, scratch); },
          [&](const ZstdCodec& zstd) { return zstd_encode(zstd, from, to, ZstdContexts::of(scratch)); },
          [&](const GzipCodec& gzip) { return deflate_encode(DeflateContainer::kGzip, gzip.level, from, to); },
          [&](const ZlibCodec& zlib) { return deflate_encode(DeflateContainer::kZlib, zlib.level, from, to); },
          [&](const auto&) -> Result<std::size_t> {
            std::memcpy(to.data(), from.data(), from.size());
            return append_checksum(to, from.size());
          },
      },
      spec);
}

Result<std::size_t> decode_bytes(const CodecSpec& spec, ByteView from, MutableByteView to, Scratch& scratch) {
  return std::visit(
      Overloaded{
          [&](const BloscCodec&) { return blosc_decode(from, to); },
          [&](const ZstdCodec&) { return zstd_decode(from, to, ZstdContexts::of(scratch)); },
          [&](const GzipCodec&) { return deflate_decode(DeflateContainer::kGzip, from, to); },
          [&](const ZlibCodec&) { return deflate_decode(DeflateContainer::kZlib, from, to); },
          [&](const auto&) -> Result<std::size_t> { return fail(ErrorCode::kInternal, "crc32c is not a compressor"); },
      },
      spec);
}

/// The first `size` bytes of a buffer that only grows.
MutableByteView grown(Bytes& buffer, std::size_t size) {
  if (buffer.size() < size) buffer.resize(size);
  return MutableByteView(buffer).first(size);
}

/// The scratch buffer in which `current` does not lie.
Bytes& other_buffer(Scratch& scratch, ByteView current) {
  return current.data() == scratch.a.data() ? scratch.b : scratch.a;
}

}  // namespace

Scratch::Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;
Scratch::~Scratch() = default;

Result<CodecChain> CodecChain::prepare(std::vector<CodecSpec> codecs, std::vector<std::int64_t> shape, DataType type) {
  BEAMPORT_TRY(check_order(codecs));
  CodecChain chain;
  BEAMPORT_ASSIGN(chain.decoded_size_, checked_size(shape, type));
  std::vector<std::size_t> order(shape.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::size_t size = chain.decoded_size_;
  for (const CodecSpec& spec : codecs) {
    if (const auto* transpose = std::get_if<TransposeCodec>(&spec)) {
      if (!is_permutation(transpose->order, shape.size())) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("transpose: order is not a permutation of {} axes", shape.size()));
      }
      std::vector<std::size_t> combined(order.size());
      for (std::size_t i = 0; i < order.size(); ++i) combined[i] = order[transpose->order[i]];
      order = std::move(combined);
    } else if (const auto* bytes = std::get_if<BytesCodec>(&spec)) {
      chain.swap_ = bytes->endian != std::endian::native && size_of(type) > 1;
    } else {
      BEAMPORT_TRY(check_codec(spec, size));
      chain.byte_codecs_.push_back(spec);
      chain.byte_sizes_.push_back(size);
      size = bound_of(spec, size);
    }
  }
  chain.byte_sizes_.push_back(size);
  if (!is_identity(order)) chain.order_ = std::move(order);
  chain.specs_ = std::move(codecs);
  chain.shape_ = std::move(shape);
  chain.type_ = type;
  return chain;
}

std::size_t CodecChain::decoded_size() const noexcept {
  return decoded_size_;
}

std::size_t CodecChain::max_encoded_size() const noexcept {
  return byte_sizes_.back();
}

std::size_t CodecChain::max_foreign_size() const noexcept {
  return fixed_size() ? max_encoded_size() : max_encoded_size() + decoded_size_ / 8 + kForeignOverhead;
}

const std::vector<CodecSpec>& CodecChain::specs() const noexcept {
  return specs_;
}

bool CodecChain::fixed_size() const noexcept {
  return std::all_of(byte_codecs_.begin(), byte_codecs_.end(), is_checksum);
}

Result<std::size_t> CodecChain::encode(ByteView voxels, MutableByteView to, Scratch& scratch) const {
  BEAMPORT_CHECK(voxels.size() == decoded_size_);
  BEAMPORT_CHECK(to.size() >= max_encoded_size());
  // Checksums at the end are put behind the bytes where these already lie; the codecs before them move bytes.
  std::size_t moving = byte_codecs_.size();
  while (moving > 0 && is_checksum(byte_codecs_[moving - 1])) --moving;
  ByteView current = voxels;
  if (!order_.empty() || swap_) {
    const MutableByteView target = moving == 0 ? to.first(decoded_size_) : grown(scratch.a, decoded_size_);
    if (order_.empty()) {
      std::memcpy(target.data(), voxels.data(), voxels.size());
    } else {
      transpose(voxels, target, shape_, order_, size_of(type_));
    }
    if (swap_) swap_voxels(target, size_of(type_));
    current = target;
  } else if (moving == 0) {
    std::memcpy(to.data(), voxels.data(), voxels.size());
  }
  for (std::size_t i = 0; i < moving; ++i) {
    const bool last = i + 1 == moving;
    const MutableByteView target = last ? to : grown(other_buffer(scratch, current), byte_sizes_[i + 1]);
    BEAMPORT_ASSIGN(const std::size_t written, encode_bytes(byte_codecs_[i], current, target, scratch));
    current = ByteView(target).first(written);
  }
  std::size_t size = current.size();
  for (std::size_t i = moving; i < byte_codecs_.size(); ++i) size = append_checksum(to, size);
  return size;
}

Result<void> CodecChain::decode(ByteView encoded, MutableByteView to, Scratch& scratch) const {
  BEAMPORT_CHECK(to.size() == decoded_size_);
  ByteView current = encoded;
  for (std::size_t i = byte_codecs_.size(); i-- > 0;) {
    if (is_checksum(byte_codecs_[i])) {
      BEAMPORT_ASSIGN(current, strip_checksum(current));
      continue;
    }
    // The first codec unpacks the array itself, straight to its end place unless it must still be transposed.
    const bool innermost = i == 0;
    const bool in_place = innermost && order_.empty();
    const std::size_t room = innermost ? decoded_size_ : byte_sizes_[i] + kForeignOverhead;
    const MutableByteView target = in_place ? to : grown(other_buffer(scratch, current), room);
    BEAMPORT_ASSIGN(const std::size_t got, decode_bytes(byte_codecs_[i], current, target, scratch));
    current = ByteView(target).first(got);
  }
  if (current.size() != decoded_size_) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the chunk unpacks to {} bytes instead of {}", current.size(), decoded_size_));
  }
  if (!order_.empty()) {
    std::vector<std::int64_t> encoded_shape(shape_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) encoded_shape[i] = shape_[order_[i]];
    transpose(current, to, encoded_shape, inverse_of(order_), size_of(type_));
  } else if (current.data() != to.data()) {
    std::memcpy(to.data(), current.data(), current.size());
  }
  if (swap_) swap_voxels(to, size_of(type_));
  return {};
}

}  // namespace beamport::codec
