// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/decode_protocol.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"

namespace beamport::image {
namespace {

constexpr std::string_view kRequestMagic = "BPDR";
constexpr std::string_view kAnswerMagic = "BPDA";
constexpr std::size_t kHeaderBytes = 16;
constexpr std::size_t kMaxTextBytes = kMaxDecodeAnswerBytes - kHeaderBytes;

enum Flag : std::uint8_t { kBigEndian = 1, kBigTiff = 2, kTiled = 4, kNewMemory = 8 };
enum Kind : std::uint8_t { kReady = 0, kDecoded = 1, kFailed = 2 };

void put_text(MutableByteView to, std::string_view text) {
  std::ranges::copy(as_byte_view(text), to.begin());
}

template <typename T>
T get(ByteView message, std::size_t at) {
  return load_little<T>(message.subspan(at, sizeof(T)));
}

template <typename T>
void put(MutableByteView message, std::size_t at, auto value) {
  store_little<T>(message.subspan(at), static_cast<T>(value));
}

Failure refuse(std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("a message between program and decode worker: {}", what));
}

bool all_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

// Those that decode_rows() ends with.
bool is_of_decoding(ErrorCode code) {
  return code == ErrorCode::kCorrupt || code == ErrorCode::kUnsupported || code == ErrorCode::kResourceExhausted ||
         code == ErrorCode::kIo;
}

Result<void> check(const DecodeRequest& request) {
  const TiffPage& page = request.wanted.grey.page;
  if (request.number == 0 || page.number < 1) return refuse("no number");
  if (page.width < 1 || page.height < 1 || page.block_width < 1 || page.block_height < 1) return refuse("no size");
  if (page.block_width > std::numeric_limits<std::int32_t>::max() ||
      page.block_height > std::numeric_limits<std::int32_t>::max() ||
      page.width > std::numeric_limits<std::int32_t>::max() || page.height > std::numeric_limits<std::int32_t>::max()) {
    return refuse("too large");
  }
  if (!page.tiled && (page.block_width != page.width || page.block_height > page.height)) return refuse("odd strips");
  const std::int64_t blocks = page.blocks_across() * page.blocks_down();
  if (page.block_offsets.count != static_cast<std::uint64_t>(blocks)) return refuse("odd number of strips or tiles");
  if (request.wanted.rows < 1 || request.wanted.row > page.height - request.wanted.rows) return refuse("no such rows");
  if (page.bits_per_sample != 8 * size_of(request.wanted.grey.type)) return refuse("bits and type differ");
  const std::int64_t voxel = request.wanted.grey.bytes_per_voxel();
  const auto bytes = checked_multiply(request.wanted.rows, page.width, voxel);
  if (!bytes || static_cast<std::uint64_t>(*bytes) > request.shared_bytes) return refuse("too little shared memory");
  if (!checked_multiply(page.block_width, page.block_height, voxel)) return refuse("too large");
  return {};
}

}  // namespace

std::array<std::byte, kDecodeRequestBytes> encode(const DecodeRequest& request) {
  const TiffPage& page = request.wanted.grey.page;
  std::array<std::byte, kDecodeRequestBytes> message{};
  const MutableByteView to(message);
  put_text(to, kRequestMagic);
  put<std::uint32_t>(to, 4, request.number);
  put<std::uint64_t>(to, 8, request.file_bytes);
  put<std::uint64_t>(to, 16, page.directory_offset);
  put<std::uint64_t>(to, 24, page.block_offsets.count);
  put<std::uint64_t>(to, 32, page.number);
  put<std::uint32_t>(to, 40, page.width);
  put<std::uint32_t>(to, 44, page.height);
  put<std::uint32_t>(to, 48, page.block_height);
  put<std::uint32_t>(to, 52, request.wanted.row);
  put<std::uint32_t>(to, 56, request.wanted.rows);
  put<std::uint32_t>(to, 60, request.allowed.count());
  put<std::uint64_t>(to, 64, request.shared_bytes);
  put<std::uint16_t>(to, 72, page.compression);
  put<std::uint16_t>(to, 74, page.bits_per_sample);
  put<std::uint32_t>(to, 76, page.block_width);
  put<std::uint8_t>(to, 80, request.wanted.grey.type);
  put<std::uint8_t>(to, 81,
                    (request.wanted.byte_order == std::endian::big ? kBigEndian : 0) |
                        (request.wanted.is_big ? kBigTiff : 0) | (page.tiled ? kTiled : 0) |
                        (request.brings_memory ? kNewMemory : 0));
  return message;
}

