// SPDX-License-Identifier: Apache-2.0
#pragma once

// The facility's catalog: people, teams, folders and datasets, who may do what, beam times, tokens. One database; each
// function that changes something is one transaction that also writes the audit record, and whatever is said twice is
// made once ("ensure"). Nothing here asks whether somebody may do it: that is access/decision.h, on tree().
//
//   facility ─┬─ beamline ─┬─ folder of a user ── folder of a day ── dataset
//             │            └─ …                   (owner: the beam time's team)
//             └─ team, team, …
//
// Thread-safe: one writer at a time, tree() for everybody. Other processes may use the same database.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/catalog/access_tree.h"
#include "beamport/catalog/api_token.h"
#include "beamport/catalog/audit_log.h"
#include "beamport/catalog/beam_time.h"
#include "beamport/catalog/object_tree.h"
#include "beamport/catalog/people.h"
#include "beamport/db/database.h"

namespace beamport::catalog {

class CatalogChange;

struct CatalogSettings {
  std::string facility = "Facility";  // its name, when the catalog is new
  /// How long after a beam time its people keep their access, unless it is closed before.
  std::chrono::days access_after_beam_time{3 * 365};
  std::function<access::Moment()> now = [] {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
};

/// What was made, or was there already.
template <typename T>
struct Ensured {
  T value;
  bool is_new = false;
};

struct PersonRequest {
  std::string key{};
  std::string name{};
  std::string mail{};
  PersonKind kind = PersonKind::kMember;
};

struct GrantRequest {
  access::NodeId node;
  access::Grant grant;
  std::string reason{};
};

struct TokenRequest {
  std::string name{};
  std::optional<access::UserId> person{};
  std::vector<access::Scope> scopes{};
  std::optional<access::NodeId> bound{};
  access::Moment expires;  // at most a year ahead
};

struct NewToken {
  ApiToken token;
  std::string text{};  // shown once
};

struct EnsuredBeamTime {
  BeamTime beam_time;
  bool is_new = false;
  std::optional<NewToken> token{};  // for handing in scans; only when the beam time is new
};

/// A dataset that the data folder holds, and where it belongs: the folders that its image lies in are its folders here,
/// too, below one beamline.
struct DatasetPlace {
  access::NodeId id;
  std::string image;  // its path below the data folder
  std::string beamline;
  std::vector<std::string> folders;  // "p14u042", "20260314"
  std::string name;
};

class Catalog {
 public:
  /// Creates the file, the facility and the first admin when they are not there. Errors as of db::Database::open().
  [[nodiscard]] static Result<std::unique_ptr<Catalog>> open(const std::filesystem::path& file,
                                                             CatalogSettings settings = {});
  ~Catalog() = default;
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  /// The present state, at most one commit of another process behind what was committed before the call began.
  [[nodiscard]] Result<std::shared_ptr<const AccessTree>> tree();
  [[nodiscard]] access::Moment now() const { return settings_.now(); }

  /// `actor` in all of these: who does it, for the audit record.
  [[nodiscard]] Result<Ensured<Person>> ensure_person(std::string_view actor, const PersonRequest& request);
  [[nodiscard]] Result<Ensured<Team>> ensure_team(std::string_view actor, const std::string& key,
                                                  const std::string& name);
  [[nodiscard]] Result<Ensured<TreeNode>> ensure_beamline(std::string_view actor, const std::string& name);
  [[nodiscard]] Result<Ensured<TreeNode>> ensure_folder(std::string_view actor, const access::NodeId& parent,
                                                        const std::string& name);
  /// Makes the folders that are missing; how many datasets were new. A new one is found by the next question. One that
  /// is known stays where people have moved it.
  [[nodiscard]] Result<std::int64_t> ensure_datasets(std::string_view actor, const std::vector<DatasetPlace>& places);
  [[nodiscard]] Result<Person> change_person(std::string_view actor, const Person& person);
  /// Names, flags, dates, place: all but kind and image. kInvalidArgument for a place below itself.
  [[nodiscard]] Result<TreeNode> change_node(std::string_view actor, const TreeNode& node, std::string_view event);

  [[nodiscard]] Result<void> put_member(std::string_view actor, const Member& member);
  /// kFailedPrecondition for a team's last manager.
  [[nodiscard]] Result<void> remove_member(std::string_view actor, const access::TeamId& team,
                                           const access::UserId& person);
  [[nodiscard]] Result<void> put_staff(std::string_view actor, const access::BeamlineId& beamline,
                                       const access::UserId& person);

  [[nodiscard]] Result<GivenGrant> give(std::string_view actor, const GrantRequest& request);
  /// Ended already is fine. kNotFound when there was none.
  [[nodiscard]] Result<GivenGrant> end_grant(std::string_view actor, const std::string& id);
  [[nodiscard]] Result<std::vector<GivenGrant>> grants_on(const access::NodeId& node);
  [[nodiscard]] Result<std::optional<GivenGrant>> find_grant(const std::string& id);

  /// People, team, folders, grants and a token for the automation, all or nothing.
  [[nodiscard]] Result<EnsuredBeamTime> ensure_beam_time(std::string_view actor, const BeamTimeRequest& request);
  /// Ends what it granted: grants, memberships and tokens. Closed already is fine.
  [[nodiscard]] Result<BeamTime> close_beam_time(std::string_view actor, const std::string& key);
  [[nodiscard]] Result<std::vector<BeamTime>> beam_times();

  [[nodiscard]] Result<NewToken> make_token(std::string_view actor, const TokenRequest& request);
  [[nodiscard]] Result<void> revoke_token(std::string_view actor, const std::string& id);
  [[nodiscard]] Result<std::vector<ApiToken>> tokens();
  /// The token that was shown, if it is one of ours; revoked and expired ones too.
  [[nodiscard]] Result<std::optional<ApiToken>> find_token(std::string_view text);
  /// By its id.
  [[nodiscard]] Result<std::optional<ApiToken>> token_of(const std::string& id);

  [[nodiscard]] Result<std::vector<Person>> people();
  [[nodiscard]] Result<std::vector<Team>> teams();
  [[nodiscard]] Result<std::vector<Member>> members();

  /// Something that is not a change of the catalog: a read by link, an export.
  [[nodiscard]] Result<void> record(std::string_view actor, std::string_view event, std::string_view object,
                                    const JsonObject& details);
  [[nodiscard]] Result<std::vector<AuditEntry>> audit(const AuditFilter& filter);
  [[nodiscard]] Result<AuditVerdict> verify_audit();

 private:
  template <typename T>
  using Work = std::function<Result<T>(CatalogChange&)>;

  Catalog(CatalogSettings settings, db::Database writer, db::Database reader);
  /// Runs `work` in one transaction; commits unless it fails.
  template <typename T>
  [[nodiscard]] Result<T> change(std::string_view actor, std::string_view purpose, const Work<T>& work);
  template <typename T>
  [[nodiscard]] Result<T> read(const std::function<Result<T>(db::Database&)>& work);

  const CatalogSettings settings_;

  std::mutex write_mutex_;
  db::Database writer_;

  std::mutex read_mutex_;  // guards the four after it
  db::Database reader_;
  std::shared_ptr<const AccessTree> tree_{};
  std::optional<std::int64_t> seen_outside_{};  // when tree_ was read
};

}  // namespace beamport::catalog
