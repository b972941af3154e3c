// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/staged_file.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "beamport/os/direct_io.h"
#include "beamport/os/temporary_directory.h"
#include "beamport/store/directory_store.h"

namespace beamport::store {
namespace {

constexpr std::size_t kMebi = std::size_t{1} << 20;

class StagedFileTest : public testing::TestWithParam<std::tuple<const char*, os::IoMode>> {
 protected:
  void SetUp() override {
    const char* const place = std::get<0>(GetParam());
    if (!std::filesystem::is_directory(place)) GTEST_SKIP() << "no " << place << " here";
    directory_ = std::make_unique<os::TemporaryDirectory>(os::TemporaryDirectory::create_in(place).value());
    store_ = DirectoryStore::create(directory_->path(), Durability::kEachValue, mode()).value();
  }

  static os::IoMode mode() { return std::get<1>(GetParam()); }
  std::filesystem::path path() const { return directory_->path() / "value"; }

  // Where the place takes no direct I/O although it was forced, somebody must say so.
  static bool refused(const Result<void>& result) {
    if (result) return false;
    EXPECT_EQ(mode(), os::IoMode::kDirect) << result.error().message;
    EXPECT_EQ(result.error().code, ErrorCode::kUnsupported) << result.error().message;
    return true;
  }

  void expect_value(ByteView expected) const {
    ASSERT_EQ(std::filesystem::file_size(path()), expected.size());
    const Bytes value = os::read_file(path(), expected.size()).value();
    EXPECT_TRUE(std::equal(value.begin(), value.end(), expected.begin(), expected.end())) << expected.size();
    struct stat status{};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    constexpr std::size_t kSlack = std::size_t{64} << 10;
    EXPECT_LE(static_cast<std::size_t>(status.st_blocks) * 512, expected.size() + kSlack) << "space not given back";
    EXPECT_FALSE(std::filesystem::exists(directory_->path() / temporary_name("value")));
  }

  std::unique_ptr<os::TemporaryDirectory> directory_;
  std::shared_ptr<DirectoryStore> store_;
};

Bytes sample(std::size_t size) {
  Bytes bytes(size);
  std::uint32_t seed = 1;
  for (std::byte& byte : bytes) byte = static_cast<std::byte>((seed = seed * 1664525U + 1013904223U) >> 24U);
  return bytes;
}

TEST_P(StagedFileTest, ValuesOfEverySizeAreExact) {
  AlignedBuffer memory(9 * kMebi + 8192);
  const Bytes content = sample(memory.size());
  std::copy(content.begin(), content.end(), memory.data());
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096}, std::size_t{4097}, 4 * kMebi - 1,
        4 * kMebi, 4 * kMebi + 1, 8 * kMebi, 9 * kMebi + 1}) {
    struct Way {
      std::size_t shift;           // of the memory it comes from: aligned or not
      std::size_t piece;           // bytes an append
      std::size_t expected_bytes;  // unknown, right, wrong
    };
    for (const Way& way : {Way{0, 9 * kMebi + 8192, 0}, Way{1, 9 * kMebi + 8192, size}, Way{0, 5 * kMebi, size},
                           Way{1, 700'001, 0}, Way{0, 3 * kMebi + 5, 2 * size + 1}, Way{0, 8 * kMebi, 100'000}}) {
      SCOPED_TRACE(
          fmt::format("{} bytes, shift {}, pieces of {}, expected {}", size, way.shift, way.piece, way.expected_bytes));
      const auto writer = store_->create("value", way.expected_bytes).value();
      const ByteView value = std::as_const(memory).bytes().subspan(way.shift, size);
      for (std::size_t done = 0; done < size; done += way.piece) {
        if (refused(writer->append(value.subspan(done, std::min(way.piece, size - done))))) return;
      }
      if (refused(writer->finish())) return;
      expect_value(value);
    }
  }
}

