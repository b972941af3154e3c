// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/brick.h"

#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/render/test_image.h"

namespace beamport::render {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;

struct Frame {
  Point brick;
  Extent extent;
  Bytes payload;
};

std::vector<Frame> parse_frames(ByteView batch) {
  std::vector<Frame> frames;
  while (!batch.empty()) {
    std::array<std::int64_t, 6> numbers{};
    for (std::size_t i = 0; i < 6; ++i) numbers[i] = load_little<std::uint32_t>(batch.subspan(4 * i));
    const auto size = static_cast<std::size_t>(load_little<std::uint64_t>(batch.subspan(24)));
    const ByteView payload = batch.subspan(32, size);
    frames.push_back({{numbers[0], numbers[1], numbers[2]},
                      {numbers[3], numbers[4], numbers[5]},
                      Bytes(payload.begin(), payload.end())});
    batch = batch.subspan(32 + size);
  }
  return frames;
}

void expect_truth(const Frame& frame, const TestImage& truth, std::size_t level) {
  const VolumeView whole = truth.level(level);
  const Point origin{frame.brick.z * kBrickSize, frame.brick.y * kBrickSize, frame.brick.x * kBrickSize};
  const Box box = Box::at(origin, frame.extent);
  ASSERT_TRUE(Box::whole(whole.extent).contains(box));
  Bytes expected(static_cast<std::size_t>(frame.extent.volume()) * size_of(whole.type));
  copy_volume(whole.part(box), {expected.data(), frame.extent, whole.type});
  EXPECT_EQ(frame.payload, expected);
}

class BrickChunks : public testing::TestWithParam<Extent> {};

TEST_P(BrickChunks, EveryBrickIsExactWhateverTheChunks) {
  const TestImage truth({.extent = {70, 130, 64}, .chunk = GetParam(), .levels = 2});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  const std::vector<Point> bricks{{0, 0, 0}, {1, 2, 0}, {0, 1, 0}, {1, 0, 0}};
  const auto batch = brick_batch({chunks}, *image, 0, bricks);
  ASSERT_TRUE(batch) << batch.error().message;
  const auto frames = parse_frames(*batch);
  ASSERT_EQ(frames.size(), bricks.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].brick, bricks[i]);
    expect_truth(frames[i], truth, 0);
  }
  EXPECT_EQ(frames[1].extent, (Extent{6, 2, 64}));

  const std::vector<Point> coarse{{0, 1, 0}};
  const auto second = brick_batch({chunks, {}, run_on_threads(2)}, *image, 1, coarse);
  ASSERT_TRUE(second) << second.error().message;
  expect_truth(parse_frames(*second).at(0), truth, 1);
}

INSTANTIATE_TEST_SUITE_P(Shapes, BrickChunks,
                         testing::Values(Extent{64, 64, 64}, Extent{32, 32, 32}, Extent{48, 40, 24}, Extent{1, 130, 64},
                                         Extent{128, 128, 128}),
                         [](const auto& shape) {
                           return fmt::format("{}_{}_{}", shape.param.z, shape.param.y, shape.param.x);
                         });

TEST(Brick, ABrickOfZerosHasNoPayload) {
  const TestImage truth({.extent = {64, 64, 192},
                         .chunk = {64, 64, 64},
                         .levels = 1,
                         .value = [](std::size_t, Point p) { return p.x < 128 ? 0 : 1; },
                         .absent_chunks = {{0, 0, 0}}});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  const auto batch = brick_batch({chunks}, *image, 0, std::vector<Point>{{0, 0, 0}, {0, 0, 1}, {0, 0, 2}});
  ASSERT_TRUE(batch);
  const auto frames = parse_frames(*batch);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_TRUE(frames[0].payload.empty());
  EXPECT_EQ(frames[0].extent, (Extent{64, 64, 64}));
  EXPECT_TRUE(frames[1].payload.empty());
  expect_truth(frames[2], truth, 0);
}

TEST(Brick, AFillOtherThanZeroIsSent) {
  const TestImage truth({.absent_chunks = {{0, 0, 0}}, .fill = 5});
  ChunkReader chunks(kBudget);
  const auto batch = brick_batch({chunks}, *truth.serve(), 0, std::vector<Point>{{0, 0, 0}});
  ASSERT_TRUE(batch);
  expect_truth(parse_frames(*batch).at(0), truth, 0);
}

TEST(Brick, ADamagedChunkOrAStopRequestGivesNoBatch) {
  TestImage truth({});
  truth.damage(0, {2, 2, 3});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  const std::vector<Point> bricks{{0, 0, 0}, {1, 1, 1}};
  EXPECT_EQ(brick_batch({chunks}, *image, 0, bricks).error().code, ErrorCode::kCorrupt);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(brick_batch({chunks, stop.get_token()}, *image, 0, bricks).error().code, ErrorCode::kCancelled);
}

TEST(Brick, RefusesBricksOutsideAndTooMany) {
  const TestImage truth({});
  const auto image = truth.serve();
  ChunkReader chunks(kBudget);
  for (const Point outside :
       {Point{2, 0, 0}, Point{0, 2, 0}, Point{0, 0, 2}, Point{-1, 0, 0}, Point{0, 0, std::int64_t{1} << 62}}) {
    EXPECT_EQ(brick_frame({chunks}, *image, 0, outside).error().code, ErrorCode::kNotFound);
  }
  EXPECT_EQ(brick_frame({chunks}, *image, 9, {0, 0, 0}).error().code, ErrorCode::kNotFound);
  const std::vector<Point> many(kMaxBricks + 1);
  EXPECT_EQ(brick_batch({chunks}, *image, 0, many).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(chunks.counters().loads, 0U);
}

TEST(Brick, RefusesABatchBeyondTheMemoryLimit) {
  const TestImage truth({.type = DataType::kFloat64, .extent = {64, 64, 64}, .chunk = {64, 64, 64}, .levels = 1});
  ChunkReader chunks(kBudget);
  const std::vector<Point> many(kMaxBricks);  // the same brick of 2 MiB again and again
  EXPECT_EQ(brick_batch({chunks}, *truth.serve(), 0, many).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(chunks.counters().loads, 0U);
}

TEST(BrickPlaces, ReadsTheQueryParameter) {
  EXPECT_THAT(parse_brick_places("0.1.2").value(), ElementsAre(Point{0, 1, 2}));
  EXPECT_THAT(parse_brick_places("3.4.5,10.20.30").value(), ElementsAre(Point{3, 4, 5}, Point{10, 20, 30}));
}

TEST(BrickPlaces, RefusesAnythingElse) {
  for (const char* text : {"", ",", "1", "1.2", "1.2.3,", ",1.2.3", "1.2.3.4", "1.2.3.", "1..3", "-1.2.3", "1.2.x",
                           "1.2.3 ", "1.2.3,,4.5.6", "1.2.99999999999999999999", "1.2.", ".1.2", "+1.2.3"}) {
    const auto places = parse_brick_places(text);
    ASSERT_FALSE(places) << text;
    EXPECT_EQ(places.error().code, ErrorCode::kInvalidArgument) << text;
  }
  std::string many = "0.0.0";
  for (std::size_t i = 1; i < kMaxBricks; ++i) many += ",0.0.0";
  EXPECT_EQ(parse_brick_places(many).value().size(), kMaxBricks);
  EXPECT_EQ(parse_brick_places(many + ",0.0.0").error().code, ErrorCode::kOutOfRange);
}

}  // namespace
}  // namespace beamport::render
