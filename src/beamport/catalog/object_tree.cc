// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/object_tree.h"

#include <array>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "beamport/catalog/name_key.h"
#include "beamport/catalog/stored_value.h"
#include "beamport/db/statement.h"

namespace beamport::catalog {
namespace {

using Kind = access::Node::Kind;

constexpr std::string_view kNodeColumns =
    "id, kind, parent, name, image, owner_team, is_public, is_restricted, is_sealed, is_on_hold, deleted, "
    "embargo_until, version";
constexpr std::string_view kGrantColumns =
    "id, node, person, team, role, not_before, expires, given_by, reason, source, beam_time, ended";

constexpr std::array<std::pair<Kind, std::string_view>, 5> kKindNames{{{Kind::kFacility, "facility"},
                                                                       {Kind::kBeamline, "beamline"},
                                                                       {Kind::kFolder, "folder"},
                                                                       {Kind::kDataset, "dataset"},
                                                                       {Kind::kTeam, "team"}}};

std::string_view stored(Kind kind) {
  for (const auto& [one, name] : kKindNames) {
    if (one == kind) return name;
  }
  return "";
}

Result<Kind> kind_in(const db::Statement& row, int column) {
  const std::string text = row.text(column);
  for (const auto& [kind, name] : kKindNames) {
    if (name == text) return kind;
  }
  return fail(ErrorCode::kCorrupt, fmt::format("catalog: '{}' is no kind of object", text));
}

Result<TreeNode> read_node(const db::Statement& row) {
  BEAMPORT_ASSIGN(auto id, id_in<access::NodeId>(row, 0));
  BEAMPORT_ASSIGN(const Kind kind, kind_in(row, 1));
  BEAMPORT_ASSIGN(auto parent, optional_id_in<access::NodeId>(row, 2));
  BEAMPORT_ASSIGN(auto owner_team, optional_id_in<access::TeamId>(row, 5));
  return TreeNode{.id = std::move(id),
                  .kind = kind,
                  .parent = std::move(parent),
                  .name = row.text(3),
                  .image = row.optional_text(4).value_or(""),
                  .owner_team = std::move(owner_team),
                  .is_public = row.integer(6) != 0,
                  .is_restricted = row.integer(7) != 0,
                  .is_sealed = row.integer(8) != 0,
                  .is_on_hold = row.integer(9) != 0,
                  .deleted = moment_of(row.optional_integer(10)),
                  .embargo_until = moment_of(row.optional_integer(11)),
                  .version = row.integer(12)};
}

Result<GivenGrant> read_grant(const db::Statement& row) {
  BEAMPORT_ASSIGN(auto node, id_in<access::NodeId>(row, 1));
  BEAMPORT_ASSIGN(auto person, optional_id_in<access::UserId>(row, 2));
  BEAMPORT_ASSIGN(auto team, optional_id_in<access::TeamId>(row, 3));
  const auto role = access::parse_role(row.text(4));
  if (!role || person.has_value() == team.has_value()) {
    return fail(ErrorCode::kCorrupt, fmt::format("catalog: grant {} has no known role or subject", row.text(0)));
  }
  BEAMPORT_ASSIGN(const Source source, enumerator_in<Source>(row, 9));
  using Subject = std::variant<access::UserId, access::TeamId>;
  access::Grant grant{.subject = person ? Subject(std::move(*person)) : Subject(std::move(*team)),
                      .role = *role,
                      .not_before = moment_of(row.optional_integer(5)),
                      .expires = moment_of(row.optional_integer(6))};
  return GivenGrant{.id = row.text(0),
                    .node = std::move(node),
                    .grant = std::move(grant),
                    .given_by = row.text(7),
                    .reason = row.text(8),
                    .source = source,
                    .beam_time = row.optional_text(10).value_or(""),
                    .ended = moment_of(row.optional_integer(11))};
}

}  // namespace

Result<std::optional<TreeNode>> ObjectTree::first(db::Statement& select) {
  BEAMPORT_ASSIGN(const bool found, select.next());
  if (!found) return std::nullopt;
  BEAMPORT_ASSIGN(TreeNode node, read_node(select));
  return std::optional(std::move(node));
}

Result<std::optional<TreeNode>> ObjectTree::find(const access::NodeId& id) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("find an object", fmt::format("SELECT {} FROM node WHERE id = $1", kNodeColumns)));
  return first(select.bind(1, id.text()));
}

