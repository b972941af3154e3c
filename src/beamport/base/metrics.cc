// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/metrics.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "beamport/base/check.h"

namespace beamport {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kMaxValueBytes = 200;

bool is_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// Bytes of the well-formed UTF-8 character at the front (RFC 3629, table 3-7 of Unicode), or 0.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    return follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    return follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

// One byte that is no text would make the whole page unreadable; file names may have them.
std::string escape(std::string_view text, bool is_value) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) {
      escaped += kReplacement;
    } else if (text.front() == '\\') {
      escaped += "\\\\";
    } else if (text.front() == '\n') {
      escaped += "\\n";
    } else if (is_value && text.front() == '"') {
      escaped += "\\\"";
    } else {
      escaped += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return escaped;
}

std::string shorten(std::string_view value) {
  if (value.size() <= kMaxValueBytes) return std::string(value);
  std::size_t end = kMaxValueBytes;
  while (end > kMaxValueBytes - 4 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return std::string(value.substr(0, end));
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

std::string braced(std::string_view labels) {
  return labels.empty() ? "" : fmt::format("{{{}}}", labels);
}

void print_histogram(std::string& to, std::string_view name, std::string_view labels,
                     const MetricHistogram& histogram) {
  const MetricHistogram::Reading reading = histogram.read();
  const auto out = std::back_inserter(to);
  for (std::size_t i = 0; i < reading.up_to.size(); ++i) {
    const double bound =
        i < histogram.bounds().size() ? histogram.bounds()[i] : std::numeric_limits<double>::infinity();
    fmt::format_to(out, "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, labels.empty() ? "" : ",", number_text(bound),
                   reading.up_to[i]);
  }
  fmt::format_to(out, "{}_sum{} {}\n", name, braced(labels), number_text(reading.sum));
  fmt::format_to(out, "{}_count{} {}\n", name, braced(labels), reading.up_to.back());
}

}  // namespace

MetricHistogram::MetricHistogram(std::vector<double> bounds) : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {
  BEAMPORT_CHECK(std::ranges::adjacent_find(bounds_, std::greater_equal<>()) == bounds_.end());
  BEAMPORT_CHECK(std::ranges::all_of(bounds_, [](double bound) { return std::isfinite(bound); }));
}

void MetricHistogram::observe(double value) noexcept {
  if (std::isnan(value)) return;
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

MetricHistogram::Reading MetricHistogram::read() const {
  Reading reading;
  std::uint64_t total = 0;
  for (const auto& count : counts_) reading.up_to.push_back(total += count.load(std::memory_order_relaxed));
  reading.sum = sum_.load(std::memory_order_relaxed);
  return reading;
}

Metrics::Family& Metrics::family_of(Kind kind, std::string_view name, std::string_view help,
                                    const MetricLabels& labels) {
  BEAMPORT_CHECK(is_name(name));
  const auto found = families_.find(name);
  Family& family = found != families_.end() ? found->second : families_[std::string(name)];
  if (family.help.empty()) {
    family.kind = kind;
    family.help = help.empty() ? name : help;
    for (const auto& [label, value] : labels) {
      BEAMPORT_CHECK(is_name(label) && label != "le");
      family.label_names.push_back(label);
    }
  }
  BEAMPORT_CHECK(family.kind == kind);
  BEAMPORT_CHECK(std::ranges::equal(family.label_names, labels, {}, {}, &MetricLabels::value_type::first));
  return family;
}

std::string Metrics::series_key(const Family& family, const MetricLabels& labels) {
  const auto key_of = [&](auto value_of) {
    std::string key;
    for (const auto& [name, value] : labels) {
      key += fmt::format("{}{}=\"{}\"", key.empty() ? "" : ",", name, escape(shorten(value_of(value)), true));
    }
    return key;
  };
  std::string key = key_of([](const std::string& value) { return std::string_view(value); });
  const bool is_known = family.counters.contains(key) || family.gauges.contains(key) || family.histograms.contains(key);
  if (is_known || family.series() < kMaxSeries) return key;
  return key_of([](const std::string&) { return std::string_view("other"); });
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const MetricLabels& labels) {
  const std::lock_guard lock(mutex_);
  Family& family = family_of(Kind::kCounter, name, help, labels);
  return family.counters[series_key(family, labels)];
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, const MetricLabels& labels) {
  const std::lock_guard lock(mutex_);
  Family& family = family_of(Kind::kGauge, name, help, labels);
  return family.gauges[series_key(family, labels)];
}

MetricHistogram& Metrics::histogram(std::string_view name, std::string_view help, const std::vector<double>& bounds,
                                    const MetricLabels& labels) {
  const std::lock_guard lock(mutex_);
  Family& family = family_of(Kind::kHistogram, name, help, labels);
  if (family.histograms.empty()) family.bounds = bounds;
  BEAMPORT_CHECK(family.bounds == bounds);
  return family.histograms.try_emplace(series_key(family, labels), bounds).first->second;
}

void Metrics::gauge_from(std::string_view name, std::string_view help, std::function<double()> value) {
  const std::lock_guard lock(mutex_);
  family_of(Kind::kGauge, name, help, {}).source = std::move(value);
}

void Metrics::print(std::string& to, const std::string& name, const Family& family) {
  constexpr std::string_view kKinds[] = {"counter", "gauge", "histogram"};
  const auto out = std::back_inserter(to);
  fmt::format_to(out, "# HELP {} {}\n# TYPE {} {}\n", name, escape(family.help, false), name,
                 kKinds[static_cast<std::size_t>(family.kind)]);
  if (family.source) fmt::format_to(out, "{} {}\n", name, number_text(family.source()));
  for (const auto& [labels, counter] : family.counters) {
    fmt::format_to(out, "{}{} {}\n", name, braced(labels), counter.value());
  }
  for (const auto& [labels, gauge] : family.gauges) {
    fmt::format_to(out, "{}{} {}\n", name, braced(labels), number_text(gauge.value()));
  }
  for (const auto& [labels, histogram] : family.histograms) print_histogram(to, name, labels, histogram);
}

std::string Metrics::text() const {
  std::string text;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, family] : families_) print(text, name, family);
  return text;
}

Metrics& metrics() {
  static Metrics all;
  return all;
}

}  // namespace beamport
