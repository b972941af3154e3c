// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/api_token.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/bytes.h"
#include "beamport/catalog/stored_value.h"
#include "beamport/crypto/random_id.h"
#include "beamport/db/statement.h"

namespace beamport::catalog {
namespace {

constexpr std::string_view kPrefix = "bpt_";
constexpr std::size_t kIdDigits = 24;
constexpr std::size_t kSecretDigits = 64;
constexpr std::size_t kCheckDigits = 8;
constexpr std::size_t kLength = kPrefix.size() + kIdDigits + 1 + kSecretDigits + kCheckDigits;

constexpr std::string_view kColumns = "id, name, person, scopes, bound, expires, last_used, revoked, beam_time, digest";

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string check_of(std::string_view text) {
  return crypto::to_hex(crypto::sha256(as_byte_view(text))).substr(0, kCheckDigits);
}

bool are_equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

std::string stored(const std::vector<access::Scope>& scopes) {
  std::string text;
  for (const access::Scope scope : scopes) text += (text.empty() ? "" : " ") + std::string(name_of(scope));
  return text;
}

Result<std::vector<access::Scope>> scopes_in(std::string_view text) {
  std::vector<access::Scope> scopes;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find(' '));
    const auto scope = access::parse_scope(name);
    if (!scope) return fail(ErrorCode::kCorrupt, fmt::format("catalog: '{}' is no scope", name));
    scopes.push_back(*scope);
    text.remove_prefix(std::min(text.size(), name.size() + 1));
  }
  return scopes;
}

Result<ApiToken> read_token(const db::Statement& row) {
  BEAMPORT_ASSIGN(auto person, optional_id_in<access::UserId>(row, 2));
  BEAMPORT_ASSIGN(auto scopes, scopes_in(row.text(3)));
  BEAMPORT_ASSIGN(auto bound, optional_id_in<access::NodeId>(row, 4));
  return ApiToken{.id = row.text(0),
                  .name = row.text(1),
                  .person = std::move(person),
                  .scopes = std::move(scopes),
                  .bound = std::move(bound),
                  .expires = moment_of(row.integer(5)),
                  .last_used = moment_of(row.optional_integer(6)),
                  .revoked = moment_of(row.optional_integer(7)),
                  .beam_time = row.optional_text(8).value_or("")};
}

}  // namespace

std::optional<TokenText> parse_token(std::string_view text) {
  if (text.size() != kLength || !text.starts_with(kPrefix)) return std::nullopt;
  const std::string_view id = text.substr(kPrefix.size(), kIdDigits);
  const std::string_view secret = text.substr(kPrefix.size() + kIdDigits + 1, kSecretDigits);
  const std::string_view before_check = text.substr(0, kLength - kCheckDigits);
  if (!is_hex(id) || text[kPrefix.size() + kIdDigits] != '_' || !is_hex(secret)) return std::nullopt;
  if (check_of(before_check) != text.substr(before_check.size())) return std::nullopt;
  return TokenText{.id = std::string(id), .digest = crypto::sha256(as_byte_view(secret))};
}

Result<std::string> make_token(const std::string& id) {
  std::array<std::byte, kSecretDigits / 2> secret{};
  BEAMPORT_TRY(crypto::fill_random(secret));
  std::string text = fmt::format("{}{}_{}", kPrefix, id, crypto::to_hex(secret));
  text += check_of(text);
  return text;
}

Result<std::optional<ApiToken>> ApiTokens::find(const TokenText& text) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("find a token", fmt::format("SELECT {} FROM token WHERE id = $1", kColumns)));
  BEAMPORT_ASSIGN(const bool found, select.bind(1, text.id).next());
  if (!found || !are_equal(select.text(9), crypto::to_hex(text.digest))) return std::nullopt;
  BEAMPORT_ASSIGN(ApiToken token, read_token(select));
  return std::optional(std::move(token));
}

Result<std::optional<ApiToken>> ApiTokens::find(const std::string& id) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("find a token", fmt::format("SELECT {} FROM token WHERE id = $1", kColumns)));
  BEAMPORT_ASSIGN(const bool found, select.bind(1, id).next());
  if (!found) return std::nullopt;
  BEAMPORT_ASSIGN(ApiToken token, read_token(select));
  return std::optional(std::move(token));
}

Result<std::vector<ApiToken>> ApiTokens::list() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare(
                      "list tokens",
                      fmt::format("SELECT {} FROM token WHERE revoked IS NULL ORDER BY created DESC, id", kColumns)));
  std::vector<ApiToken> tokens;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return tokens;
    BEAMPORT_ASSIGN(ApiToken token, read_token(select));
    tokens.push_back(std::move(token));
  }
}

Result<void> ApiTokens::insert(const ApiToken& token, const crypto::Sha256Digest& digest, access::Moment now) {
  BEAMPORT_ASSIGN(db::Statement insert,
                  database_->prepare("add a token",
                                     "INSERT INTO token (id, digest, name, person, scopes, bound, expires, created, "
                                     "beam_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"));
  BEAMPORT_TRY(insert.bind(1, token.id)
                   .bind(2, crypto::to_hex(digest))
                   .bind(3, token.name)
                   .bind(4, catalog::stored(token.person))
                   .bind(5, stored(token.scopes))
                   .bind(6, catalog::stored(token.bound))
                   .bind(7, catalog::stored(token.expires))
                   .bind(8, catalog::stored(now))
                   .bind(9, token.beam_time.empty() ? std::nullopt : std::optional(token.beam_time))
                   .run());
  return {};
}

Result<std::int64_t> ApiTokens::revoke(const std::string& id, access::Moment now) {
  BEAMPORT_ASSIGN(
      db::Statement revoke,
      database_->prepare("revoke a token", "UPDATE token SET revoked = $2 WHERE id = $1 AND revoked IS NULL"));
  return revoke.bind(1, id).bind(2, catalog::stored(now)).run();
}

Result<std::int64_t> ApiTokens::revoke_of(const std::string& beam_time, access::Moment now) {
  BEAMPORT_ASSIGN(db::Statement revoke,
                  database_->prepare("revoke the tokens of a beam time",
                                     "UPDATE token SET revoked = $2 WHERE beam_time = $1 AND revoked IS NULL"));
  return revoke.bind(1, beam_time).bind(2, catalog::stored(now)).run();
}

Result<void> ApiTokens::note_use(const std::string& id, access::Moment now) {
  BEAMPORT_ASSIGN(db::Statement note,
                  database_->prepare("note the use of a token", "UPDATE token SET last_used = $2 WHERE id = $1"));
  BEAMPORT_TRY(note.bind(1, id).bind(2, catalog::stored(now)).run());
  return {};
}

}  // namespace beamport::catalog
