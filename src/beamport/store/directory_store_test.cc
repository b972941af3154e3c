// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/directory_store.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class DirectoryStoreTest : public testing::Test {
 protected:
  [[nodiscard]] fs::path root() const { return temporary_.path() / "data.zarr"; }
  [[nodiscard]] std::string text_of(std::string_view key) const {
    return std::string(as_text(store_->get(key, 1 << 20).value()));
  }
  [[nodiscard]] std::vector<std::string> names_in(std::string_view prefix) const {
    const std::vector<Store::Entry> entries = store_->list(prefix).value();
    std::vector<std::string> names;
    for (const Store::Entry& entry : entries) {
      names.push_back(entry.name + (entry.is_prefix ? "/" : ""));
    }
    return names;
  }

  os::TemporaryDirectory temporary_ = os::TemporaryDirectory::create().value();
  std::shared_ptr<DirectoryStore> store_ = DirectoryStore::create(root()).value();
};

TEST_F(DirectoryStoreTest, GivesBackWhatWasPut) {
  ASSERT_TRUE(store_->put("a/b/c", as_byte_view("hello")));
  EXPECT_EQ(text_of("a/b/c"), "hello");
  EXPECT_EQ(store_->size("a/b/c").value(), 5U);
  Bytes part(3);
  ASSERT_TRUE(store_->read("a/b/c", 2, part));
  EXPECT_EQ(as_text(part), "llo");
  EXPECT_EQ(fs::file_size(root() / "a" / "b" / "c"), 5U);
}

