// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>

#include "catalog_setup.h"
#include "commands.h"
#include "configuration_check.h"
#include "console.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "beamport/base/json.h"
#include "beamport/base/timestamp.h"

namespace beamport::app {
namespace {

constexpr std::string_view kActor = "command line";

Result<std::unique_ptr<catalog::Catalog>> open_catalog_of(const std::string& file) {
  BEAMPORT_ASSIGN(const Configuration configuration, load_configuration(file, process_environment()));
  return open_catalog(configuration);
}

JsonObject to_json(const catalog::ApiToken& token) {
  JsonArray scopes;
  for (const access::Scope scope : token.scopes) scopes.emplace_back(name_of(scope));
  return {{"id", token.id},
          {"name", token.name},
          {"person", token.person ? Json(token.person->text()) : Json(nullptr)},
          {"scopes", std::move(scopes)},
          {"expires", utc_timestamp(token.expires)}};
}

Result<access::UserId> find_person(catalog::Catalog& catalog, const std::string& key) {
  BEAMPORT_ASSIGN(const auto people, catalog.people());
  const auto found = std::ranges::find(people, key, &catalog::Person::key);
  if (found != people.end()) return found->id;
  return fail(ErrorCode::kNotFound, fmt::format("--person: there is nobody with the key '{}'", key));
}

}  // namespace

Result<void> run_token_make(const TokenOptions& options) {
  BEAMPORT_ASSIGN(const auto catalog, open_catalog_of(options.config));
  catalog::TokenRequest request{.name = options.name, .expires = catalog->now() + std::chrono::days(options.days)};
  for (const std::string& name : options.scopes) {
    const auto scope = access::parse_scope(name);
    if (!scope) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("--scope {}: choose dataset:read, dataset:write, ingest, sheet or admin", name));
    }
    request.scopes.push_back(*scope);
  }
  if (request.scopes.empty()) request.scopes = {access::Scope::kAdmin};
  if (!options.for_program) {
    BEAMPORT_ASSIGN(request.person, find_person(*catalog, options.person));
  }
  BEAMPORT_ASSIGN(const catalog::NewToken made, catalog->make_token(kActor, request));
  if (options.json) {
    JsonObject line = to_json(made.token);
    line["token"] = made.text;
    print_out("{}\n", write_json(line));
  } else {
    print_out("{}\n", made.text);
    print_aside("Until {}; it is not shown again. Take it back with: beamport token revoke {}\n",
                utc_timestamp(made.token.expires), made.token.id);
  }
  return {};
}

Result<void> run_token_list(const TokenOptions& options) {
  BEAMPORT_ASSIGN(const auto catalog, open_catalog_of(options.config));
  BEAMPORT_ASSIGN(const auto tokens, catalog->tokens());
  for (const catalog::ApiToken& token : tokens) {
    if (options.json) {
      print_out("{}\n", write_json(to_json(token)));
      continue;
    }
    std::vector<std::string_view> scopes;
    for (const access::Scope scope : token.scopes) scopes.push_back(name_of(scope));
    print_out("{}  until {}  {}  {}\n", token.id, utc_timestamp(token.expires), fmt::join(scopes, " "), token.name);
  }
  return {};
}

Result<void> run_token_revoke(const TokenOptions& options) {
  BEAMPORT_ASSIGN(const auto catalog, open_catalog_of(options.config));
  return catalog->revoke_token(kActor, options.id);
}

Result<void> run_audit_list(const AuditOptions& options) {
  BEAMPORT_ASSIGN(const auto catalog, open_catalog_of(options.config));
  BEAMPORT_ASSIGN(const auto entries, catalog->audit({.event = options.event, .limit = options.limit}));
  for (const catalog::AuditEntry& entry : entries) {
    if (options.json) {
      print_out("{}\n", write_json(JsonObject{{"sequence", entry.sequence},
                                              {"moment", utc_timestamp(entry.moment)},
                                              {"actor", entry.actor},
                                              {"event", entry.event},
                                              {"object", entry.object},
                                              {"details", entry.details},
                                              {"digest", entry.digest}}));
    } else {
      print_out("{}  {}  {}  {}  {}  {}\n", entry.sequence, utc_timestamp(entry.moment), entry.actor, entry.event,
                entry.object, entry.details);
    }
  }
  return {};
}

Result<void> run_audit_verify(const AuditOptions& options) {
  BEAMPORT_ASSIGN(const auto catalog, open_catalog_of(options.config));
  BEAMPORT_ASSIGN(const catalog::AuditVerdict verdict, catalog->verify_audit());
  if (verdict.broken) {
    return fail(ErrorCode::kCorrupt, fmt::format("audit record, entry {}: {}", *verdict.broken, verdict.problem));
  }
  if (options.json) {
    print_out("{}\n", write_json(JsonObject{{"entries", verdict.entries}, {"head", verdict.head}}));
  } else {
    print_out("{} entries fit together; the last digest is {}\n", verdict.entries, verdict.head);
  }
  return {};
}

}  // namespace beamport::app
