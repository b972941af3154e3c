// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/slot_reader.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

using testing::HasSubstr;

constexpr std::size_t kKibi = 1024;
constexpr std::size_t kMebi = kKibi * kKibi;

Bytes sample(std::size_t size) {
  Bytes bytes(size);
  std::uint32_t seed = 1;
  for (std::byte& byte : bytes) byte = static_cast<std::byte>((seed = seed * 1664525U + 1013904223U) >> 24U);
  return bytes;
}

class SlotReaderTest : public testing::TestWithParam<std::tuple<const char*, IoMode>> {
 protected:
  void SetUp() override {
    const char* const place = std::get<0>(GetParam());
    if (!std::filesystem::is_directory(place)) GTEST_SKIP() << "no " << place << " here";
    directory_ = std::make_unique<TemporaryDirectory>(TemporaryDirectory::create_in(place).value());
    path_ = directory_->path() / "file";
  }

  // Writes the file, on disk and out of the page cache if asked for.
  void write(const Bytes& content, bool uncached) const {
    File file = File::create(path_, File::Create::kTruncate).value();
    ASSERT_TRUE(file.write_all(0, content));
    if (!uncached) return;
    ASSERT_TRUE(file.sync());
    file.forget_cached(0, 0);
  }

  // Nothing where the place takes no direct I/O although it was forced, which must have been said.
  std::optional<SlotReader> opened() const {
    auto reader = SlotReader::open(path_, std::get<1>(GetParam()));
    if (reader) return std::move(*reader);
    EXPECT_EQ(std::get<1>(GetParam()), IoMode::kDirect) << reader.error().message;
    EXPECT_EQ(reader.error().code, ErrorCode::kUnsupported) << reader.error().message;
    return std::nullopt;
  }

  static void expect_range(const SlotReader& reader, const Bytes& content, std::size_t offset, std::size_t length) {
    AlignedBuffer slot(SlotReader::slot_bytes(length));
    const auto range = reader.read(offset, length, slot.bytes());
    ASSERT_TRUE(range) << range.error().message;
    ASSERT_EQ(range->size(), length);
    EXPECT_GE(range->data(), slot.data());
    EXPECT_LE(range->data() + length, slot.data() + slot.size());
    EXPECT_TRUE(std::equal(range->begin(), range->end(), content.begin() + static_cast<std::ptrdiff_t>(offset)))
        << offset << " + " << length;
  }

  std::unique_ptr<TemporaryDirectory> directory_;
  std::filesystem::path path_;
};

TEST_P(SlotReaderTest, GivesTheBytesOfAnyRange) {
  const Bytes content = sample(2 * kMebi + 777);
  for (const bool uncached : {true, false}) {
    write(content, uncached);
    const auto reader = opened();
    if (!reader) return;
    for (const std::size_t offset : {0UL, 1UL, 8UL, 4095UL, 4096UL, 4097UL, 300'000UL}) {
      for (const std::size_t length : {0UL, 1UL, 4095UL, 4096UL, 4097UL, 256 * kKibi, 256 * kKibi + 1, kMebi + 13}) {
        expect_range(*reader, content, offset, length);
      }
    }
    for (const std::size_t length : {1UL, 777UL, 778UL, 4096UL, 5000UL, kMebi + 777, kMebi + 778, content.size()}) {
      expect_range(*reader, content, content.size() - length, length);
    }
  }
}

TEST_P(SlotReaderTest, ReadingBeyondTheEndIsDamage) {
  write(sample(kMebi), true);
  const auto reader = opened();
  if (!reader) return;
  for (const std::size_t length : {100UL, 512 * kKibi}) {
    AlignedBuffer slot(SlotReader::slot_bytes(length));
    for (const std::uint64_t offset : {kMebi - length + 1, kMebi, 5 * kMebi}) {
      const auto range = reader->read(offset, length, slot.bytes());
      ASSERT_FALSE(range) << offset;
      EXPECT_EQ(range.error().code, ErrorCode::kCorrupt);
      EXPECT_THAT(range.error().message, HasSubstr(path_.string()));
    }
  }
}

TEST_P(SlotReaderTest, SeesWhatWasJustWrittenAndIsNotOnDiskYet) {
  Bytes content = sample(kMebi);
  write(content, true);
  const auto reader = opened();
  if (!reader) return;
  expect_range(*reader, content, 0, kMebi);
  std::fill(content.begin() + 1000, content.end() - 1000, std::byte{0x77});
  write(content, false);
  expect_range(*reader, content, 10, kMebi - 20);
}

TEST_P(SlotReaderTest, ThreadsReadAtOnce) {
  const Bytes content = sample(3 * kMebi);
  write(content, true);
  const auto reader = opened();
  if (!reader) return;
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 8; ++i) expect_range(*reader, content, 1000 * t + i, kMebi);
    });
  }
}

// How many pages of the file are in the page cache; looking changes nothing.
std::ptrdiff_t cached_pages(const std::filesystem::path& path, std::size_t size) {
  const File file = File::open_read(path).value();
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.descriptor(), 0);
  EXPECT_NE(mapped, MAP_FAILED);
  std::vector<unsigned char> pages(size / static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(::mincore(mapped, size, pages.data()), 0);
  ::munmap(mapped, size);
  return std::ranges::count_if(pages, [](unsigned char page) { return (page & 1U) != 0; });
}

TEST_P(SlotReaderTest, LeavesThePageCacheAsItWas) {
  const auto& [place, mode] = GetParam();
  if (std::string_view(place) == "/dev/shm") GTEST_SKIP() << "lives in the page cache";
  const Bytes content = sample(2 * kMebi);
  write(content, true);
  const auto reader = opened();
  if (!reader) return;
  expect_range(*reader, content, 0, content.size());
  EXPECT_LT(cached_pages(path_, content.size()), 8);  // the kernel may hold on to a page for a moment
  Bytes all(content.size());
  ASSERT_TRUE(reader->file().read_exactly(0, all));
  expect_range(*reader, content, 0, content.size());
  EXPECT_GT(cached_pages(path_, content.size()), 100);  // somebody else may drop the system's caches meanwhile
}

INSTANTIATE_TEST_SUITE_P(Places, SlotReaderTest,
                         testing::Combine(testing::Values("/var/tmp", "/dev/shm"),
                                          testing::Values(IoMode::kAuto, IoMode::kBuffered, IoMode::kDirect)),
                         [](const auto& info) {
                           return fmt::format(
                               "{}_{}",
                               std::string_view(std::get<0>(info.param)).substr(5) == "shm" ? "memory" : "disk",
                               name_of(std::get<1>(info.param)));
                         });

}  // namespace
}  // namespace beamport::os