Result<std::optional<TreeNode>> ObjectTree::find_child(const access::NodeId& parent, Kind kind,
                                                       const std::string& name) {
  BEAMPORT_ASSIGN(const std::string key, name_key_of(name));
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("find an object below another",
                         fmt::format("SELECT {} FROM node WHERE parent = $1 AND kind = $2 AND name_key = $3 "
                                     "AND deleted IS NULL",
                                     kNodeColumns)));
  return first(select.bind(1, parent.text()).bind(2, stored(kind)).bind(3, key));
}

Result<std::optional<TreeNode>> ObjectTree::find_facility() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("find the facility",
                                     fmt::format("SELECT {} FROM node WHERE kind = 'facility'", kNodeColumns)));
  return first(select);
}

Result<std::optional<TreeNode>> ObjectTree::find_image(const std::string& image) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("find a dataset", fmt::format("SELECT {} FROM node WHERE image = $1", kNodeColumns)));
  return first(select.bind(1, image));
}

Result<std::vector<TreeNode>> ObjectTree::list() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("list the objects",
                                     fmt::format("WITH RECURSIVE below (node, depth) AS (SELECT id, 0 FROM node WHERE "
                                                 "parent IS NULL UNION ALL SELECT node.id, depth + 1 FROM node JOIN "
                                                 "below ON node.parent = below.node) SELECT {} FROM node JOIN below ON "
                                                 "below.node = node.id ORDER BY depth, name_key, id",
                                                 kNodeColumns)));
  std::vector<TreeNode> nodes;
  while (true) {
    BEAMPORT_ASSIGN(auto node, first(select));
    if (!node) return nodes;
    nodes.push_back(std::move(*node));
  }
}

Result<void> ObjectTree::insert(const TreeNode& node, access::Moment now) {
  BEAMPORT_ASSIGN(const std::string key, name_key_of(node.name));
  BEAMPORT_ASSIGN(
      db::Statement insert,
      database_->prepare("add an object",
                         "INSERT INTO node (id, kind, parent, name, name_key, image, owner_team, is_public, "
                         "is_restricted, is_sealed, is_on_hold, deleted, embargo_until, created) VALUES "
                         "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"));
  BEAMPORT_TRY(insert.bind(1, node.id.text())
                   .bind(2, stored(node.kind))
                   .bind(3, catalog::stored(node.parent))
                   .bind(4, node.name)
                   .bind(5, key)
                   .bind(6, node.kind == Kind::kDataset ? std::optional(node.image) : std::nullopt)
                   .bind(7, catalog::stored(node.owner_team))
                   .bind(8, node.is_public)
                   .bind(9, node.is_restricted)
                   .bind(10, node.is_sealed)
                   .bind(11, node.is_on_hold)
                   .bind(12, catalog::stored(node.deleted))
                   .bind(13, catalog::stored(node.embargo_until))
                   .bind(14, catalog::stored(now))
                   .run());
  return {};
}

Result<void> ObjectTree::update(const TreeNode& node) {
  BEAMPORT_ASSIGN(const std::string key, name_key_of(node.name));
  BEAMPORT_ASSIGN(
      db::Statement update,
      database_->prepare("change an object",
                         "UPDATE node SET parent = $3, name = $4, name_key = $5, owner_team = $6, is_public "
                         "= $7, is_restricted = $8, is_sealed = $9, is_on_hold = $10, deleted = $11, "
                         "embargo_until = $12, version = version + 1 WHERE id = $1 AND version = $2"));
  BEAMPORT_ASSIGN(const std::int64_t changed, update.bind(1, node.id.text())
                                                  .bind(2, node.version)
                                                  .bind(3, catalog::stored(node.parent))
                                                  .bind(4, node.name)
                                                  .bind(5, key)
                                                  .bind(6, catalog::stored(node.owner_team))
                                                  .bind(7, node.is_public)
                                                  .bind(8, node.is_restricted)
                                                  .bind(9, node.is_sealed)
                                                  .bind(10, node.is_on_hold)
                                                  .bind(11, catalog::stored(node.deleted))
                                                  .bind(12, catalog::stored(node.embargo_until))
                                                  .run());
  if (changed == 1) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("'{}' was changed by somebody else meanwhile; look again and repeat", node.name));
}

