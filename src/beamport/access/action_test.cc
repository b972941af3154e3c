// SPDX-License-Identifier: Apache-2.0
#include "beamport/access/action.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace beamport::access {
namespace {

TEST(ActionTest, EachHasItsOwnName) {
  std::set<std::string> names;
  for (int number = 0; number < kActionCount; ++number) names.emplace(name_of(static_cast<Action>(number)));
  EXPECT_EQ(names.size(), std::size_t{kActionCount});
  EXPECT_TRUE(names.contains("read_data"));
  EXPECT_TRUE(names.contains("administer"));
}

TEST(ActionTest, RolesHoldEachOther) {
  const Role roles[] = {Role::kReader, Role::kAnnotator, Role::kEditor, Role::kManager};
  for (std::size_t i = 1; i < std::size(roles); ++i) {
    EXPECT_TRUE(actions_of(roles[i]).has_all(actions_of(roles[i - 1])));
    EXPECT_FALSE(actions_of(roles[i - 1]).has_all(actions_of(roles[i])));
  }
  EXPECT_FALSE(actions_of(Role::kManager).has(Action::kAdminister));
}

TEST(ActionTest, NamesLeadBack) {
  for (const Role role : {Role::kReader, Role::kAnnotator, Role::kEditor, Role::kManager}) {
    EXPECT_EQ(parse_role(name_of(role)), role);
  }
  for (const Scope scope : {Scope::kDatasetRead, Scope::kDatasetWrite, Scope::kIngest, Scope::kSheet, Scope::kAdmin}) {
    EXPECT_EQ(parse_scope(name_of(scope)), scope);
  }
  EXPECT_EQ(parse_role("Reader"), std::nullopt);
  EXPECT_EQ(parse_scope(""), std::nullopt);
}

TEST(ActionTest, ScopesOfProgramsAreNarrow) {
  EXPECT_FALSE(actions_of(Scope::kIngest).has(Action::kReadData));
  EXPECT_FALSE(actions_of(Scope::kIngest).has(Action::kDelete));
  EXPECT_FALSE(actions_of(Scope::kSheet).has(Action::kReadData));
  EXPECT_FALSE(actions_of(Scope::kDatasetRead).has(Action::kAnnotate));
}

TEST(ActionSetTest, IsASet) {
  const ActionSet set{Action::kList, Action::kMove};
  EXPECT_TRUE(set.has(Action::kMove));
  EXPECT_FALSE(set.has(Action::kShare));
  EXPECT_EQ(set.without({Action::kMove}), ActionSet{Action::kList});
  EXPECT_EQ(set & ActionSet{Action::kMove}, ActionSet{Action::kMove});
  EXPECT_TRUE(ActionSet::all().has_all(set));
  EXPECT_TRUE((set & ActionSet{Action::kShare}).empty());
}

}  // namespace
}  // namespace beamport::access
