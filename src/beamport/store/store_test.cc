// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::store {
namespace {

using testing::HasSubstr;

TEST(CheckKey, AcceptsTheKeysOfZarr) {
  for (const std::string_view key :
       {"zarr.json", ".zarray", ".zgroup", "0/c/0/1/2", "labels/nuclei/0/c.1.2", "a b/ü"}) {
    EXPECT_TRUE(check_key(key)) << key;
  }
}

TEST(CheckKey, RefusesEveryWayOut) {
  for (const std::string_view key : {"", "/", "/etc/passwd", "a//b", "a/", "..", "../a", "a/../b", ".", "a/./b", "a\\b",
                                     "a\nb", "a\x7f", "a/.b.part", ".zarr.json.part"}) {
    const Result<void> checked = check_key(key);
    ASSERT_FALSE(checked) << key;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CheckKey, RefusesAZeroByte) {
  EXPECT_FALSE(check_key(std::string_view("a\0b", 3)));
}

TEST(CheckKey, BoundsTheLengths) {
  EXPECT_TRUE(check_key(std::string(240, 'a')));
  EXPECT_FALSE(check_key(std::string(241, 'a')));
  std::string deep = "a";
  while (deep.size() <= 1024) deep += "/a";
  EXPECT_FALSE(check_key(deep));
}

TEST(CheckKey, NamesTheKeyButNotItsControlCharacters) {
  const Result<void> checked = check_key("a\x1b[31m/b");
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("a?[31m/b"));
}

TEST(TemporaryName, IsRecognisedAgain) {
  EXPECT_EQ(temporary_name("zarr.json"), ".zarr.json.part");
  EXPECT_TRUE(is_temporary_name(temporary_name("0")));
  EXPECT_FALSE(is_temporary_name(".zattrs"));
  EXPECT_FALSE(is_temporary_name("a.part"));
}

}  // namespace
}  // namespace beamport::store
