// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::zarr {
namespace {

using testing::ElementsAre;

std::string codecs_text(const Profile& profile) {
  return write_json(codec::codecs_to_json_v3(profile.codecs));
}

TEST(Profile, CutsFloatsInto64CubedAndBytesInto128Cubed) {
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kFloat32, {2160, 2560, 2560}).chunk, (Extent{64, 64, 64}));
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kUint16, {2160, 2560, 2560}).chunk, (Extent{64, 64, 64}));
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kUint8, {2160, 2560, 2560}).chunk, (Extent{128, 128, 128}));
}

TEST(Profile, MakesShardsOf64Times1024Squared) {
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kFloat32, {2160, 2560, 2560}).shard, (Extent{64, 1024, 1024}));
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kUint8, {2160, 2560, 2560}).shard, (Extent{128, 1024, 1024}));
  EXPECT_EQ(make_profile(ProfileName::kSmall, DataType::kUint16, {2160, 2560, 2560}).shard, (Extent{128, 1024, 1024}));
}

TEST(Profile, MakesNoShardLargerThanTheLevelInWholeChunks) {
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kFloat32, {10, 500, 65}).shard, (Extent{64, 512, 128}));
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kUint8, {1, 1, 1}).shard, (Extent{128, 128, 128}));
}

TEST(Profile, DeepensTheShardsOfLargeVolumes) {
  const Extent half_tebibyte{512, 16384, 16384};  // float32: exactly 512 GiB
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kFloat32, half_tebibyte).shard.z, 64);
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kFloat32, {513, 16384, 16384}).shard.z, 256);
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kFloat32, {2048, 16384, 16384}).shard.z, 256);
  EXPECT_EQ(make_profile(ProfileName::kLive, DataType::kFloat32, {2049, 16384, 16384}).shard.z, 512);
  EXPECT_EQ(make_profile(ProfileName::kRaw, DataType::kFloat32, {8192, 16384, 16384}).shard.z, 64);
}

TEST(Profile, LetsOneRawShardSpanThePlane) {
  EXPECT_EQ(make_profile(ProfileName::kRaw, DataType::kFloat32, {2160, 2560, 2000}).shard, (Extent{64, 2560, 2048}));
}

TEST(Profile, UsesTheCodecsOfTheDesign) {
  const Extent extent{100, 100, 100};
  EXPECT_EQ(codecs_text(make_profile(ProfileName::kLive, DataType::kFloat32, extent)),
            R"([{"name":"bytes","configuration":{"endian":"little"}},{"name":"blosc","configuration":)"
            R"({"cname":"lz4","clevel":1,"shuffle":"bitshuffle","typesize":4,"blocksize":0}},{"name":"crc32c"}])");
  EXPECT_EQ(codecs_text(make_profile(ProfileName::kSmall, DataType::kUint16, extent)),
            R"([{"name":"bytes","configuration":{"endian":"little"}},{"name":"blosc","configuration":)"
            R"({"cname":"zstd","clevel":1,"shuffle":"shuffle","typesize":2,"blocksize":0}},{"name":"crc32c"}])");
  const std::string zstd =
      R"([{"name":"bytes","configuration":{"endian":"little"}},{"name":"zstd","configuration":{"level":1}},)"
      R"({"name":"crc32c"}])";
  EXPECT_EQ(codecs_text(make_profile(ProfileName::kLive, DataType::kUint8, extent)), zstd);
  EXPECT_EQ(codecs_text(make_profile(ProfileName::kSmall, DataType::kUint8, extent)), zstd);
  EXPECT_EQ(codecs_text(make_profile(ProfileName::kLive, DataType::kUint32, extent, /*is_labels=*/true)), zstd);
  EXPECT_EQ(codecs_text(make_profile(ProfileName::kRaw, DataType::kUint16, extent)),
            R"([{"name":"bytes","configuration":{"endian":"little"}},{"name":"crc32c"}])");
}

TEST(Profile, NamesItself) {
  for (const ProfileName name : {ProfileName::kLive, ProfileName::kSmall, ProfileName::kRaw}) {
    EXPECT_EQ(parse_profile_name(name_of(name)), name);
  }
  EXPECT_EQ(parse_profile_name("Live"), std::nullopt);
}

TEST(LevelExtents, HalveUntilNoSideExceeds64) {
  EXPECT_THAT(level_extents({2048, 2048, 2048}),
              ElementsAre(Extent{2048, 2048, 2048}, Extent{1024, 1024, 1024}, Extent{512, 512, 512},
                          Extent{256, 256, 256}, Extent{128, 128, 128}, Extent{64, 64, 64}));
}

TEST(LevelExtents, RoundUp) {
  EXPECT_THAT(level_extents({129, 257, 1}),
              ElementsAre(Extent{129, 257, 1}, Extent{65, 129, 1}, Extent{33, 65, 1}, Extent{17, 33, 1}));
}

TEST(LevelExtents, OfASmallVolumeAreItAlone) {
  EXPECT_THAT(level_extents({1, 64, 10}), ElementsAre(Extent{1, 64, 10}));
}

}  // namespace
}  // namespace beamport::zarr
