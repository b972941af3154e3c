// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the API says about people, folders, grants, beam times, tokens and the audit record, and what is said to it.
// Moments are RFC 3339 in UTC. Plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "beamport/base/describe.h"
#include "beamport/catalog/beam_time.h"
#include "beamport/catalog/person.h"

namespace beamport::api {

inline constexpr std::size_t kMaxKeyLength = 200;
inline constexpr std::size_t kMaxTextLength = 1000;
inline constexpr std::size_t kMaxMomentLength = 40;

// Beam times

struct VisitorBody {
  std::optional<std::string> key;
  std::string name;
  std::optional<std::string> mail;
  std::optional<catalog::VisitRole> role;
};
BOOST_DESCRIBE_STRUCT(VisitorBody, (), (key, name, mail, role))
constexpr auto notes_of(const VisitorBody* /*unused*/) {
  return type_notes("Visitor", "Somebody who takes part; with a key or a mail address.",
                    FieldNote{.field = "key", .text = "Her stable name at the facility", .max_length = kMaxKeyLength},
                    FieldNote{.field = "name", .max_length = kMaxTextLength},
                    FieldNote{.field = "mail", .max_length = kMaxKeyLength},
                    FieldNote{.field = "role", .text = "member if not said; leader and local_contact manage the team"});
}

struct BeamTimeBody {
  std::string key;
  std::string proposal;
  std::optional<std::string> title;
  std::string beamline;
  std::optional<std::string> account;
  std::string begins;
  std::string ends;
  std::vector<VisitorBody> people;
};
BOOST_DESCRIBE_STRUCT(BeamTimeBody, (), (key, proposal, title, beamline, account, begins, ends, people))
constexpr auto notes_of(const BeamTimeBody* /*unused*/) {
  return type_notes(
      "BeamTimeRequest",
      "A granted visit. May be sent again: what is new is added, who is no longer named loses access.",
      FieldNote{.field = "key", .text = "The facility's own id of it", .min_length = 1, .max_length = kMaxKeyLength},
      FieldNote{.field = "proposal", .min_length = 1, .max_length = kMaxKeyLength},
      FieldNote{.field = "title", .max_length = kMaxTextLength},
      FieldNote{.field = "beamline", .min_length = 1, .max_length = kMaxKeyLength},
      FieldNote{
          .field = "account", .text = "Name of the user's folder; else the proposal", .max_length = kMaxKeyLength},
      FieldNote{.field = "begins", .text = "RFC 3339", .max_length = kMaxMomentLength},
      FieldNote{.field = "ends", .text = "RFC 3339", .max_length = kMaxMomentLength},
      FieldNote{.field = "people", .max_length = 500});
}

struct BeamTimeReply {
  std::string id;
  std::string key;
  std::string proposal;
  std::string title;
  std::string begins;
  std::string ends;
  std::string beamline;
  std::string team;
  std::string folder;
  std::optional<std::string> closed;
  bool is_new = false;
  std::optional<std::string> token;
};
BOOST_DESCRIBE_STRUCT(BeamTimeReply, (),
                      (id, key, proposal, title, begins, ends, beamline, team, folder, closed, is_new, token))
constexpr auto notes_of(const BeamTimeReply* /*unused*/) {
  return type_notes("BeamTime", "A granted visit and what was made for it.", FieldNote{.field = "id", .hex_digits = 24},
                    FieldNote{.field = "beamline", .text = "Id", .hex_digits = 24},
                    FieldNote{.field = "team", .text = "Id of the proposal's team", .hex_digits = 24},
                    FieldNote{.field = "folder", .text = "Id of the folder of its first day", .hex_digits = 24},
                    FieldNote{.field = "closed", .text = "When its access was ended; null: it was not"},
                    FieldNote{.field = "token",
                              .text = "For handing in its scans; shown once, when the beam time is new",
                              .omit_when_null = true});
}

struct BeamTimeList {
  std::vector<BeamTimeReply> beam_times;
};
BOOST_DESCRIBE_STRUCT(BeamTimeList, (), (beam_times))
constexpr auto notes_of(const BeamTimeList* /*unused*/) {
  return type_notes("BeamTimeList", "Newest first.");
}

// Objects

enum class ObjectKind : std::uint8_t { kFacility, kBeamline, kFolder, kDataset, kTeam };
BOOST_DESCRIBE_ENUM(ObjectKind, kFacility, kBeamline, kFolder, kDataset, kTeam)

struct ObjectReply {
  std::string id;
  ObjectKind kind = ObjectKind::kFolder;
  std::string name;
  std::int64_t version = 0;
  std::optional<std::string> parent;
  std::optional<std::string> owner_team;
  bool is_public = false;
  bool is_restricted = false;
  bool is_sealed = false;
  bool is_on_hold = false;
  std::optional<std::string> deleted;
  std::optional<std::string> embargo_until;
  std::vector<std::string> allowed;
};
BOOST_DESCRIBE_STRUCT(ObjectReply, (),
                      (id, kind, name, version, parent, owner_team, is_public, is_restricted, is_sealed, is_on_hold,
                       deleted, embargo_until, allowed))
constexpr auto notes_of(const ObjectReply* /*unused*/) {
  return type_notes("Object", "A folder, dataset, team, beamline or the facility.",
                    FieldNote{.field = "id", .hex_digits = 24},
                    FieldNote{.field = "version", .text = "Grows with every change; an edit names it", .minimum = 1},
                    FieldNote{.field = "parent", .text = "Id of what it lies in, if that may be seen"},
                    FieldNote{.field = "owner_team", .text = "Id; null: that of what it lies in"},
                    FieldNote{.field = "allowed", .text = "What you may do with it now"});
}

struct ObjectPage {
  ObjectReply object;
  std::vector<ObjectReply> path;
  std::vector<ObjectReply> children;
};
BOOST_DESCRIBE_STRUCT(ObjectPage, (), (object, path, children))
constexpr auto notes_of(const ObjectPage* /*unused*/) {
  return type_notes("ObjectPage", "An object with what lies in it, as far as you may see it.",
                    FieldNote{.field = "path", .text = "What it lies in, outermost first"});
}

struct ObjectList {
  std::vector<ObjectReply> objects;
};
BOOST_DESCRIBE_STRUCT(ObjectList, (), (objects))
constexpr auto notes_of(const ObjectList* /*unused*/) {
  return type_notes("ObjectList", "Objects that you may see and that lie in nothing that you may see.");
}

struct FolderBody {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(FolderBody, (), (name))
constexpr auto notes_of(const FolderBody* /*unused*/) {
  return type_notes("FolderRequest", "A folder to be made; the one that is there comes back.",
                    FieldNote{.field = "name", .min_length = 1, .max_length = kMaxKeyLength});
}

struct ObjectEdit {
  std::int64_t version = 0;
  std::optional<std::string> name;
  std::optional<std::string> parent;
  std::optional<bool> is_public;
  std::optional<bool> is_restricted;
  std::optional<bool> is_sealed;
  std::optional<bool> is_on_hold;
  std::optional<bool> is_deleted;
  std::optional<std::string> embargo_until;
};
BOOST_DESCRIBE_STRUCT(ObjectEdit, (),
                      (version, name, parent, is_public, is_restricted, is_sealed, is_on_hold, is_deleted,
                       embargo_until))
constexpr auto notes_of(const ObjectEdit* /*unused*/) {
  return type_notes(
      "ObjectEdit", "What is to change; the rest stays.",
      FieldNote{.field = "version", .text = "The one that the edit was made from", .minimum = 1},
      FieldNote{.field = "name", .min_length = 1, .max_length = kMaxKeyLength},
      FieldNote{.field = "parent", .text = "Id of what it shall lie in", .hex_digits = 24},
      FieldNote{.field = "is_deleted", .text = "true: into its time of grace; false: restored"},
      FieldNote{.field = "embargo_until", .text = "RFC 3339; empty: none", .max_length = kMaxMomentLength});
}

// Grants

struct GrantBody {
  std::optional<std::string> person;
  std::optional<std::string> team;
  std::string role;
  std::string reason;
  std::optional<std::string> not_before;
  std::optional<std::string> expires;
};
BOOST_DESCRIBE_STRUCT(GrantBody, (), (person, team, role, reason, not_before, expires))
constexpr auto notes_of(const GrantBody* /*unused*/) {
  return type_notes("GrantRequest", "A role for a person or a team.",
                    FieldNote{.field = "person", .text = "Id", .hex_digits = 24},
                    FieldNote{.field = "team", .text = "Id", .hex_digits = 24},
                    FieldNote{.field = "role", .text = "reader, annotator, editor or manager", .max_length = 20},
                    FieldNote{.field = "reason", .min_length = 1, .max_length = kMaxTextLength},
                    FieldNote{.field = "not_before", .text = "RFC 3339", .max_length = kMaxMomentLength},
                    FieldNote{.field = "expires", .text = "RFC 3339", .max_length = kMaxMomentLength});
}

struct GrantReply {
  std::string id;
  std::string object;
  std::optional<std::string> person;
  std::optional<std::string> team;
  std::string role;
  std::string reason;
  std::string given_by;
  catalog::Source source = catalog::Source::kManual;
  std::optional<std::string> not_before;
  std::optional<std::string> expires;
  std::optional<std::string> ended;
};
BOOST_DESCRIBE_STRUCT(GrantReply, (),
                      (id, object, person, team, role, reason, given_by, source, not_before, expires, ended))
constexpr auto notes_of(const GrantReply* /*unused*/) {
  return type_notes("Grant", "Who has which role on an object, and why.", FieldNote{.field = "id", .hex_digits = 24});
}

struct GrantList {
  std::vector<GrantReply> grants;
};
BOOST_DESCRIBE_STRUCT(GrantList, (), (grants))
constexpr auto notes_of(const GrantList* /*unused*/) {
  return type_notes("GrantList", "Those on the object itself that have not been ended.");
}

// People

struct PersonBody {
  std::string key;
  std::string name;
  std::optional<std::string> mail;
  std::optional<catalog::PersonKind> kind;
};
BOOST_DESCRIBE_STRUCT(PersonBody, (), (key, name, mail, kind))
constexpr auto notes_of(const PersonBody* /*unused*/) {
  return type_notes(
      "PersonRequest", "Somebody with an account; who is there already comes back.",
      FieldNote{.field = "key", .text = "Her stable name elsewhere", .min_length = 1, .max_length = kMaxKeyLength},
      FieldNote{.field = "name", .max_length = kMaxTextLength},
      FieldNote{.field = "mail", .max_length = kMaxKeyLength});
}

struct PersonEdit {
  std::int64_t version = 0;
  std::optional<std::string> name;
  std::optional<catalog::PersonKind> kind;
  std::optional<bool> is_active;
  std::optional<bool> is_auditor;
};
BOOST_DESCRIBE_STRUCT(PersonEdit, (), (version, name, kind, is_active, is_auditor))
constexpr auto notes_of(const PersonEdit* /*unused*/) {
  return type_notes("PersonEdit", "What is to change; the rest stays.",
                    FieldNote{.field = "version", .text = "The one that the edit was made from", .minimum = 1},
                    FieldNote{.field = "name", .min_length = 1, .max_length = kMaxTextLength});
}

struct PersonReply {
  std::string id;
  std::string key;
  std::string name;
  std::string mail;
  catalog::PersonKind kind = catalog::PersonKind::kMember;
  bool is_active = true;
  bool is_auditor = false;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(PersonReply, (), (id, key, name, mail, kind, is_active, is_auditor, version))
constexpr auto notes_of(const PersonReply* /*unused*/) {
  return type_notes("Person", "Somebody with an account.", FieldNote{.field = "id", .hex_digits = 24});
}

struct PersonList {
  std::vector<PersonReply> people;
};
BOOST_DESCRIBE_STRUCT(PersonList, (), (people))
constexpr auto notes_of(const PersonList* /*unused*/) {
  return type_notes("PersonList", "By key.");
}

struct MemberBody {
  std::string person;
  std::optional<bool> is_manager;
  std::optional<std::string> expires;
};
BOOST_DESCRIBE_STRUCT(MemberBody, (), (person, is_manager, expires))
constexpr auto notes_of(const MemberBody* /*unused*/) {
  return type_notes("MemberRequest", "Somebody to be taken into a team.",
                    FieldNote{.field = "person", .text = "Id", .hex_digits = 24},
                    FieldNote{.field = "expires", .text = "RFC 3339", .max_length = kMaxMomentLength});
}

struct MemberReply {
  std::string person;
  std::string name;
  bool is_manager = false;
  catalog::Source source = catalog::Source::kManual;
  std::optional<std::string> expires;
};
BOOST_DESCRIBE_STRUCT(MemberReply, (), (person, name, is_manager, source, expires))
constexpr auto notes_of(const MemberReply* /*unused*/) {
  return type_notes("Member", "Somebody in a team.", FieldNote{.field = "person", .text = "Id", .hex_digits = 24});
}

struct MemberList {
  std::vector<MemberReply> members;
};
BOOST_DESCRIBE_STRUCT(MemberList, (), (members))
constexpr auto notes_of(const MemberList* /*unused*/) {
  return type_notes("MemberList", "Everybody in a team.");
}

// Tokens

struct TokenBody {
  std::string name;
  std::vector<std::string> scopes;
  std::optional<std::string> bound;
  std::string expires;
  std::optional<bool> for_program;
};
BOOST_DESCRIBE_STRUCT(TokenBody, (), (name, scopes, bound, expires, for_program))
constexpr auto notes_of(const TokenBody* /*unused*/) {
  return type_notes(
      "TokenRequest", "A token that lets through no more than the one that this is asked with.",
      FieldNote{.field = "name", .text = "For people", .min_length = 1, .max_length = kMaxTextLength},
      FieldNote{.field = "scopes",
                .text = "dataset:read, dataset:write, ingest, sheet, admin",
                .min_length = 1,
                .max_length = 5},
      FieldNote{.field = "bound", .text = "Id of the object that it is for, with all below it", .hex_digits = 24},
      FieldNote{.field = "expires", .text = "RFC 3339, at most a year ahead", .max_length = kMaxMomentLength},
      FieldNote{.field = "for_program", .text = "Of a program of the facility instead of your own; admins only"});
}

struct TokenReply {
  std::string id;
  std::string name;
  std::optional<std::string> person;
  std::vector<std::string> scopes;
  std::optional<std::string> bound;
  std::string expires;
  std::optional<std::string> last_used;
  std::optional<std::string> token;
};
BOOST_DESCRIBE_STRUCT(TokenReply, (), (id, name, person, scopes, bound, expires, last_used, token))
constexpr auto notes_of(const TokenReply* /*unused*/) {
  return type_notes("Token", "What a token lets through.", FieldNote{.field = "id", .hex_digits = 24},
                    FieldNote{.field = "person", .text = "Id; null: of a program"},
                    FieldNote{.field = "token", .text = "The token itself; shown once", .omit_when_null = true});
}

struct TokenList {
  std::vector<TokenReply> tokens;
};
BOOST_DESCRIBE_STRUCT(TokenList, (), (tokens))
constexpr auto notes_of(const TokenList* /*unused*/) {
  return type_notes("TokenList", "Newest first, without those that were revoked.");
}

// Audit

struct AuditReply {
  std::int64_t sequence = 0;
  std::string moment;
  std::string actor;
  std::string event;
  std::string object;
  std::string details;
  std::string digest;
};
BOOST_DESCRIBE_STRUCT(AuditReply, (), (sequence, moment, actor, event, object, details, digest))
constexpr auto notes_of(const AuditReply* /*unused*/) {
  return type_notes("AuditEntry", "One decision that changed something.",
                    FieldNote{.field = "details", .text = "A JSON object, as text: the digest is over these bytes"},
                    FieldNote{.field = "digest", .text = "SHA-256 over this entry and the digest before it"});
}

struct AuditList {
  std::vector<AuditReply> entries;
};
BOOST_DESCRIBE_STRUCT(AuditList, (), (entries))
constexpr auto notes_of(const AuditList* /*unused*/) {
  return type_notes("AuditList", "Newest first.");
}

struct Done {
  bool done = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (done))
constexpr auto notes_of(const Done* /*unused*/) {
  return type_notes("Done", "It is so now.");
}

}  // namespace beamport::api
