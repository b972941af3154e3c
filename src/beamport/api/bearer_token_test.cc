// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/bearer_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::api {
namespace {

const std::string kToken = "0123456789abcdef0123456789abcdef";

net::Request with_authorization(std::string value) {
  net::Request request;
  request.headers.add("Authorization", std::move(value));
  return request;
}

TEST(BearerTokens, AKnownTokenIsAnIngestProgram) {
  const auto tokens = BearerTokens::create({"another-token-of-enough-length", kToken});
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(tokens->principal_of(with_authorization("Bearer " + kToken)).kind, Principal::Kind::kIngestProgram);
  EXPECT_EQ(tokens->principal_of(with_authorization("bearer " + kToken)).kind, Principal::Kind::kIngestProgram);
}

TEST(BearerTokens, AnythingElseIsNobody) {
  const auto tokens = BearerTokens::create({kToken});
  ASSERT_TRUE(tokens.has_value());
  for (const std::string& value :
       {std::string(), std::string("Bearer"), std::string("Bearer "), "Bearer " + kToken + "0", "Bearer  " + kToken,
        "Basic " + kToken, kToken, "Bearer " + kToken.substr(1), "Bearer " + std::string(kToken.size(), '0')}) {
    EXPECT_EQ(tokens->principal_of(with_authorization(value)).kind, Principal::Kind::kAnonymous) << value;
  }
  EXPECT_EQ(tokens->principal_of(net::Request()).kind, Principal::Kind::kAnonymous);
  EXPECT_EQ(BearerTokens().principal_of(with_authorization("Bearer ")).kind, Principal::Kind::kAnonymous);
}

TEST(BearerTokens, WeakTokensAreRefusedAndNotRepeated) {
  const auto weak = BearerTokens::create({kToken, "secret"});
  ASSERT_FALSE(weak.has_value());
  EXPECT_THAT(weak.error().message, testing::HasSubstr("token 2"));
  EXPECT_THAT(weak.error().message, testing::Not(testing::HasSubstr("secret")));
  EXPECT_FALSE(BearerTokens::create({"a token with blanks in it is none"}).has_value());
}

}  // namespace
}  // namespace beamport::api
