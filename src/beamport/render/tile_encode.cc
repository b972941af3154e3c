// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/tile_encode.h"

#include <bit>
#include <utility>
#include <vector>

#include "beamport/codec/codec_chain.h"
#include "beamport/picture/jpeg.h"
#include "beamport/picture/webp.h"
#include "beamport/render/tile_quantise.h"
#include "beamport/render/value_window.h"

namespace beamport::render {
namespace {

// At these the difference to exact is hard to see in noisy slices: 32-33 dB at an eighth of the bytes.
constexpr int kJpegQuality = 80;
constexpr int kWebpQuality = 70;
// A tile is compressed once and sent once: the fastest levels.
constexpr int kZstdLevel = 1;
constexpr int kGzipLevel = 1;

/// Bytes of `count` voxels in native order to little endian, compressed.
Result<Bytes> encode(ByteView voxels, std::int64_t count, DataType type, Compression compression) {
  std::vector<codec::CodecSpec> codecs{codec::BytesCodec{std::endian::little}};
  if (compression == Compression::kZstd) codecs.emplace_back(codec::ZstdCodec{.level = kZstdLevel});
  if (compression == Compression::kGzip) codecs.emplace_back(codec::GzipCodec{.level = kGzipLevel});
  BEAMPORT_ASSIGN(const auto chain, codec::CodecChain::prepare(std::move(codecs), {count}, type));
  codec::Scratch scratch;
  Bytes encoded(chain.max_encoded_size());
  BEAMPORT_ASSIGN(const std::size_t size, chain.encode(voxels, encoded, scratch));
  encoded.resize(size);
  return encoded;
}

}  // namespace

Result<picture::GreyPicture> to_grey(const PlaneVoxels& cut, const ValueWindow& window) {
  BEAMPORT_TRY(check_window(window));
  const auto [width, height] = cut.size;
  picture::GreyPicture grey{std::vector<std::uint8_t>(static_cast<std::size_t>(width * height)), width, height};
  quantise(cut.voxels.bytes(), cut.type, window, grey.pixels);
  return grey;
}

Result<Bytes> encode_preview(const PlaneVoxels& cut, const ValueWindow& window, PreviewFormat format) {
  BEAMPORT_ASSIGN(const picture::GreyPicture grey, to_grey(cut, window));
  return format == PreviewFormat::kWebp ? picture::encode_webp(grey, kWebpQuality)
                                        : picture::encode_jpeg(grey, kJpegQuality);
}

Result<Bytes> encode_raw(const PlaneVoxels& cut, Compression compression) {
  return encode(cut.voxels.bytes(), cut.size.width * cut.size.height, cut.type, compression);
}

Result<Bytes> compress(ByteView bytes, Compression compression) {
  if (bytes.empty() && compression == Compression::kIdentity) return Bytes();
  return encode(bytes, static_cast<std::int64_t>(bytes.size()), DataType::kUint8, compression);
}

}  // namespace beamport::render