TEST_F(DirectoryStoreTest, SaysWhatIsWrong) {
  ASSERT_TRUE(store_->put("a/b", as_byte_view("hello")));
  Bytes part(3);
  EXPECT_EQ(store_->get("a/c", 10).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_->get("a", 10).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_->get("a/b/c", 10).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_->get("a/b", 4).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(store_->read("a/b", 3, part).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(store_->put("a/../b", part).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(store_->list("..").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(DirectoryStoreTest, ReplacesAValueWhole) {
  ASSERT_TRUE(store_->put("a", as_byte_view("a long first value")));
  Bytes part(1);
  ASSERT_TRUE(store_->read("a", 0, part));  // the file is now kept open
  ASSERT_TRUE(store_->put("a", as_byte_view("new")));
  EXPECT_EQ(text_of("a"), "new");
  EXPECT_EQ(store_->size("a").value(), 3U);
  ASSERT_TRUE(store_->read("a", 0, part));
  EXPECT_EQ(as_text(part), "n");
}

TEST_F(DirectoryStoreTest, NoticesARemovedFile) {
  ASSERT_TRUE(store_->put("a", as_byte_view("value")));
  ASSERT_EQ(store_->size("a").value(), 5U);
  fs::remove(root() / "a");
  EXPECT_EQ(store_->size("a").error().code, ErrorCode::kNotFound);
}

TEST_F(DirectoryStoreTest, ReadsMoreFilesThanItKeepsOpen) {
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(store_->put(std::to_string(i), as_byte_view(std::to_string(i))));
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 200; ++i) {
      Bytes value(std::to_string(i).size());
      ASSERT_TRUE(store_->read(std::to_string(i), 0, value));
      EXPECT_EQ(as_text(value), std::to_string(i));
    }
  }
}

TEST_F(DirectoryStoreTest, ShowsAValueOnlyWhenItIsFinished) {
  const std::unique_ptr<ObjectWriter> writer = store_->create("c/0", 100).value();
  ASSERT_TRUE(writer->append(as_byte_view("hello")));
  EXPECT_EQ(store_->size("c/0").error().code, ErrorCode::kNotFound);
  EXPECT_THAT(names_in("c"), ElementsAre());
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(text_of("c/0"), "hello");
  EXPECT_THAT(names_in("c"), ElementsAre("0"));
}

TEST_F(DirectoryStoreTest, LeavesNothingOfAnUnfinishedValue) {
  {
    const std::unique_ptr<ObjectWriter> writer = store_->create("c/0", 0).value();
    ASSERT_TRUE(writer->append(Bytes(100)));
  }
  EXPECT_TRUE(fs::is_empty(root() / "c"));
}

TEST_F(DirectoryStoreTest, TakesOverWhatAKilledWriterLeft) {
  fs::create_directories(root() / "c");
  ASSERT_TRUE(os::replace_file(root() / "c" / ".0.part", as_byte_view("half of an old value, much longer")));
  ASSERT_TRUE(store_->put("c/0", as_byte_view("whole")));
  EXPECT_EQ(text_of("c/0"), "whole");
  EXPECT_FALSE(fs::exists(root() / "c" / ".0.part"));
}

TEST_F(DirectoryStoreTest, LetsOneWriterAtATimeAtAKey) {
  const std::unique_ptr<ObjectWriter> first = store_->create("a", 0).value();
  EXPECT_EQ(store_->create("a", 0).error().code, ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(first->append(as_byte_view("one")));
  ASSERT_TRUE(first->finish());
  // The finished writer must not stand in the way, though it still lives.
  ASSERT_TRUE(store_->put("a", as_byte_view("two")));
  EXPECT_EQ(text_of("a"), "two");
}

TEST_F(DirectoryStoreTest, WritesLargeValuesInPiecesOfAnySize) {
  Bytes expected;
  const std::unique_ptr<ObjectWriter> writer = store_->create("large", 0).value();
  std::uint32_t seed = 1;
  for (const std::size_t size : {100U, 3U << 20U, 1U << 20U, 5U << 20U, 1U, 4U << 20U, 7U}) {
    Bytes piece(size);
    for (std::byte& byte : piece) byte = static_cast<std::byte>((seed = seed * 1664525U + 1013904223U) >> 24U);
    expected.insert(expected.end(), piece.begin(), piece.end());
    ASSERT_TRUE(writer->append(piece));
  }
  ASSERT_TRUE(writer->finish());
  EXPECT_TRUE(store_->get("large", 1 << 30).value() == expected);
}

TEST_F(DirectoryStoreTest, GivesBackReservedSpaceThatWasNotUsed) {
  const std::unique_ptr<ObjectWriter> writer = store_->create("small", 8 << 20).value();
  ASSERT_TRUE(writer->append(as_byte_view("little")));
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(store_->size("small").value(), 6U);
}

TEST_F(DirectoryStoreTest, ListsFilesAndDirectories) {
  for (const std::string_view key : {"zarr.json", "0/zarr.json", "0/c/0", "1/zarr.json"}) {
    ASSERT_TRUE(store_->put(key, as_byte_view("{}")));
  }
  EXPECT_THAT(names_in(""), ElementsAre("0/", "1/", "zarr.json"));
  EXPECT_THAT(names_in("0"), ElementsAre("c/", "zarr.json"));
  EXPECT_THAT(names_in("absent"), ElementsAre());
}

TEST_F(DirectoryStoreTest, ReachesNothingOutside) {
  ASSERT_TRUE(os::replace_file(temporary_.path() / "secret", as_byte_view("secret")));
  fs::create_symlink("../secret", root() / "link");
  fs::create_directory_symlink("..", root() / "up");
  Bytes part(1);
  EXPECT_EQ(store_->get("link", 10).error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(store_->size("up/secret").error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(store_->read("link", 0, part).error().code, ErrorCode::kPermissionDenied);
  EXPECT_FALSE(store_->put("up/new", part));
  EXPECT_FALSE(fs::exists(temporary_.path() / "new"));
}

TEST_F(DirectoryStoreTest, OpenedForReadingWritesNothing) {
  ASSERT_TRUE(store_->put("a", as_byte_view("value")));
  const std::shared_ptr<DirectoryStore> reader = DirectoryStore::open(root()).value();
  EXPECT_EQ(as_text(reader->get("a", 10).value()), "value");
  EXPECT_EQ(reader->put("a", as_byte_view("other")).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(text_of("a"), "value");
}

TEST_F(DirectoryStoreTest, SyncsTheWholeTree) {
  ASSERT_TRUE(store_->put("a/b/c", as_byte_view("value")));
  EXPECT_TRUE(store_->sync());
}

TEST(DirectoryStore, CannotOpenWhatIsNotThere) {
  const os::TemporaryDirectory temporary = os::TemporaryDirectory::create().value();
  EXPECT_EQ(DirectoryStore::open(temporary.path() / "absent").error().code, ErrorCode::kNotFound);
}

TEST(DirectoryStore, MakesItsDirectoryWithParents) {
  const os::TemporaryDirectory temporary = os::TemporaryDirectory::create().value();
  ASSERT_TRUE(DirectoryStore::create(temporary.path() / "a" / "b.zarr/"));
  EXPECT_TRUE(fs::is_directory(temporary.path() / "a" / "b.zarr"));
}

TEST(DirectoryStoreOnSync, ValuesAreThereAtOnceAndSyncGoesOverAllOfThem) {
  const os::TemporaryDirectory temporary = os::TemporaryDirectory::create().value();
  const auto store = DirectoryStore::create(temporary.path() / "s", Durability::kOnSync).value();
  ASSERT_TRUE(store->put("a/b/small", as_byte_view("x")));
  {
    const auto dropped = store->create("a/dropped", 0).value();
    ASSERT_TRUE(dropped->append(as_byte_view("y")));
  }
  EXPECT_EQ(store->get("a/b/small", 10).value().size(), 1U);
  EXPECT_TRUE(store->sync());
  // What sync() cannot reach is an error, not something to pass over.
  ASSERT_TRUE(store->put("c/value", as_byte_view("z")));
  std::filesystem::remove(temporary.path() / "s" / "c" / "value");
  std::filesystem::create_symlink("/etc/hostname", temporary.path() / "s" / "c" / "value");
  EXPECT_FALSE(store->sync());
}

}  // namespace
}  // namespace beamport::store
