// SPDX-License-Identifier: Apache-2.0
// The names as others have stored and configured them: a change here breaks what is outside the program.

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/access/action.h"

namespace beamport::access {
namespace {

TEST(ActionNameTest, ActionsAreCalledThis) {
  std::vector<std::string> names;
  names.reserve(kActionCount);
  for (int number = 0; number < kActionCount; ++number) names.emplace_back(name_of(static_cast<Action>(number)));
  EXPECT_THAT(names, testing::ElementsAre("list", "read_metadata", "read_data", "export", "annotate", "write_metadata",
                                          "write_data", "move", "share", "grant", "delete", "restore", "manage_members",
                                          "administer"));
}

TEST(ActionNameTest, RolesAndScopesAreCalledThisAndReadBack) {
  EXPECT_EQ(name_of(Role::kReader), "reader");
  EXPECT_EQ(name_of(Role::kAnnotator), "annotator");
  EXPECT_EQ(name_of(Role::kEditor), "editor");
  EXPECT_EQ(name_of(Role::kManager), "manager");
  EXPECT_EQ(parse_role("editor"), Role::kEditor);
  EXPECT_EQ(name_of(Scope::kDatasetRead), "dataset:read");
  EXPECT_EQ(name_of(Scope::kDatasetWrite), "dataset:write");
  EXPECT_EQ(name_of(Scope::kIngest), "ingest");
  EXPECT_EQ(name_of(Scope::kSheet), "sheet");
  EXPECT_EQ(name_of(Scope::kAdmin), "admin");
  EXPECT_EQ(parse_scope("admin"), Scope::kAdmin);
  EXPECT_EQ(parse_role(""), std::nullopt);
  EXPECT_EQ(parse_scope(""), std::nullopt);
}

}  // namespace
}  // namespace beamport::access
