// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/blosc_lz4.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <random>
#include <string>

#include <blosc.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwy/highway.h>

#include "beamport/codec/blosc.h"

namespace beamport::codec {
namespace {

/// What fills a buffer, byte for byte or element for element.
struct Kind {
  std::string name;
  std::function<Bytes(std::size_t size, std::size_t type_size)> make;
};

/// Elements of a formula, whatever their size.
Bytes elements(std::size_t size, std::size_t type_size, const std::function<std::uint64_t(std::size_t)>& value) {
  Bytes bytes(size + type_size);
  for (std::size_t i = 0; i * type_size < size; ++i) {
    const std::uint64_t element = value(i);
    std::memcpy(bytes.data() + i * type_size, &element, type_size);
  }
  bytes.resize(size);
  return bytes;
}

std::vector<Kind> kinds() {
  return {
      {"constant",
       [](auto size, auto type) { return elements(size, type, [](auto) { return 0x3FC0'1234'3FC0'1234; }); }},
      {"noise",
       [](auto size, auto type) {
         std::mt19937_64 random(3);
         return elements(size, type, [&](auto) { return random(); });
       }},
      {"ramp", [](auto size, auto type) { return elements(size, type, [](auto i) { return i / 7; }); }},
      {"counts",
       [](auto size, auto type) {
         std::mt19937 random(4);
         std::poisson_distribution<std::uint64_t> counts(20);
         return elements(size, type, [&](auto) { return counts(random); });
       }},
      {"masked_noise",
       [](auto size, auto type) {
         std::mt19937_64 random(5);
         return elements(size, type, [&](auto i) { return i / 1000 % 3 == 0 ? random() : 0; });
       }},
      {"noise_then_nothing",
       [](auto size, auto type) {
         std::mt19937_64 random(6);
         return elements(size, type, [&](auto i) { return i * type < size / 2 ? random() : 0; });
       }},
      {"floats",
       [](auto size, auto type) {
         std::mt19937 random(7);
         std::normal_distribution<float> voxels(1, 0.1F);
         return elements(size, type, [&](auto) { return std::bit_cast<std::uint32_t>(voxels(random)); });
       }},
  };
}

Bytes encoded(const BloscCodec& codec, ByteView from) {
  BloscLz4Encoder encoder;
  Bytes bytes(blosc_bound(from.size()));  // not a byte more, so that a sanitizer sees one
  bytes.resize(encoder.encode(codec, from, bytes));
  return bytes;
}

Bytes encoded_by_c_blosc(const BloscCodec& codec, ByteView from) {
  Bytes bytes(from.size() + BLOSC_MAX_OVERHEAD);
  const int length = ::blosc_compress_ctx(codec.level, BLOSC_BITSHUFFLE, codec.type_size, from.size(), from.data(),
                                          bytes.data(), bytes.size(), "lz4", 0, 1);
  bytes.resize(static_cast<std::size_t>(length));
  return bytes;
}

Bytes decoded_by_c_blosc(ByteView bytes) {
  std::size_t size = 0;
  if (::blosc_cbuffer_validate(bytes.data(), bytes.size(), &size) != 0) return {};
  Bytes voxels(size);
  if (::blosc_decompress_ctx(bytes.data(), voxels.data(), size, 1) != static_cast<int>(size)) return {};
  return voxels;
}

class EveryElement : public testing::TestWithParam<std::size_t> {
 protected:
  [[nodiscard]] BloscCodec codec() const { return {.type_size = GetParam()}; }
};

TEST_P(EveryElement, IsReadByCBloscAtEverySmallSize) {
  for (const Kind& kind : kinds()) {
    for (std::size_t size = 1; size < 1400; size += size < 300 ? 1 : 13) {
      const Bytes from = kind.make(size, GetParam());
      ASSERT_EQ(decoded_by_c_blosc(encoded(codec(), from)), from) << kind.name << ", " << size << " bytes";
    }
  }
}

TEST_P(EveryElement, IsReadByCBloscAtAnySize) {
  std::mt19937 random(8);
  std::uniform_int_distribution<std::size_t> sizes(1400, 300'000);
  for (const Kind& kind : kinds()) {
    for (int i = 0; i < 6; ++i) {
      const std::size_t size = i % 2 == 0 ? sizes(random) : sizes(random) / 64 * 64;
      const Bytes from = kind.make(size, GetParam());
      const Bytes bytes = encoded(codec(), from);
      ASSERT_LE(bytes.size(), blosc_bound(size));
      ASSERT_EQ(decoded_by_c_blosc(bytes), from) << kind.name << ", " << size << " bytes";
    }
  }
}

TEST_P(EveryElement, IsReadByCBloscAsAWholeChunk) {
  const std::size_t size = std::size_t{64} * 64 * 64 * GetParam();
  for (const Kind& kind : kinds()) {
    const Bytes from = kind.make(size, GetParam());
    ASSERT_EQ(decoded_by_c_blosc(encoded(codec(), from)), from) << kind.name;
  }
}

TEST_P(EveryElement, IsReadAtEveryLevel) {
  for (int level = 0; level <= 9; ++level) {
    const Bytes from = kinds()[3].make(20'000, GetParam());
    const BloscCodec leveled{.level = level, .type_size = GetParam()};
    ASSERT_EQ(decoded_by_c_blosc(encoded(leveled, from)), from) << level;
  }
}

TEST_P(EveryElement, WritesTheHeaderThatCBloscWrites) {
  for (const Kind& kind : kinds()) {
    for (const std::size_t size : {3U, 64U, 127U, 128U, 4096U, 262'144U}) {
      const Bytes from = kind.make(size, GetParam());
      const Bytes ours = encoded(codec(), from);
      const Bytes theirs = encoded_by_c_blosc(codec(), from);
      // Everything but the block size, which is ours to choose, and the compressed length.
      EXPECT_THAT(std::vector(ours.begin(), ours.begin() + 8),
                  testing::ElementsAreArray(theirs.begin(), theirs.begin() + 8))
          << kind.name << ", " << size << " bytes";
      EXPECT_EQ(load_little<std::uint32_t>(ByteView(ours).subspan(12)), ours.size());
    }
  }
}

TEST_P(EveryElement, IsHardlyLargerThanWhatCBloscWrites) {
  for (const Kind& kind : kinds()) {
    for (const std::size_t size : {std::size_t{4096}, std::size_t{64} * 64 * 64 * GetParam()}) {
      const Bytes from = kind.make(size, GetParam());
      const std::size_t theirs = encoded_by_c_blosc(codec(), from).size();
      // Where lz4 happens to look for repetitions depends on the block size; that is what the tenth is for.
      const std::size_t more = kind.name == "ramp" ? theirs / 10 : theirs / 100;
      EXPECT_LE(encoded(codec(), from).size(), theirs + more + 160) << kind.name << ", " << size << " bytes";
    }
  }
}

TEST_P(EveryElement, GivesTheSameBytesWithAnyVectorInstructions) {
  for (const Kind& kind : kinds()) {
    const Bytes from = kind.make(70'001, GetParam());
    const Bytes best = encoded(codec(), from);
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
      hwy::SetSupportedTargetsForTest(target);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
      EXPECT_EQ(encoded(codec(), from), best) << kind.name << " with " << hwy::TargetName(target);
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
}

INSTANTIATE_TEST_SUITE_P(Bytes, EveryElement, testing::Values(1, 2, 4, 8), testing::PrintToStringParamName());

TEST(BloscLz4, ForgetsWhatItEncodedBefore) {
  const BloscCodec codec{.type_size = 4};
  const Bytes first = kinds()[3].make(300'000, 4);
  const Bytes second = kinds()[6].make(100'000, 4);
  BloscLz4Encoder encoder;
  Bytes bytes(blosc_bound(first.size()));
  static_cast<void>(encoder.encode(codec, first, bytes));
  bytes.resize(encoder.encode(codec, second, bytes));
  EXPECT_EQ(bytes, encoded(codec, second));
}

TEST(BloscLz4, StoresWhatDoesNotShrink) {
  const Bytes from = kinds()[1].make(200'000, 4);
  const Bytes bytes = encoded({.type_size = 4}, from);
  EXPECT_EQ(bytes.size(), blosc_bound(from.size()));
  EXPECT_TRUE(std::ranges::equal(ByteView(bytes).subspan(16), from));
}

TEST(BloscLz4, StoresWhatDoesNotShrinkHoweverMuchRoomThereIs) {
  const Bytes from = kinds()[1].make(200'000, 4);
  BloscLz4Encoder encoder;
  Bytes bytes(2 * from.size());
  EXPECT_EQ(encoder.encode({.type_size = 4}, from, bytes), blosc_bound(from.size()));
}

TEST(BloscLz4, MakesNoStreamLongerThanItsPlanes) {
  // A stream as long as its planes is taken for them, so lz4 must never make one that long.
  const Bytes from = kinds()[6].make(std::size_t{64} * 64 * 64 * 4, 4);
  const Bytes bytes = encoded({.type_size = 4}, from);
  const ByteView view(bytes);
  const std::size_t stream_bytes = load_little<std::uint32_t>(view.subspan(8)) / 4;
  std::size_t position = load_little<std::uint32_t>(view.subspan(16));
  const std::size_t last_block = load_little<std::uint32_t>(view.subspan(position - 4));
  std::size_t as_they_are = 0;
  while (position < last_block) {
    const std::size_t length = load_little<std::uint32_t>(view.subspan(position));
    ASSERT_LE(length, stream_bytes);
    if (length == stream_bytes) ++as_they_are;
    position += 4 + length;
  }
  EXPECT_EQ(position, last_block);
  EXPECT_GT(as_they_are, 0U);  // there is noise in the low bits
}

TEST(BloscLz4, LeavesOtherCodecsToCBlosc) {
  EXPECT_TRUE(is_blosc_lz4({.type_size = 4}));
  EXPECT_FALSE(is_blosc_lz4({.compressor = "zstd", .type_size = 4}));
  EXPECT_FALSE(is_blosc_lz4({.shuffle = BloscShuffle::kByte, .type_size = 4}));
  EXPECT_FALSE(is_blosc_lz4({.type_size = 12}));
  EXPECT_FALSE(is_blosc_lz4({.type_size = 4, .block_size = 4096}));
}

}  // namespace
}  // namespace beamport::codec
