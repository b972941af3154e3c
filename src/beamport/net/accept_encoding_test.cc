// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/accept_encoding.h"

#include <gtest/gtest.h>

namespace beamport::net {
namespace {

TEST(AcceptEncoding, WithoutAWishNothingIsEncoded) {
  EXPECT_EQ(choose_coding(std::nullopt), ContentCoding::kIdentity);
  EXPECT_EQ(choose_coding(""), ContentCoding::kIdentity);
  EXPECT_EQ(choose_coding("br, deflate"), ContentCoding::kIdentity);
}

TEST(AcceptEncoding, PrefersZstdAmongEquals) {
  EXPECT_EQ(choose_coding("gzip, deflate, br, zstd"), ContentCoding::kZstd);
  EXPECT_EQ(choose_coding("gzip, deflate, br"), ContentCoding::kGzip);
  EXPECT_EQ(choose_coding("x-gzip"), ContentCoding::kGzip);
  EXPECT_EQ(choose_coding("ZSTD"), ContentCoding::kZstd);
  EXPECT_EQ(choose_coding("identity, gzip"), ContentCoding::kGzip);
}

TEST(AcceptEncoding, HonoursWeights) {
  EXPECT_EQ(choose_coding("zstd;q=0.5, gzip"), ContentCoding::kGzip);
  EXPECT_EQ(choose_coding("zstd;q=0.501, gzip ; q=0.5"), ContentCoding::kZstd);
  EXPECT_EQ(choose_coding("zstd;q=0.5, identity"), ContentCoding::kIdentity);
  EXPECT_EQ(choose_coding("gzip;Q=0.1"), ContentCoding::kGzip);
  EXPECT_EQ(choose_coding("zstd;q=0, gzip;q=0.000"), ContentCoding::kIdentity);
  EXPECT_EQ(choose_coding("zstd;q=1.000"), ContentCoding::kZstd);
}

TEST(AcceptEncoding, AStarMeansWhatIsNotListed) {
  EXPECT_EQ(choose_coding("*"), ContentCoding::kZstd);
  EXPECT_EQ(choose_coding("zstd;q=0, *"), ContentCoding::kGzip);
  EXPECT_EQ(choose_coding("gzip, *;q=0"), ContentCoding::kGzip);
  EXPECT_EQ(choose_coding("*;q=0"), ContentCoding::kIdentity);
}

TEST(AcceptEncoding, IgnoresMalformedItems) {
  for (const char* header : {"zstd;q=2", "zstd;q=1.5", "zstd;q=0.1234", "zstd;q=", "zstd;q", "zstd;x=1", "zstd;q=.5",
                             "zstd;q=a", "zs td", ";q=1", "zstd;q=0.5;q=1"}) {
    EXPECT_EQ(choose_coding(header), ContentCoding::kIdentity) << header;
  }
}

TEST(AcceptEncoding, NamesTheCodings) {
  EXPECT_EQ(token_of(ContentCoding::kZstd), "zstd");
  EXPECT_EQ(token_of(ContentCoding::kGzip), "gzip");
  EXPECT_EQ(token_of(ContentCoding::kIdentity), "");
}

}  // namespace
}  // namespace beamport::net
