// SPDX-License-Identifier: Apache-2.0
#include "beamport/crypto/sha256.h"

#include <string>

#include <gtest/gtest.h>

namespace beamport::crypto {
namespace {

std::string hash_of(std::string_view text) {
  return to_hex(sha256(as_byte_view(text)));
}

// FIPS 180-4 example values (NIST, "SHA256.pdf").
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(hash_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hash_of(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheDigestOfTheWhole) {
  Sha256 hash;
  hash.update(as_byte_view("abcdbcdecdefdefg"));
  hash.update({});
  hash.update(as_byte_view("efghfghighijhijkijkljklmklmnlmnomnopnopq"));
  EXPECT_EQ(to_hex(hash.finish()), hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
}

TEST(Hex, WritesTwoLowerCaseDigitsAByte) {
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(to_hex(Bytes{std::byte{0x00}, std::byte{0x0A}, std::byte{0xF5}, std::byte{0xFF}}), "000af5ff");
}

}  // namespace
}  // namespace beamport::crypto
