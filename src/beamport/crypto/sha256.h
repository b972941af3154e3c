// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256 (FIPS 180-4), at once or piece by piece. An object belongs to one thread.

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "beamport/base/bytes.h"

struct evp_md_ctx_st;

namespace beamport::crypto {

using Sha256Digest = std::array<std::byte, 32>;

class Sha256 {
 public:
  Sha256();

  void update(ByteView bytes);

  /// The digest of everything so far. Call once, last.
  [[nodiscard]] Sha256Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

[[nodiscard]] Sha256Digest sha256(ByteView bytes);

/// Two lower-case hexadecimal digits a byte.
[[nodiscard]] std::string to_hex(ByteView bytes);

}  // namespace beamport::crypto
