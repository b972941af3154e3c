// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tree of objects that access follows, and the grants on it, as rows of the catalog's database. Not thread-safe;
// the writing functions are called inside a transaction begun on the same database. What may be done by whom is not
// asked here.

#include <optional>
#include <string>
#include <vector>

#include "beamport/access/node.h"
#include "beamport/catalog/person.h"
#include "beamport/db/database.h"

namespace beamport::catalog {

/// One object, as it is stored; grants are on their own.
struct TreeNode {
  access::NodeId id;
  access::Node::Kind kind = access::Node::Kind::kFolder;  // facility, beamline, folder, dataset or team
  std::optional<access::NodeId> parent{};
  std::string name{};   // for people
  std::string image{};  // of a dataset: its path below the data folder
  std::optional<access::TeamId> owner_team{};
  bool is_public = false;
  bool is_restricted = false;
  bool is_sealed = false;
  bool is_on_hold = false;
  std::optional<access::Moment> deleted{};
  std::optional<access::Moment> embargo_until{};
  std::int64_t version = 0;
};

struct GivenGrant {
  std::string id{};
  access::NodeId node;
  access::Grant grant;
  std::string given_by{};
  std::string reason{};
  Source source = Source::kManual;
  std::string beam_time{};  // empty: of none
  std::optional<access::Moment> ended{};
};

class ObjectTree {
 public:
  /// The database outlives it.
  explicit ObjectTree(db::Database& database) noexcept : database_(&database) {}

  [[nodiscard]] Result<std::optional<TreeNode>> find(const access::NodeId& id);
  /// Of those that are not deleted; names are compared without regard to case and to how accents are written.
  [[nodiscard]] Result<std::optional<TreeNode>> find_child(const access::NodeId& parent, access::Node::Kind kind,
                                                           const std::string& name);
  [[nodiscard]] Result<std::optional<TreeNode>> find_facility();
  [[nodiscard]] Result<std::optional<TreeNode>> find_image(const std::string& image);
  /// Parents before children.
  [[nodiscard]] Result<std::vector<TreeNode>> list();
  [[nodiscard]] Result<void> insert(const TreeNode& node, access::Moment now);
  /// kFailedPrecondition when somebody else has changed the row since that version; afterwards it is one more.
  [[nodiscard]] Result<void> update(const TreeNode& node);

  /// Without those that were ended; on one node, or all.
  [[nodiscard]] Result<std::vector<GivenGrant>> grants(const std::optional<access::NodeId>& node = {});
  [[nodiscard]] Result<std::optional<GivenGrant>> find_grant(const std::string& id);
  [[nodiscard]] Result<void> insert_grant(const GivenGrant& grant, access::Moment now);
  /// How many there were.
  [[nodiscard]] Result<std::int64_t> end_grant(const std::string& id, const std::string& by, access::Moment now);
  [[nodiscard]] Result<std::int64_t> end_grants_of(const std::string& beam_time, const std::string& by,
                                                   access::Moment now);

 private:
  [[nodiscard]] Result<std::optional<TreeNode>> first(db::Statement& select);
  [[nodiscard]] Result<std::vector<GivenGrant>> read_grants(db::Statement& select);

  db::Database* database_;
};

}  // namespace beamport::catalog
