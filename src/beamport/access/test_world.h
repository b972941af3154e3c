// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small facility for tests: facility > beamline P14 > user folder > beam-time folder > dataset > layer, owned by one
// team, with a second team, and the people around it.

#include <chrono>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "beamport/access/node.h"
#include "beamport/access/principal.h"

namespace beamport::access {

template <typename AnyId = NodeId>
AnyId id_of(int number) {
  return AnyId::parse(fmt::format("{:024x}", number)).value();
}

inline Moment at(int seconds) {
  return Moment(std::chrono::seconds(seconds));
}

inline const Moment kNow = at(1'000'000);
inline const Moment kEarlier = at(999'999);
inline const Moment kLater = at(1'000'001);

inline Node node_below(Node::Kind kind, int number, const Node* parent) {
  Node node{.kind = kind, .id = id_of(number)};
  node.parent = parent;
  return node;
}

struct TestWorld {
  TeamId owners = id_of<TeamId>(1);
  TeamId others = id_of<TeamId>(2);
  UserId anna = id_of<UserId>(3);
  BeamlineId p14 = id_of<BeamlineId>(4);
  BeamlineId p13 = id_of<BeamlineId>(5);

  Node facility = node_below(Node::Kind::kFacility, 10, nullptr);
  Node beamline = node_below(Node::Kind::kBeamline, 11, &facility);
  Node user_folder = node_below(Node::Kind::kFolder, 12, &beamline);
  Node beam_time = node_below(Node::Kind::kFolder, 13, &user_folder);
  Node dataset = node_below(Node::Kind::kDataset, 14, &beam_time);
  Node layer = node_below(Node::Kind::kLayer, 15, &dataset);
  Node elsewhere = node_below(Node::Kind::kFolder, 16, &beamline);

  TestWorld() {
    beamline.beamline = p14;
    beam_time.owner_team = owners;
    beam_time.grants.push_back({.subject = owners, .role = Role::kAnnotator});
  }
  TestWorld(const TestWorld&) = delete;
  TestWorld& operator=(const TestWorld&) = delete;
  ~TestWorld() = default;

  static Principal person(Principal::Kind kind, int number) {
    Principal principal;
    principal.kind = kind;
    principal.assurance = Assurance::kFresh;
    principal.user = id_of<UserId>(number);
    return principal;
  }
  [[nodiscard]] Principal member() const {
    Principal principal = person(Principal::Kind::kMember, 3);
    principal.memberships.push_back({.team = owners});
    return principal;
  }
  [[nodiscard]] Principal team_manager() const {
    Principal principal = person(Principal::Kind::kMember, 20);
    principal.memberships.push_back({.team = owners, .is_manager = true});
    return principal;
  }
  [[nodiscard]] Principal stranger() const {
    Principal principal = person(Principal::Kind::kMember, 21);
    principal.memberships.push_back({.team = others, .is_manager = true});
    return principal;
  }
  [[nodiscard]] Principal staff() const {
    Principal principal = person(Principal::Kind::kMember, 22);
    principal.staff_of.push_back(p14);
    return principal;
  }
  [[nodiscard]] static Principal guest() { return person(Principal::Kind::kGuest, 23); }
  [[nodiscard]] static Principal admin() { return person(Principal::Kind::kFacilityAdmin, 24); }
  [[nodiscard]] Principal link_holder(Principal creator) const {
    Principal principal;
    principal.kind = Principal::Kind::kLinkHolder;
    principal.link =
        Link{.object = dataset.id, .expires = kLater, .creator = std::make_shared<const Principal>(std::move(creator))};
    return principal;
  }
  [[nodiscard]] static Principal service(Scope scope) {
    Principal principal;
    principal.kind = Principal::Kind::kService;
    principal.token = Token{.scopes = actions_of(scope), .bound = {}, .expires = kLater};
    return principal;
  }
};

}  // namespace beamport::access
