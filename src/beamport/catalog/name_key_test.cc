// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/name_key.h"

#include <string>

#include <gtest/gtest.h>

namespace beamport::catalog {
namespace {

TEST(NameKeyTest, NamesThatLookAlikeAreOne) {
  const std::string key = name_key_of("Anna Müller").value();
  EXPECT_EQ(name_key_of("anna mu\u0308ller").value(), key);
  EXPECT_EQ(name_key_of("  Anna   Müller ").value(), key);
  EXPECT_EQ(name_key_of("ANNA MÜLLER").value(), key);
  EXPECT_EQ(name_key_of("Anna\u00A0Müller").value(), key);
  EXPECT_NE(name_key_of("Anna Muller").value(), key);
}

TEST(NameKeyTest, RefusesWhatIsNoName) {
  for (const std::string& name : {std::string(), std::string("  "), std::string("a/b"), std::string("a\nb"),
                                  std::string("\xff"), std::string("\u200B"), std::string(kMaxNameBytes + 1, 'a')}) {
    const auto key = name_key_of(name);
    ASSERT_FALSE(key) << name;
    EXPECT_EQ(key.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(name_key_of(std::string(kMaxNameBytes, 'a')));
}

}  // namespace
}  // namespace beamport::catalog
