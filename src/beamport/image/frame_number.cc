// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/frame_number.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "beamport/base/check.h"
#include "beamport/image/file_pattern.h"

namespace beamport::image {
namespace {

constexpr std::size_t kMaxRangesInMessage = 12;
constexpr std::size_t kMaxPatternsInMessage = 4;
constexpr std::size_t kMaxDigits = 18;  // what fits into 64 bits without thought

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

// All runs of digits of all names, which share one pattern.
class RunTable {
 public:
  RunTable(std::size_t names, std::size_t runs_per_name) : columns_(runs_per_name) { cells_.reserve(names * columns_); }

  void add(const std::vector<std::string_view>& runs) { cells_.insert(cells_.end(), runs.begin(), runs.end()); }

  std::size_t rows() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  std::size_t columns() const { return columns_; }
  std::string_view at(std::size_t row, std::size_t column) const { return cells_[row * columns_ + column]; }

  bool varies(std::size_t column) const {
    for (std::size_t row = 1; row < rows(); ++row) {
      if (without_leading_zeros(at(row, column)) != without_leading_zeros(at(0, column))) return true;
    }
    return false;
  }

 private:
  std::size_t columns_;
  std::vector<std::string_view> cells_;
};

Failure fail_patterns(std::span<const std::string> names) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> patterns;  // to (count, an example's index)
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto& [count, example] = patterns[take_apart(names[i]).pattern];
    if (count++ == 0) example = i;
  }
  std::vector<std::pair<std::size_t, std::size_t>> by_count;
  by_count.reserve(patterns.size());
  for (const auto& [pattern, found] : patterns) by_count.push_back(found);
  std::ranges::sort(by_count, std::greater<>());
  std::vector<std::string> shown;
  for (const auto& [count, example] : by_count) {
    if (shown.size() == kMaxPatternsInMessage) break;
    shown.push_back(fmt::format("{} like {}", count, names[example]));
  }
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("the file names follow {} different patterns ({}{}); choose one with a pattern such as "
                          "\"slice_*.tif\"",
                          by_count.size(), fmt::join(shown, ", "), by_count.size() > shown.size() ? ", …" : ""));
}

Result<RunTable> tabulate(std::span<const std::string> names) {
  const NumberedName first = take_apart(names.front());
  RunTable table(names.size(), first.runs.size());
  bool one_pattern = true;
  for (const std::string& name : names) {
    const NumberedName taken = take_apart(name);
    if (taken.runs.empty()) {
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("{} has no number in its name, so its place among the {} files is unknown; number the "
                              "slices (slice_0001.tif, …) or leave this file out",
                              name, names.size()));
    }
    if (taken.pattern != first.pattern || taken.runs.size() != first.runs.size()) one_pattern = false;
    if (one_pattern) table.add(taken.runs);
  }
  if (!one_pattern) return fail_patterns(names);
  return table;
}

Result<std::vector<std::uint64_t>> numbers_in(const RunTable& table, std::size_t column,
                                              std::span<const std::string> names) {
  std::vector<std::uint64_t> numbers(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto number = value_of_digits(table.at(row, column));
    if (!number) {
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("{}: the number in the name has more than {} digits", names[row], kMaxDigits));
    }
    numbers[row] = *number;
  }
  return numbers;
}

std::vector<std::size_t> sorted_indices(const std::vector<std::uint64_t>& numbers) {
  std::vector<std::size_t> indices(numbers.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  std::ranges::sort(indices, {}, [&](std::size_t i) { return std::pair(numbers[i], i); });
  return indices;
}

bool rises(const std::vector<std::uint64_t>& numbers, const std::vector<std::size_t>& order, bool strictly) {
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::uint64_t before = numbers[order[i - 1]];
    const std::uint64_t after = numbers[order[i]];
    if (after < before || (strictly && after == before)) return false;
  }
  return true;
}

struct Numbering {
  std::size_t column = 0;
  std::vector<std::uint64_t> numbers;
  std::vector<std::size_t> order;

  std::uint64_t first() const { return numbers[order.front()]; }
  std::uint64_t last() const { return numbers[order.back()]; }
  std::uint64_t missing() const { return last() - first() + 1 - order.size(); }
};

// The run that counts the frames. If several vary, they must tell the same order; then the most compact one counts.
Result<Numbering> choose_numbering(const RunTable& table, std::span<const std::string> names) {
  std::vector<Numbering> varying;
  for (std::size_t column = 0; column < table.columns(); ++column) {
    if (!table.varies(column)) continue;
    BEAMPORT_ASSIGN(auto numbers, numbers_in(table, column, names));
    auto order = sorted_indices(numbers);
    varying.push_back({column, std::move(numbers), std::move(order)});
  }
  if (varying.empty()) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} and {} have the same number; keep one of them", names[0], names[1]));
  }
  if (varying.size() == 1) return std::move(varying.front());
  const Numbering* best = nullptr;
  for (const Numbering& candidate : varying) {
    const bool tells_order =
        rises(candidate.numbers, candidate.order, true) && std::ranges::all_of(varying, [&](const Numbering& other) {
          return rises(other.numbers, candidate.order, false);
        });
    if (tells_order && (best == nullptr || candidate.missing() <= best->missing())) best = &candidate;
  }
  if (best == nullptr) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} numbers in the file names vary and disagree about the order (for example {} and {}); "
                            "choose one series with a pattern such as \"scan1_*.tif\"",
                            varying.size(), names[varying[0].order.front()], names[varying[0].order.back()]));
  }
  return *best;
}

