// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers about a running service that a monitoring system fetches: counters, gauges and histograms, with labels, as
// Prometheus text (exposition format 0.0.4). A number is made once and kept by reference; it lives as long as its
// Metrics. Counting is one atomic addition. The text of several numbers is not one moment: each is true for itself.
// A family has at most kMaxSeries label sets; what comes later is counted together under label values "other", so that
// names from outside cannot fill the memory. Thread-safe.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace beamport {

/// Label names and values. Names are ours ([a-z_]); values may be any text.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// Only goes up.
class Counter {
 public:
  void add(std::uint64_t by = 1) noexcept { value_.fetch_add(by, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class Gauge {
 public:
  void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(double by) noexcept { value_.fetch_add(by, std::memory_order_relaxed); }
  [[nodiscard]] double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// How often values of which size were seen.
class MetricHistogram {
 public:
  /// Upper bounds of the buckets, rising; one more without bound is added.
  explicit MetricHistogram(std::vector<double> bounds);

  /// NaN is left out: it belongs to no bucket.
  void observe(double value) noexcept;

  struct Reading {
    std::vector<std::uint64_t> up_to;  // cumulative, one for each bound and one for all
    double sum = 0;
  };
  [[nodiscard]] Reading read() const;
  [[nodiscard]] const std::vector<double>& bounds() const noexcept { return bounds_; }

 private:
  const std::vector<double> bounds_;
  std::deque<std::atomic<std::uint64_t>> counts_;
  std::atomic<double> sum_{0};
};

class Metrics {
 public:
  static constexpr std::size_t kMaxSeries = 1000;

  /// The number of this name and these labels, made when it is new. The name follows Prometheus' rules (counters end in
  /// _total, units are in the name); the help of the first call counts. A name has one kind, one set of label names and
  /// one set of bounds: anything else is a defect and aborts.
  [[nodiscard]] Counter& counter(std::string_view name, std::string_view help, const MetricLabels& labels = {});
  [[nodiscard]] Gauge& gauge(std::string_view name, std::string_view help, const MetricLabels& labels = {});
  [[nodiscard]] MetricHistogram& histogram(std::string_view name, std::string_view help,
                                           const std::vector<double>& bounds, const MetricLabels& labels = {});

  /// A gauge that is asked for its value when the text is made, from any thread. Replaces one of the same name; what it
  /// refers to outlives this object.
  void gauge_from(std::string_view name, std::string_view help, std::function<double()> value);

  /// Families by name, series in the order of their labels.
  [[nodiscard]] std::string text() const;

  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  enum class Kind { kCounter, kGauge, kHistogram };
  struct Family {
    Kind kind = Kind::kCounter;
    std::string help;
    std::vector<std::string> label_names;
    std::vector<double> bounds;
    std::map<std::string, Counter> counters;  // by label text: `scan="a",user="b"`
    std::map<std::string, Gauge> gauges;
    std::map<std::string, MetricHistogram> histograms;
    std::function<double()> source;

    [[nodiscard]] std::size_t series() const { return counters.size() + gauges.size() + histograms.size(); }
  };

  Family& family_of(Kind kind, std::string_view name, std::string_view help, const MetricLabels& labels);
  static std::string series_key(const Family& family, const MetricLabels& labels);
  static void print(std::string& to, const std::string& name, const Family& family);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

/// The numbers of this process.
[[nodiscard]] Metrics& metrics();

}  // namespace beamport
