// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/metrics.h"

#include <cmath>
#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, PrintsFamiliesAsPrometheusReadsThem) {
  Metrics all;
  all.counter("beamport_scans_total", "Scans by result", {{"result", "published"}}).add(3);
  all.counter("beamport_scans_total", "Scans by result", {{"result", "failed"}}).add();
  all.gauge("beamport_free_bytes", "Room on the disk").set(1.5e12);
  MetricHistogram& seconds = all.histogram("beamport_seconds", "Time", {0.1, 1, 10}, {{"user", "ann"}});
  for (const double value : {0.1, 0.5, 2.0, 100.0}) seconds.observe(value);
  EXPECT_EQ(all.text(),
            "# HELP beamport_free_bytes Room on the disk\n"
            "# TYPE beamport_free_bytes gauge\n"
            "beamport_free_bytes 1500000000000\n"
            "# HELP beamport_scans_total Scans by result\n"
            "# TYPE beamport_scans_total counter\n"
            "beamport_scans_total{result=\"failed\"} 1\n"
            "beamport_scans_total{result=\"published\"} 3\n"
            "# HELP beamport_seconds Time\n"
            "# TYPE beamport_seconds histogram\n"
            "beamport_seconds_bucket{user=\"ann\",le=\"0.1\"} 1\n"
            "beamport_seconds_bucket{user=\"ann\",le=\"1\"} 2\n"
            "beamport_seconds_bucket{user=\"ann\",le=\"10\"} 3\n"
            "beamport_seconds_bucket{user=\"ann\",le=\"+Inf\"} 4\n"
            "beamport_seconds_sum{user=\"ann\"} 102.6\n"
            "beamport_seconds_count{user=\"ann\"} 4\n");
}

TEST(Metrics, TheSameNameIsTheSameNumber) {
  Metrics all;
  Counter& first = all.counter("a_total", "A");
  first.add(2);
  EXPECT_EQ(&all.counter("a_total", "A"), &first);
  Gauge& gauge = all.gauge("b", "B", {{"x", "1"}});
  gauge.add(2.5);
  gauge.add(-1);
  EXPECT_EQ(all.gauge("b", "B", {{"x", "1"}}).value(), 1.5);
  EXPECT_EQ(all.gauge("b", "B", {{"x", "2"}}).value(), 0);
}

TEST(Metrics, EscapesWhatComesFromOutside) {
  Metrics all;
  all.counter("a_total", "back\\slash\nline \"quoted\"", {{"name", "a\"b\\c\nd"}}).add();
  all.counter("a_total", "", {{"name", "caf\xC3\xA9 \xFF\xC3"}}).add();
  const std::string text = all.text();
  EXPECT_THAT(text, HasSubstr("# HELP a_total back\\\\slash\\nline \"quoted\"\n"));
  EXPECT_THAT(text, HasSubstr("a_total{name=\"a\\\"b\\\\c\\nd\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("a_total{name=\"caf\xC3\xA9 \xEF\xBF\xBD\xEF\xBF\xBD\"} 1\n"));
}

TEST(Metrics, NumbersThatAreNone) {
  Metrics all;
  all.gauge("a", "A").set(std::numeric_limits<double>::quiet_NaN());
  all.gauge("b", "B").set(-std::numeric_limits<double>::infinity());
  MetricHistogram& c = all.histogram("c", "C", {1});
  c.observe(std::numeric_limits<double>::quiet_NaN());
  c.observe(std::numeric_limits<double>::infinity());
  EXPECT_THAT(all.text(), HasSubstr("\na NaN\n"));
  EXPECT_THAT(all.text(), HasSubstr("\nb -Inf\n"));
  EXPECT_THAT(all.text(), HasSubstr("c_bucket{le=\"1\"} 0\nc_bucket{le=\"+Inf\"} 1\nc_sum +Inf\nc_count 1\n"));
}

TEST(Metrics, AsksForAValueWhenItIsWanted) {
  Metrics all;
  double value = 1;
  all.gauge_from("queue", "Waiting", [&] { return value; });
  value = 7;
  EXPECT_THAT(all.text(), HasSubstr("\nqueue 7\n"));
}

TEST(Metrics, ManyNamesDoNotFillTheMemory) {
  Metrics all;
  for (std::size_t i = 0; i < Metrics::kMaxSeries + 50; ++i) {
    all.counter("a_total", "A", {{"scan", std::to_string(i)}}).add();
  }
  all.counter("a_total", "A", {{"scan", "0"}}).add();  // known ones go on
  const std::string text = all.text();
  EXPECT_THAT(text, HasSubstr("a_total{scan=\"other\"} 50\n"));
  EXPECT_THAT(text, HasSubstr("a_total{scan=\"0\"} 2\n"));
  all.counter("b_total", "B", {{"scan", std::string(10'000, 'x')}}).add();
  EXPECT_THAT(all.text(), Not(HasSubstr(std::string(300, 'x'))));
}

TEST(Metrics, CountsFromManyThreads) {
  Metrics all;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 2000; ++i) {
          all.counter("a_total", "A", {{"t", std::to_string(i % 3)}}).add();
          all.histogram("h", "H", {1, 2}).observe(t);
          all.gauge("g", "G").add(1);
          if (i % 500 == 0) EXPECT_FALSE(all.text().empty());
        }
      });
    }
  }
  std::uint64_t sum = 0;
  for (int i = 0; i < 3; ++i) sum += all.counter("a_total", "A", {{"t", std::to_string(i)}}).value();
  EXPECT_EQ(sum, 8000U);
  EXPECT_EQ(all.gauge("g", "G").value(), 8000);
  const auto reading = all.histogram("h", "H", {1, 2}).read();
  EXPECT_THAT(reading.up_to, testing::ElementsAre(4000, 6000, 8000));
  EXPECT_EQ(reading.sum, 12'000);
}

TEST(MetricsDeathTest, AbortsOnADefect) {
  Metrics all;
  static_cast<void>(all.counter("a_total", "A", {{"x", ""}}));
  EXPECT_DEATH(static_cast<void>(all.gauge("a_total", "A", {{"x", ""}})), "kind");
  EXPECT_DEATH(static_cast<void>(all.counter("a_total", "A", {{"y", ""}})), "label");
  EXPECT_DEATH(static_cast<void>(all.counter("a total", "A")), "is_name");
  EXPECT_DEATH(MetricHistogram({2, 1}), "adjacent_find");
}

}  // namespace
}  // namespace beamport
