// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/file_check.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/ingest/recording_store.h"
#include "beamport/store/memory_store.h"

namespace beamport::ingest {
namespace {

using ::testing::HasSubstr;

const PieceObserver kUnobserved = [](std::uint64_t) { return Result<void>(); };

class FileCheckTest : public testing::Test {
 protected:
  FileCheckTest() {
    RecordingStore recording(memory_);
    for (const auto& [key, value] : {std::pair{"zarr.json", "{}"}, {"0/zarr.json", "{}"}, {"0/c/0", "chunks"}}) {
      EXPECT_TRUE(recording.put(key, as_byte_view(value)));
    }
    EXPECT_TRUE(memory_->put(Manifest::kKey, as_byte_view(recording.manifest().encode())));
  }

  std::vector<DamagedFile> damaged() {
    exec::WorkerPool pool(2);
    const auto manifest = read_manifest(*memory_);
    EXPECT_TRUE(manifest.has_value() && manifest->has_value());
    auto found = check_files(*memory_, **manifest, pool, kUnobserved, [](std::uint64_t) {}, {});
    EXPECT_TRUE(found.has_value());
    return std::move(*found);
  }

  std::shared_ptr<store::MemoryStore> memory_ = std::make_shared<store::MemoryStore>();
};

TEST_F(FileCheckTest, WhatWasWrittenIsSound) {
  EXPECT_TRUE(damaged().empty());
  ASSERT_TRUE(memory_->put("labels/new/zarr.json", as_byte_view("{}")));
  EXPECT_TRUE(damaged().empty()) << "added later";
}

TEST_F(FileCheckTest, FlippedAndCutFilesAreNamed) {
  ASSERT_TRUE(memory_->put("0/c/0", as_byte_view("chunkt")));
  ASSERT_TRUE(memory_->put("zarr.json", as_byte_view("{")));
  const auto found = damaged();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].key, "0/c/0");
  EXPECT_THAT(found[0].problem, HasSubstr("checksum"));
  EXPECT_EQ(found[1].key, "zarr.json");
  EXPECT_THAT(found[1].problem, HasSubstr("1 bytes, but 2"));
}

TEST_F(FileCheckTest, ALostFileIsNamed) {
  const auto manifest = **read_manifest(*memory_);
  const store::MemoryStore empty;
  exec::WorkerPool pool(1);
  const auto found = check_files(empty, manifest, pool, kUnobserved, [](std::uint64_t) {}, {});
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->size(), 3U);
  EXPECT_THAT(found->front().problem, HasSubstr("missing"));
}

TEST_F(FileCheckTest, AStopRequestEndsIt) {
  exec::WorkerPool pool(1);
  std::stop_source stop;
  stop.request_stop();
  const auto found =
      check_files(*memory_, **read_manifest(*memory_), pool, kUnobserved, [](std::uint64_t) {}, stop.get_token());
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kCancelled);
}

TEST_F(FileCheckTest, AnErrorOfTheObserverIsNoDamage) {
  exec::WorkerPool pool(1);
  const auto found = check_files(
      *memory_, **read_manifest(*memory_), pool,
      [](std::uint64_t) -> Result<void> { return fail(ErrorCode::kUnavailable, "not now"); }, [](std::uint64_t) {}, {});
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
}

TEST(ReadManifest, AbsentIsNothingAndDamagedIsAnError) {
  store::MemoryStore store;
  EXPECT_FALSE(read_manifest(store)->has_value());
  ASSERT_TRUE(store.put(Manifest::kKey, as_byte_view("beamport manifest 1\nend 0 00000000\n")));
  EXPECT_EQ(read_manifest(store).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace beamport::ingest
