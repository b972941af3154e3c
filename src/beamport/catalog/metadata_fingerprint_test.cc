// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/metadata_fingerprint.h"

#include <chrono>
#include <fstream>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::catalog {
namespace {

namespace fs = std::filesystem;

class MetadataFingerprint : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = os::TemporaryDirectory::create();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    image_ = folder_->path();
    write("zarr.json", "{}");
    write("0/zarr.json", "{\"level\":0}");
    write("0/c/0/0/0", "voxels");
  }

  void write(const std::string& path, std::string_view text) const {
    fs::create_directories((image_ / path).parent_path());
    std::ofstream(image_ / path) << text;
    // Times differ by content and path only, so that a change below is the change under test.
    fs::last_write_time(image_ / path, fs::file_time_type(std::chrono::seconds(1'000'000)));
  }

  [[nodiscard]] std::string fingerprint(const std::vector<std::string>& nodes = {"0"}) const {
    const auto print = metadata_fingerprint(image_, nodes);
    return print ? *print : print.error().message;
  }

  std::optional<os::TemporaryDirectory> folder_;
  fs::path image_;
};

TEST_F(MetadataFingerprint, IsStableAndBlindToVoxels) {
  const std::string before = fingerprint();
  EXPECT_EQ(before.size(), 64U);
  write("0/c/0/0/0", "others");
  EXPECT_EQ(fingerprint(), before);
}

TEST_F(MetadataFingerprint, ChangesWithContentTimeAndPlace) {
  const std::string before = fingerprint();
  write("0/zarr.json", "{\"level\":1}");
  EXPECT_NE(fingerprint(), before);
  write("0/zarr.json", "{\"level\":0}");
  EXPECT_EQ(fingerprint(), before);
  fs::last_write_time(image_ / "zarr.json", fs::file_time_type(std::chrono::seconds(1'000'001)));
  EXPECT_NE(fingerprint(), before);
  write("zarr.json", "{}");
  write(".zattrs", "");
  EXPECT_NE(fingerprint(), before);
}

TEST_F(MetadataFingerprint, CoversTheNodesAboveAndOnlyThoseAsked) {
  write("labels/zarr.json", "{}");
  write("labels/a/0/zarr.json", "{}");
  const std::string with_labels = fingerprint({"labels/a/0"});
  EXPECT_NE(with_labels, fingerprint({}));
  write("labels/zarr.json", "{ }");
  EXPECT_NE(fingerprint({"labels/a/0"}), with_labels);
}

TEST_F(MetadataFingerprint, RefusesNodesOutsideAndImagesWithoutMetadata) {
  const std::vector<std::string> outside{"../other"};
  EXPECT_EQ(metadata_fingerprint(image_, outside).error().code, ErrorCode::kInvalidArgument);
  const std::vector<std::string> absolute{"/etc"};
  EXPECT_EQ(metadata_fingerprint(image_, absolute).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(metadata_fingerprint(image_ / "0/c", {}).error().code, ErrorCode::kNotFound);
}

TEST_F(MetadataFingerprint, TheStampChangesWhenADocumentIsReplaced) {
  const auto before = metadata_stamp(image_);
  ASSERT_TRUE(before);
  EXPECT_EQ(metadata_stamp(image_).value(), *before);
  write("new", "{}");
  fs::rename(image_ / "new", image_ / "zarr.json");
  EXPECT_NE(metadata_stamp(image_).value(), *before);
  EXPECT_EQ(metadata_stamp(image_ / "0/c").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::catalog