TEST_P(StagedFileTest, PiecesMayLieAnywhereInMemory) {
  AlignedBuffer memory(12 * kMebi);
  const Bytes content = sample(memory.size());
  std::copy(content.begin(), content.end(), memory.data());
  const ByteView all = std::as_const(memory).bytes();
  struct Way {
    std::size_t header;               // appended on its own before
    std::vector<std::size_t> pieces;  // lengths, from the beginning of a block each
  };
  for (const Way& way : {Way{0, {kMebi, 2 * kMebi, 4096}}, Way{8192, {kMebi, kMebi}}, Way{100, {kMebi, 5 * kMebi}},
                         Way{0, {kMebi, 100, kMebi}}, Way{0, {}}, Way{5 * kMebi, {4096, 8192}}}) {
    const auto writer = store_->create("value", 0).value();
    Bytes expected(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(way.header));
    if (refused(writer->append(all.first(way.header)))) return;
    for (int round = 0; round < 3; ++round) {
      std::vector<Piece> pieces;
      std::size_t at = 0;
      for (const std::size_t length : way.pieces) {
        pieces.push_back({all.subspan(at, length)});
        expected.insert(expected.end(), pieces.back().bytes.begin(), pieces.back().bytes.end());
        at += (length + 4095) / 4096 * 4096;
      }
      if (refused(writer->append_pieces(pieces))) return;
    }
    if (refused(writer->finish())) return;
    expect_value(expected);
  }
}

TEST_P(StagedFileTest, SpaceReservedAheadIsGivenBackInTheEnd) {
  const Bytes content = sample(21 * kMebi + 100);
  const auto writer = store_->create("value", 0).value();
  for (std::size_t done = 0; done < content.size(); done += kMebi) {
    if (refused(writer->append(ByteView(content).subspan(done, std::min(kMebi, content.size() - done))))) return;
  }
  ASSERT_TRUE(writer->finish());
  expect_value(content);
}

TEST_P(StagedFileTest, AFailedWriteFailsTheValue) {
  const Bytes content = sample(12 * kMebi);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto on_signal = std::signal(SIGXFSZ, SIG_IGN);
  for (const std::size_t limit : {6 * kMebi, 6 * kMebi + 100, std::size_t{1000}}) {
    rlimit small = before;
    small.rlim_cur = limit;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto writer = store_->create("value", 0).value();
    const Result<void> appended = writer->append(content);
    const Result<void> finished = writer->finish();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_FALSE(appended);
    if (mode() != os::IoMode::kDirect) EXPECT_EQ(appended.error().code, ErrorCode::kNoSpace);
    EXPECT_EQ(finished.error().code, ErrorCode::kIo);
    EXPECT_FALSE(std::filesystem::exists(path()));
  }
  static_cast<void>(std::signal(SIGXFSZ, on_signal));
}

TEST_P(StagedFileTest, SmallValuesNeedNoDirectIo) {
  ASSERT_TRUE(store_->put("value", as_byte_view("{}")));
  expect_value(as_byte_view("{}"));
}

TEST_P(StagedFileTest, LargeValuesStayOutOfThePageCache) {
  if (std::string_view(std::get<0>(GetParam())) == "/dev/shm") GTEST_SKIP() << "lives in the page cache";
  const os::File probe = os::File::create(directory_->path() / "probe", os::File::Create::kNew).value();
  const bool direct = os::open_direct(probe, os::IoMode::kAuto).value().has_value();
  if (!direct) GTEST_SKIP() << "takes no direct I/O";
  ASSERT_TRUE(store_->put("value", sample(16 * kMebi)));
  const os::File file = os::File::open_read(path()).value();
  int cached = 0;
  for (off_t offset = 0; offset < static_cast<off_t>(16 * kMebi); offset += static_cast<off_t>(kMebi)) {
    std::byte byte{};
    const iovec to{&byte, 1};
    if (::preadv2(file.descriptor(), &to, 1, offset, RWF_NOWAIT) == 1) ++cached;
  }
  if (mode() == os::IoMode::kBuffered) {
    EXPECT_GT(cached, 8);
  } else {
    EXPECT_LE(cached, 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Places, StagedFileTest,
                         testing::Combine(testing::Values("/var/tmp", "/dev/shm"),
                                          testing::Values(os::IoMode::kAuto, os::IoMode::kBuffered,
                                                          os::IoMode::kDirect)),
                         [](const auto& info) {
                           const std::string_view place = std::get<0>(info.param);
                           return fmt::format("{}_{}", place == "/dev/shm" ? "memory" : "disk",
                                              name_of(std::get<1>(info.param)));
                         });

}  // namespace
}  // namespace beamport::store
