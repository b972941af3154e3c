// SPDX-License-Identifier: Apache-2.0
#pragma once

// The codecs of one chunk, in order: any array->array, exactly one array->bytes, any bytes->bytes (Zarr v3 core,
// "Codecs"). A chain is prepared once for a chunk shape and a data type: everything that can be wrong with the
// configuration is found then, and encode/decode do no checks of it any more. Immutable and thread-safe; the scratch
// belongs to one thread.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "beamport/array/data_type.h"
#include "beamport/base/bytes.h"
#include "beamport/base/json.h"
#include "beamport/base/result.h"

namespace beamport::codec {

/// array->array. encoded shape[i] = decoded shape[order[i]].
struct TransposeCodec {
  std::vector<std::size_t> order;
};
/// array->bytes: voxels in C order.
struct BytesCodec {
  std::endian endian = std::endian::little;
};
enum class BloscShuffle : std::uint8_t { kNone, kByte, kBit };
/// bytes->bytes, blosc 1 container; self-describing when decoded.
struct BloscCodec {
  std::string compressor = "lz4";
  int level = 1;
  BloscShuffle shuffle = BloscShuffle::kBit;
  std::size_t type_size = 1;
  std::size_t block_size = 0;
};
struct ZstdCodec {
  int level = 1;
  bool checksum = false;
};
struct GzipCodec {
  int level = 1;
};
/// zlib container; Zarr v2 only.
struct ZlibCodec {
  int level = 1;
};
/// bytes->bytes: appends CRC-32C (Castagnoli), little endian.
struct Crc32cCodec {};

using CodecSpec = std::variant<TransposeCodec, BytesCodec, BloscCodec, ZstdCodec, GzipCodec, ZlibCodec, Crc32cCodec>;

/// Reads the `codecs` list of a v3 array (objects with name and configuration; also the bare-string form of v3.1).
/// kUnsupported for a codec that Beamport does not know, naming it. `sharding_indexed` is not a chunk codec and is
/// refused.
[[nodiscard]] Result<std::vector<CodecSpec>> parse_codecs_v3(const Json& codecs, DataType type);
[[nodiscard]] Json codecs_to_json_v3(const std::vector<CodecSpec>& codecs);

/// Reads the `compressor` of a v2 array: object with `id`, or null (then no bytes->bytes codec).
[[nodiscard]] Result<std::vector<CodecSpec>> parse_compressor_v2(const Json& compressor, DataType type);

class BloscLz4Encoder;
class ZstdContexts;

/// Working memory of one thread, reused from chunk to chunk. Grows to what the largest chunk needs, never shrinks.
struct Scratch {
  Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  Bytes a;
  Bytes b;
  Bytes encoded;                       // the caller's: a chunk as fetched, before it is decoded
  std::unique_ptr<ZstdContexts> zstd;  // made when first needed
  std::unique_ptr<BloscLz4Encoder> blosc_lz4;
};

class CodecChain {
 public:
  /// Shape: decoded chunk shape, any rank from 1 to 9 (eight axes, one more in a shard's index), C order, no zeros.
  [[nodiscard]] static Result<CodecChain> prepare(std::vector<CodecSpec> codecs, std::vector<std::int64_t> shape,
                                                  DataType type);

  [[nodiscard]] std::size_t decoded_size() const noexcept;
  /// No encoded chunk is larger than this.
  [[nodiscard]] std::size_t max_encoded_size() const noexcept;
  /// The same for chunks that others encoded, whose compressors may add more. Limits what is fetched for decoding.
  [[nodiscard]] std::size_t max_foreign_size() const noexcept;
  [[nodiscard]] const std::vector<CodecSpec>& specs() const noexcept;

  /// Whether the encoded length never depends on the voxels: no compression, so that max_encoded_size() is exact.
  [[nodiscard]] bool fixed_size() const noexcept;

  /// Encodes exactly decoded_size() bytes of native-endian voxels into `to` (at least max_encoded_size() bytes);
  /// returns the encoded length. Deterministic: same input, same bytes.
  [[nodiscard]] Result<std::size_t> encode(ByteView voxels, MutableByteView to, Scratch& scratch) const;

  /// Decodes into exactly decoded_size() bytes of native-endian voxels. kCorrupt when the bytes are damaged, too short,
  /// too long, or unpack to another size; never writes outside `to`, never allocates by what the bytes claim.
  [[nodiscard]] Result<void> decode(ByteView encoded, MutableByteView to, Scratch& scratch) const;

 private:
  CodecChain() = default;

  std::vector<CodecSpec> specs_;
  std::vector<std::int64_t> shape_;
  std::vector<std::size_t> order_;       // all transposes in one; empty when voxels keep their order
  std::vector<CodecSpec> byte_codecs_;   // the bytes->bytes part of specs_
  std::vector<std::size_t> byte_sizes_;  // [i]: largest input of byte_codecs_[i]; one more for the output of the last
  DataType type_ = DataType::kUint8;
  bool swap_ = false;  // stored in the other byte order
  std::size_t decoded_size_ = 0;
};

}  // namespace beamport::codec
