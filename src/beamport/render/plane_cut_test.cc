// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/plane_cut.h"

#include <cstring>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/render/test_image.h"

namespace beamport::render {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;

/// The first pixel that differs from the truth, or nothing.
std::string difference(const PlaneVoxels& cut, const TestImage& truth, std::size_t level, Plane plane,
                       std::int64_t index, const PictureBox& pixels) {
  if (cut.size != pixels.size) return "the size differs";
  const std::size_t step = size_of(cut.type);
  const std::byte* at = cut.voxels.data();
  for (std::int64_t v = 0; v < pixels.size.height; ++v) {
    for (std::int64_t u = 0; u < pixels.size.width; ++u, at += step) {
      const Point p = to_voxel(plane, {index, pixels.left + u, pixels.top + v});
      const std::byte* expected = truth.level(level).row(p.z, p.y) + static_cast<std::size_t>(p.x) * step;
      if (std::memcmp(at, expected, step) != 0) return fmt::format("pixel ({}, {}) differs", u, v);
    }
  }
  return "";
}

class CutOfType : public testing::TestWithParam<DataType> {};

TEST_P(CutOfType, EveryLevelAndPlaneShowsExactlyTheVoxels) {
  const TestImage truth({.type = GetParam()});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  for (std::size_t level = 0; level < 3; ++level) {
    const Extent extent = truth.level(level).extent;
    for (const Plane plane : kPlanes) {
      const std::int64_t last = slice_count(plane, extent) - 1;
      for (const std::int64_t index : {std::int64_t{0}, last / 2, last}) {
        const PictureBox whole{0, 0, picture_size(plane, extent)};
        const auto cut = cut_plane({chunks}, *image, level, plane, index, whole);
        ASSERT_TRUE(cut) << cut.error().message;
        EXPECT_EQ(cut->type, GetParam());
        EXPECT_EQ(difference(*cut, truth, level, plane, index, whole), "")
            << name_of(plane) << " level " << level << " slice " << index;
      }
    }
  }
}

TEST_P(CutOfType, EveryLevelEqualsADirectReadOfTheArray) {
  const TestImage truth({.type = GetParam(), .levels = 2});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  const PictureBox whole{0, 0, picture_size(Plane::kXy, truth.level(1).extent)};
  const auto cut = cut_plane({chunks}, *image, 1, Plane::kXy, 20, whole);
  ASSERT_TRUE(cut) << cut.error().message;
  Bytes direct(cut->voxels.size());
  const Box box = voxels_of(Plane::kXy, 20, whole);
  const auto level = image->level(1);
  ASSERT_TRUE(level);
  ASSERT_TRUE((*level)->read_box(box, MutableVolumeView(direct.data(), box.extent(), GetParam())));
  EXPECT_EQ(std::memcmp(direct.data(), cut->voxels.data(), direct.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Types, CutOfType,
                         testing::Values(DataType::kUint8, DataType::kInt8, DataType::kUint16, DataType::kInt16,
                                         DataType::kUint32, DataType::kInt32, DataType::kUint64, DataType::kInt64,
                                         DataType::kFloat32, DataType::kFloat64),
                         [](const auto& type) { return std::string(name_of(type.param)); });

TEST(PlaneCut, RectanglesInsideAndAcrossChunks) {
  const TestImage truth({.extent = {70, 80, 90}, .chunk = {16, 32, 24}, .levels = 1});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  for (const Plane plane : kPlanes) {
    for (const PictureBox& pixels : {PictureBox{3, 5, {1, 1}}, PictureBox{20, 30, {40, 33}}, PictureBox{31, 23, {2, 2}},
                                     PictureBox{0, 40, {70, 30}}}) {
      const auto cut = cut_plane({chunks}, *image, 0, plane, 33, pixels);
      ASSERT_TRUE(cut) << cut.error().message;
      EXPECT_EQ(difference(*cut, truth, 0, plane, 33, pixels), "") << name_of(plane);
    }
  }
}

TEST(PlaneCut, AbsentChunksShowTheFillValue) {
  const TestImage truth({.absent_chunks = {{1, 1, 1}, {0, 2, 3}}, .fill = 7});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  for (const Plane plane : kPlanes) {
    const PictureBox whole{0, 0, picture_size(plane, truth.level(0).extent)};
    const auto cut = cut_plane({chunks}, *image, 0, plane, 40, whole);
    ASSERT_TRUE(cut) << cut.error().message;
    EXPECT_EQ(difference(*cut, truth, 0, plane, 40, whole), "") << name_of(plane);
  }
  EXPECT_EQ(truth.voxel<std::uint16_t>(0, {40, 40, 40}), 7);
}

TEST(PlaneCut, ThreadsMakeTheSamePictureAndDecodeEachChunkOnce) {
  const TestImage truth({.extent = {40, 200, 200}, .levels = 1});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  const PictureBox whole{0, 0, {200, 200}};
  const RenderContext context{.chunks = chunks, .parallel_for = run_on_threads(4)};
  for (const std::int64_t index : {0, 1, 31}) {
    const auto cut = cut_plane(context, *image, 0, Plane::kXy, index, whole);
    ASSERT_TRUE(cut) << cut.error().message;
    EXPECT_EQ(difference(*cut, truth, 0, Plane::kXy, index, whole), "");
  }
  EXPECT_EQ(chunks.counters().loads, 49U);
}

TEST(PlaneCut, ADamagedChunkGivesAnErrorAndNoPicture) {
  TestImage truth({});
  truth.damage(0, {1, 1, 1});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  const PictureBox whole{0, 0, {110, 90}};
  for (const ParallelFor& parallel_for : {ParallelFor(run_in_turn), run_on_threads(3)}) {
    const auto cut = cut_plane({chunks, {}, parallel_for}, *image, 0, Plane::kXy, 40, whole);
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::kCorrupt) << cut.error().message;
    EXPECT_THAT(cut.error().message, HasSubstr("0/c/1/1/1"));
  }
  // Slices beside it are whole.
  EXPECT_TRUE(cut_plane({chunks}, *image, 0, Plane::kXy, 20, whole));
  EXPECT_TRUE(cut_plane({chunks}, *image, 0, Plane::kXy, 40, {0, 0, {110, 32}}));
}

TEST(PlaneCut, AStopRequestEndsItBetweenChunks) {
  const TestImage truth({});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  std::stop_source stop;
  int begun = 0;
  const ParallelFor stop_after_two = [&](std::int64_t count, const std::stop_token& token, const NumberedTask& task) {
    return run_in_turn(count, token, [&](std::int64_t i) {
      if (++begun == 2) stop.request_stop();
      return task(i);
    });
  };
  const auto cut = cut_plane({chunks, stop.get_token(), stop_after_two}, *image, 0, Plane::kXy, 0, {0, 0, {110, 90}});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(begun, 2);
  EXPECT_EQ(chunks.counters().loads, 1U);
}

TEST(PlaneCut, RefusesWhatLiesOutside) {
  const TestImage truth({});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  const auto code_of = [&](std::size_t level, std::int64_t index, const PictureBox& pixels) {
    const auto cut = cut_plane({chunks}, *image, level, Plane::kXy, index, pixels);
    return cut ? ErrorCode::kInternal : cut.error().code;
  };
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(code_of(3, 0, {0, 0, {1, 1}}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(0, -1, {0, 0, {1, 1}}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(0, 70, {0, 0, {1, 1}}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(0, 0, {0, 0, {111, 1}}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(0, 0, {0, 0, {0, 1}}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(0, 0, {109, 89, {1, 2}}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(0, 0, {kHuge, 0, {2, 1}}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(0, 0, {-1, 0, {2, 1}}), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::render
