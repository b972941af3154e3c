// SPDX-License-Identifier: Apache-2.0
// What one person may list of 10,000 datasets: the bar is 20 ms. The tree is that of a facility after some years: 4
// beamlines, 200 people with a folder each, 5 beam times in each, 10 datasets in each beam time; 50 teams that own the
// beam times and have a grant on them, now and then one for another person or team, restricted, or under embargo.

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "beamport/access/decision.h"
#include "beamport/access/test_world.h"

namespace beamport::access {
namespace {

constexpr int kBeamlines = 4;
constexpr int kPeople = 200;
constexpr int kTeams = 50;
constexpr int kBeamTimesEach = 5;
constexpr int kDatasetsEach = 10;

class Facility {
 public:
  Facility() {
    const Node* const root = add(Node::Kind::kFacility, nullptr);
    std::vector<const Node*> beamlines;
    for (int number = 0; number < kBeamlines; ++number) {
      Node& beamline = *add(Node::Kind::kBeamline, root);
      beamline.beamline = id_of<BeamlineId>(number);
      beamlines.push_back(&beamline);
    }
    for (int person = 0; person < kPeople; ++person) {
      const Node* const home = add(Node::Kind::kFolder, beamlines[static_cast<std::size_t>(person % kBeamlines)]);
      for (int visit = 0; visit < kBeamTimesEach; ++visit) add_beam_time(home, person, visit);
    }
  }

  [[nodiscard]] const std::vector<const Node*>& datasets() const { return datasets_; }

 private:
  Node* add(Node::Kind kind, const Node* parent) { return &nodes_.emplace_back(node_below(kind, ++last_id_, parent)); }

  void add_beam_time(const Node* home, int person, int visit) {
    Node& folder = *add(Node::Kind::kFolder, home);
    const int number = person * kBeamTimesEach + visit;
    folder.owner_team = id_of<TeamId>(person % kTeams);
    folder.grants.push_back({.subject = *folder.owner_team, .role = Role::kEditor});
    folder.grants.push_back({.subject = id_of<UserId>(person), .role = Role::kManager, .not_before = kEarlier});
    if (number % 4 == 0) folder.grants.push_back({.subject = id_of<TeamId>(number % kTeams), .role = Role::kReader});
    if (number % 5 == 0) {
      folder.grants.push_back({.subject = id_of<UserId>(number % kPeople), .role = Role::kReader, .expires = kLater});
    }
    folder.is_restricted = number % 10 == 0;
    if (number % 20 == 1) folder.embargo_until = kLater;
    for (int i = 0; i < kDatasetsEach; ++i) {
      Node& dataset = *add(Node::Kind::kDataset, &folder);
      dataset.is_sealed = i % 2 == 0;
      dataset.is_public = (number * kDatasetsEach + i) % 50 == 0;
      datasets_.push_back(&dataset);
    }
  }

  int last_id_ = 0;
  std::deque<Node> nodes_;  // does not move what is in it
  std::vector<const Node*> datasets_;
};

Principal member() {
  Principal who = TestWorld::person(Principal::Kind::kMember, 7);
  for (const int team : {7, 8, 19}) who.memberships.push_back({.team = id_of<TeamId>(team)});
  return who;
}

Principal staff() {
  Principal who = member();
  who.staff_of.push_back(id_of<BeamlineId>(2));
  return who;
}

Principal guest() {
  return TestWorld::person(Principal::Kind::kGuest, 10);
}

Principal by_token() {
  Principal who = member();
  who.token = Token{.scopes = actions_of(Scope::kDatasetRead), .bound = id_of(1), .expires = kLater};
  return who;
}

Principal link_holder() {
  Principal who;
  who.kind = Principal::Kind::kLinkHolder;
  who.link = Link{.object = id_of(4), .expires = kLater, .creator = std::make_shared<const Principal>(staff())};
  return who;
}

void visible_datasets(benchmark::State& state, Principal (*make)()) {
  const Facility facility;
  const Principal who = make();
  std::int64_t visible = 0;
  for (auto _ : state) {
    visible = 0;
    for (const Node* dataset : facility.datasets()) {
      if (may(who, Action::kList, *dataset, kNow) == Decision::kAllow) ++visible;
    }
    benchmark::DoNotOptimize(visible);
  }
  state.counters["visible"] = static_cast<double>(visible);
  state.counters["of"] = static_cast<double>(facility.datasets().size());
}
BENCHMARK_CAPTURE(visible_datasets, member, member)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(visible_datasets, staff, staff)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(visible_datasets, guest, guest)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(visible_datasets, by_token, by_token)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(visible_datasets, link_holder, link_holder)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace beamport::access
