// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/base64.h"

#include <utility>

#include <gtest/gtest.h>

namespace beamport {
namespace {

// RFC 4648 section 10.
constexpr std::pair<std::string_view, std::string_view> kVectors[] = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"}};

TEST(Base64, EncodesTheVectorsOfTheRfc) {
  for (const auto& [plain, encoded] : kVectors) EXPECT_EQ(encode_base64(as_byte_view(plain)), encoded);
}

TEST(Base64, DecodesTheVectorsOfTheRfc) {
  for (const auto& [plain, encoded] : kVectors) {
    const auto bytes = decode_base64(encoded);
    ASSERT_TRUE(bytes) << encoded;
    EXPECT_EQ(as_text(*bytes), plain);
  }
}

TEST(Base64, KeepsEveryByteValue) {
  Bytes bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::byte>(i));
  EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
}

TEST(Base64, RefusesWhatNoEncoderWrites) {
  for (const std::string_view text : {"Zg=", "Z===", "Zm9v\n", "Zg==Zg==", "Zh==", "Zm9=", "Zm-v", "====", "=m9v"}) {
    const auto bytes = decode_base64(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace beamport
