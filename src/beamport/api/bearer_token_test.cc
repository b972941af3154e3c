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

bool is_known(const BearerTokens& tokens, const net::Request& request) {
  return tokens.knows(BearerTokens::shown_in(request));
}

TEST(BearerTokens, AKnownTokenIsKnown) {
  const auto tokens = BearerTokens::create({"another-token-of-enough-length", kToken});
  ASSERT_TRUE(tokens.has_value());
  EXPECT_TRUE(is_known(*tokens, with_authorization("Bearer " + kToken)));
  EXPECT_TRUE(is_known(*tokens, with_authorization("bearer " + kToken)));
}

TEST(BearerTokens, AnythingElseIsNobody) {
  const auto tokens = BearerTokens::create({kToken});
  ASSERT_TRUE(tokens.has_value());
  for (const std::string& value :
       {std::string(), std::string("Bearer"), std::string("Bearer "), "Bearer " + kToken + "0", "Bearer  " + kToken,
        "Basic " + kToken, kToken, "Bearer " + kToken.substr(1), "Bearer " + std::string(kToken.size(), '0')}) {
    EXPECT_FALSE(is_known(*tokens, with_authorization(value))) << value;
  }
  EXPECT_FALSE(is_known(*tokens, net::Request()));
  EXPECT_FALSE(is_known(BearerTokens(), with_authorization("Bearer ")));
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
