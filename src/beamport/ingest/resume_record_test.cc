// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/resume_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

using testing::HasSubstr;

ResumeRecord sample() {
  ResumeRecord record;
  record.request.fill(std::byte{0x5A});
  record.identity = {"0123456789abcdef01234567", "2026-11-23T03:00:00Z"};
  for (std::int64_t i = 0; i < 3; ++i) {
    SealedShard shard{static_cast<std::size_t>(i), {i, 2 * i, std::int64_t{1} << 40}, 1000, 0xE3069283, {}};
    shard.source.fill(static_cast<std::byte>(i));
    record.shards.push_back(shard);
  }
  return record;
}

TEST(ResumeRecord, GivesBackWhatWasWritten) {
  const Bytes bytes = encode_resume_record(sample());
  EXPECT_EQ(bytes.size(), 104U + 3 * 76);
  const auto record = parse_resume_record(bytes);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(*record, sample());
}

TEST(ResumeRecord, IsTheSameWhenItGrowsByAppending) {
  ResumeRecord record = sample();
  const SealedShard last = record.shards.back();
  record.shards.pop_back();
  Bytes bytes = encode_resume_record(record);
  const Bytes entry = encode_sealed_shard(last);
  bytes.insert(bytes.end(), entry.begin(), entry.end());
  EXPECT_EQ(bytes, encode_resume_record(sample()));
}

TEST(ResumeRecord, EndsAtTheFirstTornEntry) {
  const Bytes bytes = encode_resume_record(sample());
  for (std::size_t size = 104; size <= bytes.size(); ++size) {
    const auto record = parse_resume_record(ByteView(bytes).first(size));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->shards.size(), (size - 104) / 76);
  }
}

TEST(ResumeRecord, NeverTakesAFlippedBitForAShard) {
  const Bytes bytes = encode_resume_record(sample());
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    Bytes damaged = bytes;
    damaged[place] ^= std::byte{0x10};
    const auto record = parse_resume_record(damaged);
    if (place < 104) {
      EXPECT_FALSE(record) << place;
      continue;
    }
    ASSERT_TRUE(record);
    EXPECT_EQ(record->shards.size(), (place - 104) / 76);
  }
}

TEST(ResumeRecord, RefusesWhatIsNone) {
  EXPECT_EQ(parse_resume_record({}).error().code, ErrorCode::kCorrupt);
  const Bytes zeros(500);
  EXPECT_THAT(parse_resume_record(zeros).error().message, HasSubstr("it is none"));
}

}  // namespace
}  // namespace beamport::ingest
