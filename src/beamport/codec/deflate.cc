// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/deflate.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#include <zlib.h>

namespace beamport::codec {
namespace {

constexpr std::string_view name_of(DeflateContainer container) {
  return container == DeflateContainer::kGzip ? "gzip" : "zlib";
}

// 15: the largest window; 16 more selects the gzip container.
constexpr int window_bits(DeflateContainer container) {
  return container == DeflateContainer::kGzip ? 15 + 16 : 15;
}

// zlib counts in 32 bits; longer buffers are handed over in runs.
uInt next_run(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

/// One z_stream over whole buffers; `End` releases it.
template <int (*End)(z_streamp)>
class Stream {
 public:
  Stream(ByteView from, MutableByteView to) : from_(from), to_(to) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { End(&stream_); }

  [[nodiscard]] z_streamp get() { return &stream_; }
  [[nodiscard]] std::size_t remaining_input() const { return from_.size() - consumed_; }
  [[nodiscard]] std::size_t produced() const { return produced_; }

  /// Runs one step over as much of both buffers as zlib can count.
  template <typename Step>
  int run(Step step) {
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(from_.data() + consumed_));
    stream_.next_out = reinterpret_cast<Bytef*>(to_.data() + produced_);
    const uInt in = next_run(remaining_input());
    const uInt out = next_run(to_.size() - produced_);
    stream_.avail_in = in;
    stream_.avail_out = out;
    const int status = step(&stream_, in == remaining_input());
    progressed_ = stream_.avail_in != in || stream_.avail_out != out;
    consumed_ += in - stream_.avail_in;
    produced_ += out - stream_.avail_out;
    return status;
  }

  [[nodiscard]] bool progressed() const { return progressed_; }

 private:
  z_stream stream_{};
  ByteView from_;
  MutableByteView to_;
  std::size_t consumed_ = 0;
  std::size_t produced_ = 0;
  bool progressed_ = true;
};

}  // namespace

Result<void> check_deflate_level(int level) {
  if (level < -1 || level > 9) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("gzip: level {} is not between 0 and 9", level));
  }
  return {};
}

std::size_t deflate_bound(std::size_t size) noexcept {
  // Stored blocks cost 5 bytes for each 16 KiB at most; header and trailer of gzip 18 bytes.
  return size + (size >> 11) + 64;
}

Result<std::size_t> deflate_encode(DeflateContainer container, int level, ByteView from, MutableByteView to) {
  Stream<&::deflateEnd> stream(from, to);
  if (::deflateInit2(stream.get(), level, Z_DEFLATED, window_bits(container), 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return fail(ErrorCode::kResourceExhausted, fmt::format("{}: no memory for a compressor", name_of(container)));
  }
  int status = Z_OK;
  while (status == Z_OK && stream.progressed()) {
    status = stream.run([](z_streamp s, bool last) { return ::deflate(s, last ? Z_FINISH : Z_NO_FLUSH); });
  }
  if (status != Z_STREAM_END) {
    return fail(ErrorCode::kInternal, fmt::format("{}: compressing stopped with {}", name_of(container), status));
  }
  return stream.produced();
}

Result<std::size_t> deflate_decode(DeflateContainer container, ByteView from, MutableByteView to) {
  Stream<&::inflateEnd> stream(from, to);
  if (::inflateInit2(stream.get(), window_bits(container)) != Z_OK) {
    return fail(ErrorCode::kResourceExhausted, fmt::format("{}: no memory for a decompressor", name_of(container)));
  }
  int status = Z_OK;
  while (status == Z_OK && stream.progressed()) {
    status = stream.run([](z_streamp s, bool) { return ::inflate(s, Z_NO_FLUSH); });
    if (status == Z_STREAM_END && stream.remaining_input() > 0) status = ::inflateReset(stream.get());
  }
  if (status != Z_STREAM_END) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}: damaged, truncated or longer than {} bytes (zlib {})",
                                                 name_of(container), to.size(), status));
  }
  return stream.produced();
}

}  // namespace beamport::codec