Result<void> refuse_duplicates(const Numbering& numbering, std::span<const std::string> names) {
  for (std::size_t i = 1; i < numbering.order.size(); ++i) {
    const std::size_t before = numbering.order[i - 1];
    const std::size_t after = numbering.order[i];
    if (numbering.numbers[before] == numbering.numbers[after]) {
      return fail(ErrorCode::kFailedPrecondition, fmt::format("{} and {} have the same number {}; keep one of them",
                                                              names[before], names[after], numbering.numbers[after]));
    }
  }
  return {};
}

// Zero padding must be that of one format: "%d" or "%04d", where larger numbers may outgrow the width.
Result<void> refuse_mixed_padding(const RunTable& table, const Numbering& numbering,
                                  std::span<const std::string> names) {
  const auto width = [&](std::size_t i) { return table.at(i, numbering.column).size(); };
  std::optional<std::size_t> padded;
  for (const std::size_t i : numbering.order) {
    const std::string_view digits = table.at(i, numbering.column);
    if (digits.size() > 1 && digits.front() == '0') {
      padded = i;
      break;
    }
  }
  if (!padded) return {};
  for (const std::size_t i : numbering.order) {
    const bool is_padded = table.at(i, numbering.column).front() == '0' && width(i) > 1;
    if (is_padded ? width(i) == width(*padded) : width(i) >= width(*padded)) continue;
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("mixed number widths: {} and {}; these look like two series in one place. Separate them, "
                            "or rename the files to one width",
                            names[*padded], names[i]));
  }
  return {};
}

Result<void> judge_gaps(const Numbering& numbering, std::span<const std::string> names, GapPolicy gaps,
                        std::vector<std::string>& notes) {
  if (numbering.missing() == 0) return {};
  std::vector<std::uint64_t> sorted;
  sorted.reserve(numbering.order.size());
  for (const std::size_t i : numbering.order) sorted.push_back(numbering.numbers[i]);
  const std::uint64_t step = sorted[1] - sorted[0];
  bool regular = step > 1;
  for (std::size_t i = 1; i < sorted.size(); ++i) regular = regular && sorted[i] - sorted[i - 1] == step;
  const std::string what =
      fmt::format("{} {} missing in the numbering from {} to {}: {}{}", numbering.missing(),
                  numbering.missing() == 1 ? "number is" : "numbers are", names[numbering.order.front()],
                  names[numbering.order.back()], missing_ranges(sorted, kMaxRangesInMessage),
                  regular ? fmt::format(" (the files are numbered in steps of {})", step) : std::string());
  if (gaps == GapPolicy::kRefuse) {
    return fail(ErrorCode::kFailedPrecondition,
                what + ". Add the missing slices, or close the gaps with --gaps close if these are all there are");
  }
  notes.push_back(what + "; the slices are taken as consecutive");
  return {};
}

}  // namespace

NumberedName take_apart(std::string_view name) {
  NumberedName taken;
  const std::string_view stem = without_tiff_extension(name);
  for (std::size_t i = 0; i < stem.size();) {
    if (!is_digit(stem[i])) {
      taken.pattern += stem[i++];
      continue;
    }
    std::size_t end = i;
    while (end < stem.size() && is_digit(stem[end])) ++end;
    taken.runs.push_back(stem.substr(i, end - i));
    taken.pattern += '\0';
    i = end;
  }
  return taken;
}

std::optional<std::uint64_t> value_of_digits(std::string_view digits) {
  digits = without_leading_zeros(digits);
  if (digits.size() > kMaxDigits) return std::nullopt;
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::string missing_ranges(std::span<const std::uint64_t> sorted, std::size_t max_ranges) {
  std::string text;
  std::size_t ranges = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const std::uint64_t first = sorted[i - 1] + 1;
    const std::uint64_t last = sorted[i] - 1;
    if (first > last || ++ranges > max_ranges) continue;
    if (!text.empty()) text += ", ";
    text += first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
  }
  if (ranges > max_ranges) {
    text += fmt::format(" and {} more {}", ranges - max_ranges, ranges - max_ranges == 1 ? "range" : "ranges");
  }
  return text;
}

Result<std::size_t> counting_run(std::span<const std::string> names) {
  BEAMPORT_CHECK(names.size() >= 2);
  BEAMPORT_ASSIGN(const RunTable table, tabulate(names));
  BEAMPORT_ASSIGN(const Numbering numbering, choose_numbering(table, names));
  return numbering.column;
}

Result<FrameOrder> order_by_number(std::span<const std::string> names, GapPolicy gaps) {
  BEAMPORT_CHECK(!names.empty());
  if (names.size() == 1) return FrameOrder{{0}, {}};
  BEAMPORT_ASSIGN(const RunTable table, tabulate(names));
  BEAMPORT_ASSIGN(Numbering numbering, choose_numbering(table, names));
  BEAMPORT_TRY(refuse_duplicates(numbering, names));
  BEAMPORT_TRY(refuse_mixed_padding(table, numbering, names));
  FrameOrder ordered;
  BEAMPORT_TRY(judge_gaps(numbering, names, gaps, ordered.notes));
  ordered.indices = std::move(numbering.order);
  return ordered;
}

}  // namespace beamport::image
