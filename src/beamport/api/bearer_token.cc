// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/bearer_token.h"

#include <algorithm>

#include <fmt/format.h>

#include "beamport/net/header_text.h"

namespace beamport::api {
namespace {

constexpr std::string_view kScheme = "Bearer ";

bool is_token_character(char c) {
  const bool is_letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_letter_or_digit || std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

bool equal_in_constant_time(const crypto::Sha256Digest& a, const crypto::Sha256Digest& b) {
  std::byte difference{0};
  for (std::size_t i = 0; i < a.size(); ++i) difference |= a[i] ^ b[i];
  return difference == std::byte{0};
}

}  // namespace

Result<BearerTokens> BearerTokens::create(const std::vector<std::string>& ingest_tokens) {
  BearerTokens tokens;
  for (std::size_t i = 0; i < ingest_tokens.size(); ++i) {
    const std::string& token = ingest_tokens[i];
    if (token.size() < kMinLength) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("ingest token {} has {} characters; take at least {} random ones, for example from "
                              "'openssl rand -hex 24'",
                              i + 1, token.size(), kMinLength));
    }
    if (!std::all_of(token.begin(), token.end(), is_token_character)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("ingest token {} has a character that a bearer token cannot have", i + 1));
    }
    tokens.ingest_.push_back(crypto::sha256(as_byte_view(token)));
  }
  return tokens;
}

std::string_view BearerTokens::shown_in(const net::Request& request) {
  const std::string_view field = request.headers.find("Authorization").value_or("");
  if (field.size() <= kScheme.size() || !net::equal_ignoring_case(field.substr(0, kScheme.size()), kScheme)) return {};
  return field.substr(kScheme.size());
}

bool BearerTokens::knows(std::string_view shown) const {
  const crypto::Sha256Digest digest = crypto::sha256(as_byte_view(shown));
  bool known = false;
  for (const crypto::Sha256Digest& ours : ingest_) known = equal_in_constant_time(ours, digest) || known;
  return known;
}

}  // namespace beamport::api
