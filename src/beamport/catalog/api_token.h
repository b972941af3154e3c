// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tokens that programs show: made once, shown once, kept as a digest.
//
//   bpt_<id: 24 hex>_<secret: 64 hex, 256 random bits><check: 8 hex>      check = SHA-256 of all before it, its start
//
// The prefix and the check let scanners find tokens in places where they should not be. ApiTokens are the rows of the
// catalog's database; not thread-safe, writing functions are called inside a transaction begun on it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/access/principal.h"
#include "beamport/crypto/sha256.h"
#include "beamport/db/database.h"

namespace beamport::catalog {

struct ApiToken {
  std::string id{};
  std::string name{};                      // for people
  std::optional<access::UserId> person{};  // none: of a program of the facility
  std::vector<access::Scope> scopes{};
  std::optional<access::NodeId> bound{};
  access::Moment expires;
  std::optional<access::Moment> last_used{};
  std::optional<access::Moment> revoked{};
  std::string beam_time{};  // empty: made by hand
};

/// What the token's text says; nothing of it has been looked up.
struct TokenText {
  std::string id{};
  crypto::Sha256Digest digest;  // of the secret
};

/// Nothing when that is no token of ours.
[[nodiscard]] std::optional<TokenText> parse_token(std::string_view text);

/// A fresh secret for that id, as it is shown once.
[[nodiscard]] Result<std::string> make_token(const std::string& id);

class ApiTokens {
 public:
  /// The database outlives it.
  explicit ApiTokens(db::Database& database) noexcept : database_(&database) {}

  /// The token with that id whose secret has that digest, revoked and expired ones too. Compared in constant time.
  [[nodiscard]] Result<std::optional<ApiToken>> find(const TokenText& text);
  [[nodiscard]] Result<std::optional<ApiToken>> find(const std::string& id);
  /// Newest first; without those that were revoked.
  [[nodiscard]] Result<std::vector<ApiToken>> list();
  [[nodiscard]] Result<void> insert(const ApiToken& token, const crypto::Sha256Digest& digest, access::Moment now);
  /// How many there were.
  [[nodiscard]] Result<std::int64_t> revoke(const std::string& id, access::Moment now);
  [[nodiscard]] Result<std::int64_t> revoke_of(const std::string& beam_time, access::Moment now);
  [[nodiscard]] Result<void> note_use(const std::string& id, access::Moment now);

 private:
  db::Database* database_;
};

}  // namespace beamport::catalog