Result<DecodeRequest> parse_decode_request(ByteView message) {
  if (message.size() != kDecodeRequestBytes || as_text(message.first(4)) != kRequestMagic) return refuse("no request");
  if (!all_zero(message.subspan(82))) return refuse("zeros expected");
  const auto type = get<std::uint8_t>(message, 80);
  const auto flags = get<std::uint8_t>(message, 81);
  if (type > static_cast<std::uint8_t>(DataType::kFloat64) || flags > 15) return refuse("unknown type or flag");
  DecodeRequest request;
  request.number = get<std::uint32_t>(message, 4);
  request.file_bytes = get<std::uint64_t>(message, 8);
  request.shared_bytes = get<std::uint64_t>(message, 64);
  request.brings_memory = (flags & kNewMemory) != 0;
  request.allowed = std::chrono::seconds(get<std::uint32_t>(message, 60));
  CompressedRows& wanted = request.wanted;
  wanted.byte_order = (flags & kBigEndian) != 0 ? std::endian::big : std::endian::little;
  wanted.is_big = (flags & kBigTiff) != 0;
  wanted.row = get<std::uint32_t>(message, 52);
  wanted.rows = get<std::uint32_t>(message, 56);
  wanted.grey.type = static_cast<DataType>(type);
  wanted.grey.needs_decoder = true;
  TiffPage& page = wanted.grey.page;
  page.directory_offset = get<std::uint64_t>(message, 16);
  page.block_offsets.count = get<std::uint64_t>(message, 24);
  page.number = get<std::int64_t>(message, 32);
  page.width = get<std::uint32_t>(message, 40);
  page.height = get<std::uint32_t>(message, 44);
  page.block_height = get<std::uint32_t>(message, 48);
  page.block_width = get<std::uint32_t>(message, 76);
  page.compression = get<std::uint16_t>(message, 72);
  page.bits_per_sample = get<std::uint16_t>(message, 74);
  page.tiled = (flags & kTiled) != 0;
  BEAMPORT_TRY(check(request));
  return request;
}

Bytes encode(const DecodeAnswer& answer) {
  const auto* error = std::get_if<Error>(&answer.outcome);
  const std::string_view text = error == nullptr ? "" : std::string_view(error->message).substr(0, kMaxTextBytes);
  Bytes message(kHeaderBytes + text.size());
  const MutableByteView to(message);
  put_text(to, kAnswerMagic);
  put<std::uint32_t>(to, 4, answer.number);
  put<std::uint8_t>(to, 8, answer.outcome.index());
  put<std::uint16_t>(to, 10, text.size());
  if (error != nullptr) {
    put<std::uint8_t>(to, 9, is_of_decoding(error->code) ? error->code : ErrorCode::kIo);
    std::ranges::transform(text, to.begin() + kHeaderBytes,
                           [](char c) { return static_cast<std::byte>(c >= ' ' && c <= '~' ? c : '?'); });
  }
  if (const auto* ready = std::get_if<DecodeAnswer::Ready>(&answer.outcome)) {
    put<std::uint8_t>(to, 12, ready->confinement.landlock_abi);
    put<std::uint8_t>(to, 13, ready->confinement.filters_system_calls ? 1 : 0);
  }
  return message;
}

Result<DecodeAnswer> parse_decode_answer(ByteView message) {
  if (message.size() < kHeaderBytes || as_text(message.first(4)) != kAnswerMagic) return refuse("no answer");
  const auto kind = get<std::uint8_t>(message, 8);
  const auto code = get<std::uint8_t>(message, 9);
  const ByteView text = message.subspan(kHeaderBytes);
  if (get<std::uint16_t>(message, 10) != text.size() || text.size() > kMaxTextBytes) return refuse("odd length");
  if (!all_zero(message.subspan(14, 2))) return refuse("zeros expected");
  if (kind != kFailed && (code != 0 || !text.empty())) return refuse("an error that is none");
  if (kind != kReady && !all_zero(message.subspan(12, 2))) return refuse("zeros expected");
  DecodeAnswer answer;
  answer.number = get<std::uint32_t>(message, 4);
  if ((kind == kReady) != (answer.number == 0) && kind != kFailed) return refuse("odd number");
  switch (kind) {
    case kReady: {
      const auto filters = get<std::uint8_t>(message, 13);
      if (filters > 1) return refuse("odd confinement");
      answer.outcome = DecodeAnswer::Ready{{get<std::uint8_t>(message, 12), filters == 1}};
      return answer;
    }
    case kDecoded:
      answer.outcome = DecodeAnswer::Decoded{};
      return answer;
    case kFailed:
      if (!is_of_decoding(static_cast<ErrorCode>(code))) return refuse("an error that decoding cannot have");
      if (!std::ranges::all_of(as_text(text), [](char c) { return c >= ' ' && c <= '~'; })) return refuse("no text");
      answer.outcome = fail(static_cast<ErrorCode>(code), std::string(as_text(text))).value();
      return answer;
    default:
      return refuse("of no kind");
  }
}

}  // namespace beamport::image
