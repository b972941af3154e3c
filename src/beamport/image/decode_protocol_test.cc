// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/decode_protocol.h"

#include <algorithm>
#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace beamport::image {
namespace {

DecodeRequest sample_request() {
  DecodeRequest request;
  request.number = 7;
  request.file_bytes = 1'000'000;
  request.shared_bytes = 10'000;
  request.allowed = std::chrono::seconds(9);
  request.brings_memory = true;
  CompressedRows& wanted = request.wanted;
  wanted.byte_order = std::endian::big;
  wanted.is_big = true;
  wanted.row = 3;
  wanted.rows = 10;
  wanted.grey.type = DataType::kFloat32;
  TiffPage& page = wanted.grey.page;
  page.number = 2;
  page.directory_offset = 0x1'0000'0002;
  page.width = 100;
  page.height = 50;
  page.block_width = 64;
  page.block_height = 32;
  page.tiled = true;
  page.block_offsets.count = 4;
  page.compression = tiff::kZstd;
  page.bits_per_sample = 32;
  return request;
}

template <typename Change>
bool is_accepted(Change&& change) {
  DecodeRequest request = sample_request();
  change(request, request.wanted.grey.page);
  return parse_decode_request(encode(request)).has_value();
}

TEST(DecodeRequest, ComesOutAsItWentIn) {
  const DecodeRequest sent = sample_request();
  const DecodeRequest got = parse_decode_request(encode(sent)).value();
  EXPECT_EQ(got.number, sent.number);
  EXPECT_EQ(got.file_bytes, sent.file_bytes);
  EXPECT_EQ(got.shared_bytes, sent.shared_bytes);
  EXPECT_EQ(got.brings_memory, sent.brings_memory);
  EXPECT_EQ(got.allowed, sent.allowed);
  EXPECT_EQ(got.wanted.byte_order, sent.wanted.byte_order);
  EXPECT_EQ(got.wanted.is_big, sent.wanted.is_big);
  EXPECT_EQ(got.wanted.row, sent.wanted.row);
  EXPECT_EQ(got.wanted.rows, sent.wanted.rows);
  EXPECT_EQ(got.wanted.grey.type, sent.wanted.grey.type);
  const TiffPage& page = got.wanted.grey.page;
  const TiffPage& original = sent.wanted.grey.page;
  EXPECT_EQ(page.number, original.number);
  EXPECT_EQ(page.directory_offset, original.directory_offset);
  EXPECT_EQ(page.width, original.width);
  EXPECT_EQ(page.height, original.height);
  EXPECT_EQ(page.block_width, original.block_width);
  EXPECT_EQ(page.block_height, original.block_height);
  EXPECT_EQ(page.tiled, original.tiled);
  EXPECT_EQ(page.block_offsets.count, original.block_offsets.count);
  EXPECT_EQ(page.compression, original.compression);
  EXPECT_EQ(page.bits_per_sample, original.bits_per_sample);
}

TEST(DecodeRequest, IsAsDrawn) {
  const auto message = encode(sample_request());
  EXPECT_EQ(as_text(ByteView(message).first(4)), "BPDR");
  EXPECT_EQ(load_little<std::uint32_t>(ByteView(message).subspan(4)), 7U);
  EXPECT_EQ(load_little<std::uint64_t>(ByteView(message).subspan(16)), 0x1'0000'0002U);
  EXPECT_EQ(load_little<std::uint32_t>(ByteView(message).subspan(48)), 32U);
  EXPECT_EQ(message[80], static_cast<std::byte>(DataType::kFloat32));
  EXPECT_EQ(message[81], std::byte{15});
}

TEST(DecodeRequest, ThatDoesNotFitTogetherIsRefused) {
  EXPECT_TRUE(is_accepted([](auto&, auto&) {}));
  EXPECT_FALSE(is_accepted([](auto& r, auto&) { r.number = 0; }));
  EXPECT_FALSE(is_accepted([](auto& r, auto&) { r.shared_bytes = 3999; }));
  EXPECT_FALSE(is_accepted([](auto& r, auto&) { r.wanted.row = 41; }));
  EXPECT_FALSE(is_accepted([](auto& r, auto&) { r.wanted.rows = 0; }));
  EXPECT_FALSE(is_accepted([](auto& r, auto&) { r.wanted.rows = 0xFFFF'FFFF; }));
  EXPECT_FALSE(is_accepted([](auto&, auto& page) { page.width = 0; }));
  EXPECT_FALSE(is_accepted([](auto&, auto& page) { page.block_height = 0; }));
  EXPECT_FALSE(is_accepted([](auto&, auto& page) { page.block_width = 0xFFFF'FFFF; }));
  EXPECT_FALSE(is_accepted([](auto&, auto& page) { page.block_offsets.count = 5; }));
  EXPECT_FALSE(is_accepted([](auto&, auto& page) { page.bits_per_sample = 16; }));
  EXPECT_FALSE(is_accepted([](auto&, auto& page) { page.tiled = false; }));
  EXPECT_FALSE(is_accepted([](auto&, auto& page) { page.number = 0; }));
  Bytes message(kDecodeRequestBytes);
  const auto whole = encode(sample_request());
  std::ranges::copy(whole, message.begin());
  message[80] = std::byte{10};
  EXPECT_FALSE(parse_decode_request(message));
  message[80] = whole[80];
  message[95] = std::byte{1};
  EXPECT_FALSE(parse_decode_request(message));
  EXPECT_FALSE(parse_decode_request(ByteView(whole).first(95)));
  EXPECT_FALSE(parse_decode_request({}));
}

DecodeAnswer failed(ErrorCode code, std::string text) {
  return {.number = 3, .outcome = fail(code, std::move(text)).value()};
}

TEST(DecodeAnswer, ComesOutAsItWentIn) {
  const auto ready = parse_decode_answer(encode(DecodeAnswer{.number = 0, .outcome = DecodeAnswer::Ready{{7, true}}}));
  EXPECT_EQ(std::get<DecodeAnswer::Ready>(ready.value().outcome).confinement, (os::Confinement{7, true}));
  const auto decoded = parse_decode_answer(encode(DecodeAnswer{.number = 5, .outcome = DecodeAnswer::Decoded{}}));
  EXPECT_EQ(decoded.value().number, 5U);
  EXPECT_TRUE(std::holds_alternative<DecodeAnswer::Decoded>(decoded->outcome));
  const auto error = parse_decode_answer(encode(failed(ErrorCode::kUnsupported, "page 1: no such codec")));
  EXPECT_EQ(error.value().number, 3U);
  EXPECT_EQ(std::get<Error>(error->outcome).code, ErrorCode::kUnsupported);
  EXPECT_EQ(std::get<Error>(error->outcome).message, "page 1: no such codec");
}

TEST(DecodeAnswer, CarriesPrintableTextOfBoundedLength) {
  const auto odd = parse_decode_answer(encode(failed(ErrorCode::kCorrupt, "a\nb\x1b[0m\xff"))).value();
  EXPECT_EQ(std::get<Error>(odd.outcome).message, "a?b?[0m?");
  const auto long_one = parse_decode_answer(encode(failed(ErrorCode::kCorrupt, std::string(5000, 'x')))).value();
  EXPECT_EQ(std::get<Error>(long_one.outcome).message, std::string(1000, 'x'));
}

TEST(DecodeAnswer, CannotCarryAnErrorThatDecodingDoesNotHave) {
  const auto error = parse_decode_answer(encode(failed(ErrorCode::kCancelled, "stopped"))).value();
  EXPECT_EQ(std::get<Error>(error.outcome).code, ErrorCode::kIo);
  Bytes message = encode(failed(ErrorCode::kCorrupt, "text"));
  message[9] = static_cast<std::byte>(ErrorCode::kCancelled);
  EXPECT_FALSE(parse_decode_answer(message));
}

TEST(DecodeAnswer, ThatIsNotAsDrawnIsRefused) {
  const Bytes good = encode(failed(ErrorCode::kCorrupt, "text"));
  ASSERT_TRUE(parse_decode_answer(good));
  const auto with = [&](std::size_t at, int value) {
    Bytes message = good;
    message[at] = static_cast<std::byte>(value);
    return message;
  };
  EXPECT_FALSE(parse_decode_answer(with(0, 'X')));
  EXPECT_FALSE(parse_decode_answer(with(8, 1)));   // decoded, with an error
  EXPECT_FALSE(parse_decode_answer(with(8, 3)));   // no such kind
  EXPECT_FALSE(parse_decode_answer(with(10, 3)));  // shorter than it is
  EXPECT_FALSE(parse_decode_answer(with(10, 5)));  // longer than it is
  EXPECT_FALSE(parse_decode_answer(with(12, 1)));
  EXPECT_FALSE(parse_decode_answer(with(15, 1)));
  EXPECT_FALSE(parse_decode_answer(with(17, '\n')));
  EXPECT_FALSE(parse_decode_answer(ByteView(good).first(15)));
  EXPECT_FALSE(parse_decode_answer({}));
  Bytes ready = encode(DecodeAnswer{.number = 0, .outcome = DecodeAnswer::Ready{{7, true}}});
  ready[4] = std::byte{1};
  EXPECT_FALSE(parse_decode_answer(ready));  // not first
}

}  // namespace
}  // namespace beamport::image
