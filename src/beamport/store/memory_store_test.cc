// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/memory_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::store {
namespace {

using testing::ElementsAre;

std::vector<std::string> names_in(const Store& store, std::string_view prefix) {
  const std::vector<Store::Entry> entries = store.list(prefix).value();
  std::vector<std::string> names;
  for (const Store::Entry& entry : entries) names.push_back(entry.name + (entry.is_prefix ? "/" : ""));
  return names;
}

TEST(MemoryStore, GivesBackWhatWasPut) {
  MemoryStore store;
  ASSERT_TRUE(store.put("a/b", as_byte_view("hello")));
  EXPECT_EQ(store.size("a/b").value(), 5U);
  EXPECT_EQ(as_text(store.get("a/b", 5).value()), "hello");
  Bytes part(3);
  ASSERT_TRUE(store.read("a/b", 1, part));
  EXPECT_EQ(as_text(part), "ell");
}

TEST(MemoryStore, SaysWhatIsWrong) {
  MemoryStore store;
  ASSERT_TRUE(store.put("a", as_byte_view("hello")));
  Bytes part(3);
  EXPECT_EQ(store.get("b", 10).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store.get("a", 4).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(store.read("a", 3, part).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(store.read("a", ~std::uint64_t{0}, part).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(store.put("../a", part).error().code, ErrorCode::kInvalidArgument);
}

TEST(MemoryStore, ShowsAValueOnlyWhenItIsFinished) {
  MemoryStore store;
  const std::unique_ptr<ObjectWriter> writer = store.create("a", 0).value();
  ASSERT_TRUE(writer->append(as_byte_view("he")));
  ASSERT_TRUE(writer->append(as_byte_view("llo")));
  EXPECT_EQ(store.size("a").error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(as_text(store.get("a", 5).value()), "hello");
}

TEST(MemoryStore, ListsDirectChildrenByName) {
  MemoryStore store;
  for (const std::string_view key : {"b", "a/2", "a/10", "a/10/x", "a-b", "c/d/e"}) ASSERT_TRUE(store.put(key, {}));
  EXPECT_THAT(names_in(store, ""), ElementsAre("a/", "a-b", "b", "c/"));
  EXPECT_THAT(names_in(store, "c"), ElementsAre("d/"));
  EXPECT_THAT(names_in(store, "absent"), ElementsAre());
}

}  // namespace
}  // namespace beamport::store
