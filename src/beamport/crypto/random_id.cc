// SPDX-License-Identifier: Apache-2.0
#include "beamport/crypto/random_id.h"

#include <array>
#include <limits>

#include <openssl/rand.h>

#include "beamport/crypto/sha256.h"

namespace beamport::crypto {

Result<void> fill_random(MutableByteView to) {
  if (to.size() > std::numeric_limits<int>::max()) {
    return fail(ErrorCode::kOutOfRange, "random bytes: more than 2 GiB asked for at once");
  }
  if (RAND_bytes(reinterpret_cast<unsigned char*>(to.data()), static_cast<int>(to.size())) != 1) {
    return fail(ErrorCode::kUnavailable, "random bytes: the system's generator is not seeded");
  }
  return {};
}

Result<std::string> random_id() {
  std::array<std::byte, 12> bits;
  BEAMPORT_TRY(fill_random(bits));
  return to_hex(bits);
}

}  // namespace beamport::crypto
