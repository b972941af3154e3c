// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/store/directory_store.h"
#include "beamport/zarr/array.h"
#include "beamport/zarr/test_volume.h"

// Arrays that zarr-python, numcodecs and TensorStore wrote (testdata/make_testdata.py).

namespace beamport::zarr {
namespace {

namespace fs = std::filesystem;

fs::path testdata() {
  return fs::path(BEAMPORT_SOURCE_DIR) / "src/beamport/zarr/testdata";
}

template <typename T>
std::string wrong_voxel(const TestVolume& volume) {
  for (std::int64_t z = 0; z < volume.extent.z; ++z) {
    for (std::int64_t y = 0; y < volume.extent.y; ++y) {
      for (std::int64_t x = 0; x < volume.extent.x; ++x) {
        const auto expected = static_cast<T>(x < 6 ? 1 + z * 100 + y * 10 + x : 0);
        const T found = volume.view().row_as<T>(z, y)[x];
        if (found != expected) return fmt::format("{}: {} instead of {}", Point{z, y, x}, found, expected);
      }
    }
  }
  return {};
}

class StrangersArray : public testing::TestWithParam<std::string> {};

TEST_P(StrangersArray, IsReadVoxelForVoxel) {
  const std::shared_ptr<const store::Store> store = store::DirectoryStore::open(testdata() / GetParam()).value();
  const Result<Array> array = Array::open(store, "");
  ASSERT_TRUE(array) << array.error().message;
  ASSERT_EQ(array->extent(), (Extent{5, 6, 7}));
  TestVolume volume(array->extent(), array->type());
  const Result<void> read = array->read_box(Box::whole(volume.extent), volume.view());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(visit_data_type(array->type(), [&]<typename T>() { return wrong_voxel<T>(volume); }), "");
}

std::vector<std::string> fixtures() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(testdata())) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Testdata, StrangersArray, testing::ValuesIn(fixtures()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace beamport::zarr