Result<std::vector<GivenGrant>> ObjectTree::read_grants(db::Statement& select) {
  std::vector<GivenGrant> grants;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return grants;
    BEAMPORT_ASSIGN(GivenGrant grant, read_grant(select));
    grants.push_back(std::move(grant));
  }
}

Result<std::vector<GivenGrant>> ObjectTree::grants(const std::optional<access::NodeId>& node) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("list grants", fmt::format("SELECT {} FROM grant_given WHERE ended IS NULL AND ($1 "
                                                    "= '' OR node = $1) ORDER BY node, created, id",
                                                    kGrantColumns)));
  return read_grants(select.bind(1, node ? node->text() : std::string()));
}

Result<std::optional<GivenGrant>> ObjectTree::find_grant(const std::string& id) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("find a grant", fmt::format("SELECT {} FROM grant_given WHERE id = $1", kGrantColumns)));
  BEAMPORT_ASSIGN(auto grants, read_grants(select.bind(1, id)));
  return grants.empty() ? std::nullopt : std::optional(std::move(grants.front()));
}

Result<void> ObjectTree::insert_grant(const GivenGrant& given, access::Moment now) {
  const auto* person = std::get_if<access::UserId>(&given.grant.subject);
  const auto* team = std::get_if<access::TeamId>(&given.grant.subject);
  BEAMPORT_ASSIGN(
      db::Statement insert,
      database_->prepare("add a grant",
                         "INSERT INTO grant_given (id, node, person, team, role, not_before, expires, "
                         "given_by, reason, source, beam_time, created) VALUES ($1, $2, $3, $4, $5, $6, $7, "
                         "$8, $9, $10, $11, $12)"));
  BEAMPORT_TRY(insert.bind(1, given.id)
                   .bind(2, given.node.text())
                   .bind(3, person != nullptr ? std::optional(person->text()) : std::nullopt)
                   .bind(4, team != nullptr ? std::optional(team->text()) : std::nullopt)
                   .bind(5, name_of(given.grant.role))
                   .bind(6, catalog::stored(given.grant.not_before))
                   .bind(7, catalog::stored(given.grant.expires))
                   .bind(8, given.given_by)
                   .bind(9, given.reason)
                   .bind(10, wire_name_of(given.source))
                   .bind(11, given.beam_time.empty() ? std::nullopt : std::optional(given.beam_time))
                   .bind(12, catalog::stored(now))
                   .run());
  return {};
}

Result<std::int64_t> ObjectTree::end_grant(const std::string& id, const std::string& by, access::Moment now) {
  BEAMPORT_ASSIGN(
      db::Statement end,
      database_->prepare("end a grant",
                         "UPDATE grant_given SET ended = $2, ended_by = $3 WHERE id = $1 AND ended IS NULL"));
  return end.bind(1, id).bind(2, catalog::stored(now)).bind(3, by).run();
}

Result<std::int64_t> ObjectTree::end_grants_of(const std::string& beam_time, const std::string& by,
                                               access::Moment now) {
  BEAMPORT_ASSIGN(
      db::Statement end,
      database_->prepare("end the grants of a beam time",
                         "UPDATE grant_given SET ended = $2, ended_by = $3 WHERE beam_time = $1 AND ended IS NULL"));
  return end.bind(1, beam_time).bind(2, catalog::stored(now)).bind(3, by).run();
}

}  // namespace beamport::catalog
