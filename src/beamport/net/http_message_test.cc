// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/http_message.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beamport/net/test_client.h"

namespace beamport::net {
namespace {

TEST(Headers, FindsTheFirstFieldWithoutCase) {
  Headers headers;
  headers.add("Vary", "Accept-Encoding");
  headers.add("vary", "Origin");
  EXPECT_EQ(headers.find("VARY"), "Accept-Encoding");
  EXPECT_EQ(headers.find("ETag"), std::nullopt);
}

TEST(Headers, SetReplacesEveryFieldOfThatName) {
  Headers headers;
  headers.add("Vary", "a");
  headers.add("Age", "1");
  headers.add("vary", "b");
  headers.set("VARY", "c");
  ASSERT_EQ(headers.fields().size(), 2U);
  EXPECT_EQ(headers.find("Vary"), "c");
}

TEST(FileBody, KnowsItsSizeAndBeginsWithTheWholeFile) {
  const TestFile file("0123456789");
  const FileBody body = file.open();
  EXPECT_EQ(body.size(), 10U);
  EXPECT_EQ(body.range(), (ByteRange{0, 10}));
  EXPECT_GT(body.modified_ns(), std::int64_t{1'000'000'000'000'000'000});
}

TEST(FileBody, SaysWhatIsWrongWithAPath) {
  const auto missing = FileBody::open("/nonexistent/file");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_NE(missing.error().message.find("/nonexistent/file"), std::string::npos);
  EXPECT_EQ(FileBody::open(std::filesystem::temp_directory_path().string()).error().code, ErrorCode::kNotFound);
}

TEST(FileBody, DoesNotWaitForTheWriterOfANamedPipe) {
  const TestFile place("");
  const std::string pipe = place.path() + ".pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(FileBody::open(pipe).error().code, ErrorCode::kNotFound);
  ::unlink(pipe.c_str());
}

TEST(FileBody, ClosesItsDescriptorOnceWhereverItWasMovedTo) {
  const TestFile file("x");
  const int before = open_descriptors();
  {
    FileBody first = file.open();
    FileBody second = std::move(first);
    FileBody third = file.open();
    third = std::move(second);
    EXPECT_EQ(third.size(), 1U);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Body, SizeIsWhatWillBeSent) {
  const TestFile file("0123456789");
  FileBody part = file.open();
  part.select({2, 3});
  const auto owner = std::make_shared<const std::string>("shared");
  EXPECT_EQ(body_size(Body("text")), 4U);
  EXPECT_EQ(body_size(Body(SharedBytes{owner, as_byte_view(*owner)})), 6U);
  EXPECT_EQ(body_size(Body(std::move(part))), 3U);
}

}  // namespace
}  // namespace beamport::net
