// SPDX-License-Identifier: Apache-2.0
#pragma once

// Zstandard frames (RFC 8878), with the content size written into the frame: some readers need it. Contexts are reused
// from chunk to chunk; one thread each.

#include <cstddef>
#include <memory>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/codec/codec_chain.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace beamport::codec {

class ZstdContexts {
 public:
  /// The scratch's contexts, made when first asked for.
  [[nodiscard]] static ZstdContexts& of(Scratch& scratch);

  /// nullptr when memory is short.
  [[nodiscard]] ZSTD_CCtx_s* compressor();
  [[nodiscard]] ZSTD_DCtx_s* decompressor();

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> compressor_;
  std::unique_ptr<ZSTD_DCtx_s, Free> decompressor_;
};

[[nodiscard]] Result<void> check_zstd(const ZstdCodec& codec);
[[nodiscard]] std::size_t zstd_bound(std::size_t size) noexcept;

/// `to` holds at least zstd_bound(from.size()); returns the encoded length.
[[nodiscard]] Result<std::size_t> zstd_encode(const ZstdCodec& codec, ByteView from, MutableByteView to,
                                              ZstdContexts& contexts);

/// Decodes all frames of `from`; returns the decoded length; kCorrupt when it would exceed `to`.
[[nodiscard]] Result<std::size_t> zstd_decode(ByteView from, MutableByteView to, ZstdContexts& contexts);

}  // namespace beamport::codec
