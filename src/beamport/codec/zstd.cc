// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/zstd.h"

#include <fmt/format.h>
#include <zstd.h>

namespace beamport::codec {

void ZstdContexts::Free::operator()(ZSTD_CCtx_s* context) const noexcept {
  ::ZSTD_freeCCtx(context);
}
void ZstdContexts::Free::operator()(ZSTD_DCtx_s* context) const noexcept {
  ::ZSTD_freeDCtx(context);
}

ZstdContexts& ZstdContexts::of(Scratch& scratch) {
  if (!scratch.zstd) scratch.zstd = std::make_unique<ZstdContexts>();
  return *scratch.zstd;
}

ZSTD_CCtx_s* ZstdContexts::compressor() {
  if (!compressor_) compressor_.reset(::ZSTD_createCCtx());
  return compressor_.get();
}

ZSTD_DCtx_s* ZstdContexts::decompressor() {
  if (!decompressor_) decompressor_.reset(::ZSTD_createDCtx());
  return decompressor_.get();
}

Result<void> check_zstd(const ZstdCodec& codec) {
  if (codec.level < ::ZSTD_minCLevel() || codec.level > ::ZSTD_maxCLevel()) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("zstd: level {} is not between {} and {}", codec.level,
                                                         ::ZSTD_minCLevel(), ::ZSTD_maxCLevel()));
  }
  return {};
}

std::size_t zstd_bound(std::size_t size) noexcept {
  return ::ZSTD_compressBound(size);
}

Result<std::size_t> zstd_encode(const ZstdCodec& codec, ByteView from, MutableByteView to, ZstdContexts& contexts) {
  ZSTD_CCtx* context = contexts.compressor();
  if (context == nullptr) return fail(ErrorCode::kResourceExhausted, "zstd: no memory for a compressor");
  ::ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, codec.level);
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, codec.checksum ? 1 : 0);
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1);
  const std::size_t written = ::ZSTD_compress2(context, to.data(), to.size(), from.data(), from.size());
  if (::ZSTD_isError(written) != 0) {
    return fail(ErrorCode::kInternal, fmt::format("zstd: {}", ::ZSTD_getErrorName(written)));
  }
  return written;
}

Result<std::size_t> zstd_decode(ByteView from, MutableByteView to, ZstdContexts& contexts) {
  ZSTD_DCtx* context = contexts.decompressor();
  if (context == nullptr) return fail(ErrorCode::kResourceExhausted, "zstd: no memory for a decompressor");
  // Writes straight into `to`, so the window that a frame asks for is never allocated.
  const std::size_t got = ::ZSTD_decompressDCtx(context, to.data(), to.size(), from.data(), from.size());
  if (::ZSTD_isError(got) != 0) {
    return fail(ErrorCode::kCorrupt, fmt::format("zstd: {}", ::ZSTD_getErrorName(got)));
  }
  return got;
}

}  // namespace beamport::codec
