// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tokens that programs show to be let in (RFC 6750): "Authorization: Bearer <token>". Only digests are held, and they
// are compared in constant time, so neither memory nor timing gives a token away. Immutable, thread-safe.

#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/crypto/sha256.h"
#include "beamport/net/http_message.h"

namespace beamport::api {

class BearerTokens {
 public:
  static constexpr std::size_t kMinLength = 20;  // characters: about 100 bits when they are random

  /// Tokens of the beamline's own programs, which may hand in scans. kInvalidArgument for one that is too short or has
  /// other characters than RFC 6750 allows; the message does not contain it.
  [[nodiscard]] static Result<BearerTokens> create(const std::vector<std::string>& ingest_tokens);

  /// Nobody has a token.
  BearerTokens() = default;

  /// What the request shows; empty when it shows none.
  [[nodiscard]] static std::string_view shown_in(const net::Request& request);

  /// Whether that is one of ours.
  [[nodiscard]] bool knows(std::string_view shown) const;

 private:
  std::vector<crypto::Sha256Digest> ingest_;
};

}  // namespace beamport::api
