// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/catalog.h"

#include <utility>

#include "beamport/catalog/catalog_change.h"
#include "beamport/catalog/catalog_schema.h"
#include "beamport/db/transaction.h"

namespace beamport::catalog {

Result<std::unique_ptr<Catalog>> Catalog::open(const std::filesystem::path& file, CatalogSettings settings) {
  BEAMPORT_ASSIGN(db::Database writer, db::Database::open(file, catalog_schema()));
  BEAMPORT_ASSIGN(db::Database reader, writer.connect_again());
  std::unique_ptr<Catalog> catalog(new Catalog(std::move(settings), std::move(writer), std::move(reader)));
  BEAMPORT_TRY(catalog->change<bool>("beamport", "begin the catalog", [](CatalogChange& change) -> Result<bool> {
    BEAMPORT_TRY(change.begin_catalog());
    return true;
  }));
  return catalog;
}

Catalog::Catalog(CatalogSettings settings, db::Database writer, db::Database reader)
    : settings_(std::move(settings)), writer_(std::move(writer)), reader_(std::move(reader)) {}

template <typename T>
Result<T> Catalog::change(std::string_view actor, std::string_view purpose, const Work<T>& work) {
  const std::lock_guard lock(write_mutex_);
  BEAMPORT_ASSIGN(db::Transaction transaction, db::Transaction::begin(writer_, purpose));
  CatalogChange change(writer_, settings_, actor);
  Result<T> done = work(change);
  if (done) BEAMPORT_TRY(transaction.commit());
  return done;
}

template <typename T>
Result<T> Catalog::read(const std::function<Result<T>(db::Database&)>& work) {
  const std::lock_guard lock(read_mutex_);
  return work(reader_);
}

Result<std::shared_ptr<const AccessTree>> Catalog::tree() {
  const std::lock_guard lock(read_mutex_);
  BEAMPORT_ASSIGN(const std::int64_t outside, reader_.outside_changes());
  if (tree_ != nullptr && seen_outside_ == outside) return tree_;
  // One state of everything: the number is read again inside, as somebody may have committed in between.
  BEAMPORT_ASSIGN(const db::Transaction transaction, db::Transaction::begin_reading(reader_, "read the catalog"));
  BEAMPORT_ASSIGN(tree_, AccessTree::read(reader_));
  BEAMPORT_ASSIGN(seen_outside_, reader_.outside_changes());
  return tree_;
}

Result<Ensured<Person>> Catalog::ensure_person(std::string_view actor, const PersonRequest& request) {
  return change<Ensured<Person>>(actor, "ensure a person",
                                 [&](CatalogChange& change) { return change.ensure_person(request); });
}

Result<Ensured<Team>> Catalog::ensure_team(std::string_view actor, const std::string& key, const std::string& name) {
  return change<Ensured<Team>>(actor, "ensure a team",
                               [&](CatalogChange& change) { return change.ensure_team(key, name); });
}

Result<Ensured<TreeNode>> Catalog::ensure_beamline(std::string_view actor, const std::string& name) {
  return change<Ensured<TreeNode>>(actor, "ensure a beamline",
                                   [&](CatalogChange& change) { return change.ensure_beamline(name); });
}

Result<Ensured<TreeNode>> Catalog::ensure_folder(std::string_view actor, const access::NodeId& parent,
                                                 const std::string& name) {
  return change<Ensured<TreeNode>>(actor, "ensure a folder",
                                   [&](CatalogChange& change) { return change.ensure_folder(parent, name); });
}

Result<std::int64_t> Catalog::ensure_datasets(std::string_view actor, const std::vector<DatasetPlace>& places) {
  return change<std::int64_t>(actor, "take in datasets", [&](CatalogChange& change) -> Result<std::int64_t> {
    std::int64_t made = 0;
    for (const DatasetPlace& place : places) {
      BEAMPORT_ASSIGN(const auto ensured, change.ensure_dataset(place));
      made += ensured.is_new ? 1 : 0;
    }
    return made;
  });
}

Result<Person> Catalog::change_person(std::string_view actor, const Person& person) {
  return change<Person>(actor, "change a person", [&](CatalogChange& change) { return change.change_person(person); });
}

Result<TreeNode> Catalog::change_node(std::string_view actor, const TreeNode& node, std::string_view event) {
  return change<TreeNode>(actor, "change an object",
                          [&](CatalogChange& change) { return change.change_node(node, event); });
}

Result<void> Catalog::put_member(std::string_view actor, const Member& member) {
  return change<void>(actor, "take in a member", [&](CatalogChange& change) { return change.put_member(member, ""); });
}

Result<void> Catalog::remove_member(std::string_view actor, const access::TeamId& team, const access::UserId& person) {
  return change<void>(actor, "dismiss a member",
                      [&](CatalogChange& change) { return change.remove_member(team, person); });
}

Result<void> Catalog::put_staff(std::string_view actor, const access::BeamlineId& beamline,
                                const access::UserId& person) {
  return change<void>(actor, "name beamline staff",
                      [&](CatalogChange& change) { return change.put_staff(beamline, person); });
}

Result<GivenGrant> Catalog::give(std::string_view actor, const GrantRequest& request) {
  return change<GivenGrant>(actor, "give a grant",
                            [&](CatalogChange& change) { return change.give(request, Source::kManual, ""); });
}

Result<GivenGrant> Catalog::end_grant(std::string_view actor, const std::string& id) {
  return change<GivenGrant>(actor, "end a grant", [&](CatalogChange& change) { return change.end_grant(id); });
}

Result<std::vector<GivenGrant>> Catalog::grants_on(const access::NodeId& node) {
  return read<std::vector<GivenGrant>>([&](db::Database& database) { return ObjectTree(database).grants(node); });
}

Result<std::optional<GivenGrant>> Catalog::find_grant(const std::string& id) {
  return read<std::optional<GivenGrant>>([&](db::Database& database) { return ObjectTree(database).find_grant(id); });
}

Result<EnsuredBeamTime> Catalog::ensure_beam_time(std::string_view actor, const BeamTimeRequest& request) {
  return change<EnsuredBeamTime>(actor, "ensure a beam time",
                                 [&](CatalogChange& change) { return change.ensure_beam_time(request); });
}

Result<BeamTime> Catalog::close_beam_time(std::string_view actor, const std::string& key) {
  return change<BeamTime>(actor, "close a beam time",
                          [&](CatalogChange& change) { return change.close_beam_time(key); });
}

Result<std::vector<BeamTime>> Catalog::beam_times() {
  return read<std::vector<BeamTime>>([](db::Database& database) { return BeamTimes(database).list(); });
}

Result<NewToken> Catalog::make_token(std::string_view actor, const TokenRequest& request) {
  return change<NewToken>(actor, "make a token", [&](CatalogChange& change) { return change.make_token(request, ""); });
}

Result<void> Catalog::revoke_token(std::string_view actor, const std::string& id) {
  return change<void>(actor, "revoke a token", [&](CatalogChange& change) { return change.revoke_token(id); });
}

Result<std::vector<ApiToken>> Catalog::tokens() {
  return read<std::vector<ApiToken>>([](db::Database& database) { return ApiTokens(database).list(); });
}

Result<std::optional<ApiToken>> Catalog::find_token(std::string_view text) {
  const auto parsed = parse_token(text);
  if (!parsed) return std::nullopt;
  return read<std::optional<ApiToken>>([&](db::Database& database) { return ApiTokens(database).find(*parsed); });
}

Result<std::optional<ApiToken>> Catalog::token_of(const std::string& id) {
  return read<std::optional<ApiToken>>([&](db::Database& database) { return ApiTokens(database).find(id); });
}

Result<std::vector<Person>> Catalog::people() {
  return read<std::vector<Person>>([](db::Database& database) { return People(database).list(); });
}

Result<std::vector<Team>> Catalog::teams() {
  return read<std::vector<Team>>([](db::Database& database) { return People(database).list_teams(); });
}

Result<std::vector<Member>> Catalog::members() {
  return read<std::vector<Member>>([](db::Database& database) { return People(database).members(); });
}

Result<void> Catalog::record(std::string_view actor, std::string_view event, std::string_view object,
                             const JsonObject& details) {
  return change<void>(actor, "write the audit record",
                      [&](CatalogChange& change) { return change.record(event, object, details); });
}

Result<std::vector<AuditEntry>> Catalog::audit(const AuditFilter& filter) {
  return read<std::vector<AuditEntry>>([&](db::Database& database) { return AuditLog(database).list(filter); });
}

Result<AuditVerdict> Catalog::verify_audit() {
  return read<AuditVerdict>([](db::Database& database) { return AuditLog(database).verify(); });
}

}  // namespace beamport::catalog
