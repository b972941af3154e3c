// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/damage_book.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::catalog {
namespace {

class DamageBookTest : public testing::Test {
 protected:
  os::TemporaryDirectory folder_ = os::TemporaryDirectory::create().value();
  DamageBook book_{folder_.path()};
  DatasetId id_ = DatasetId::parse("0123456789abcdef01234567").value();
  DamageRecord record_{"a/scan.ome.zarr",
                       "stamp",
                       "2026-01-02T03:04:05Z",
                       3,
                       {{"0/c/0/0/0", "is missing"}, {"zarr.json", "has 1 bytes, but 2 were written"}},
                       std::nullopt};
};

TEST_F(DamageBookTest, KeepsARecordUntilItIsCleared) {
  EXPECT_FALSE(book_.find(id_)->has_value());
  EXPECT_TRUE(book_.ids()->empty());
  ASSERT_TRUE(book_.put(id_, record_));
  const auto found = book_.find(id_);
  ASSERT_TRUE(found.has_value() && found->has_value());
  EXPECT_EQ((*found)->image, record_.image);
  EXPECT_EQ((*found)->places.size(), 2U);
  EXPECT_THAT(*book_.ids(), testing::ElementsAre(id_));
  ASSERT_TRUE(book_.clear(id_));
  ASSERT_TRUE(book_.clear(id_));
  EXPECT_FALSE(book_.find(id_)->has_value());
}

TEST_F(DamageBookTest, ADamagedRecordIsAnErrorThatNamesIt) {
  ASSERT_TRUE(book_.put(id_, record_));
  std::ofstream(folder_.path() / ".beamport" / "damage" / (id_.text() + ".json")) << "{";
  const auto found = book_.find(id_);
  ASSERT_FALSE(found.has_value());
  EXPECT_THAT(found.error().message, testing::HasSubstr(id_.text()));
}

TEST_F(DamageBookTest, SaysWhatPeopleNeed) {
  EXPECT_EQ(summary_of(record_), "damaged on disk: 0/c/0/0/0 is missing, and 2 more (found 2026-01-02T03:04:05Z)");
  record_.repair = "its source is gone";
  EXPECT_THAT(summary_of(record_), testing::EndsWith("(found 2026-01-02T03:04:05Z); its source is gone"));
}

TEST_F(DamageBookTest, ReadsRecordsOfOlderVersions) {
  ASSERT_TRUE(book_.put(id_, record_));
  const auto file = folder_.path() / ".beamport" / "damage" / (id_.text() + ".json");
  std::ofstream(file) << R"({"image": "a", "stamp": "s", "found": "f", "damaged_files": 1, "places": []})";
  EXPECT_EQ(book_.find(id_)->value().repair, std::nullopt);
}

}  // namespace
}  // namespace beamport::catalog
