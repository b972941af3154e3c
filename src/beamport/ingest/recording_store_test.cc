// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/recording_store.h"

#include <array>

#include <gtest/gtest.h>

#include "beamport/codec/crc32c.h"
#include "beamport/store/memory_store.h"

namespace beamport::ingest {
namespace {

TEST(RecordingStore, TakesDownWhatWasWritten) {
  const auto memory = std::make_shared<store::MemoryStore>();
  RecordingStore store(memory);
  ASSERT_TRUE(store.put("zarr.json", as_byte_view("{}")));
  ASSERT_TRUE(store.put("zarr.json", as_byte_view("123456789")));
  auto writer = store.create("0/c/0", 0);
  ASSERT_TRUE(writer.has_value());
  ASSERT_TRUE((*writer)->append(as_byte_view("123")));
  const std::array<store::Piece, 2> pieces{store::Piece{as_byte_view("4567"), codec::crc32c(as_byte_view("4567"))},
                                           store::Piece{as_byte_view("89")}};
  ASSERT_TRUE((*writer)->append_pieces(pieces));
  EXPECT_EQ(store.manifest().find("0/c/0"), nullptr) << "not finished";
  ASSERT_TRUE((*writer)->finish());
  const Manifest expected({{"zarr.json", 9, 0xE3069283}, {"0/c/0", 9, 0xE3069283}});
  EXPECT_EQ(store.manifest(), expected);
  EXPECT_EQ(as_text(*memory->get("0/c/0", 100)), "123456789");
}

TEST(RecordingStore, AdoptsWhatIsThereAlready) {
  const auto memory = std::make_shared<store::MemoryStore>();
  const std::string large(3'000'000, 'x');
  ASSERT_TRUE(memory->put("0/c/1", as_byte_view(large)));
  ASSERT_TRUE(memory->put("empty", {}));
  RecordingStore store(memory);
  ASSERT_TRUE(store.adopt("0/c/1"));
  ASSERT_TRUE(store.adopt("empty"));
  EXPECT_FALSE(store.adopt("absent"));
  EXPECT_EQ(store.manifest(), Manifest({{"0/c/1", large.size(), codec::crc32c(as_byte_view(large))}, {"empty", 0, 0}}));
}

}  // namespace
}  // namespace beamport::ingest
