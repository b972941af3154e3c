// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/landing_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "beamport/image/file_pattern.h"

namespace beamport::image {
namespace {

bool is_padded(std::string_view digits) {
  return digits.size() > 1 && digits.front() == '0';
}

Result<std::int64_t> number_of(std::string_view name, std::string_view digits) {
  if (const auto value = value_of_digits(digits)) return static_cast<std::int64_t>(*value);
  return fail(ErrorCode::kFailedPrecondition, fmt::format("{}: the number in the name has too many digits", name));
}

std::vector<std::string> alike(const std::string& first, std::span<const std::string> present) {
  const std::string pattern = take_apart(first).pattern;
  std::vector<std::string> peers{first};
  for (const std::string& name : present) {
    if (name != first && take_apart(name).pattern == pattern) peers.push_back(name);
  }
  return peers;
}

}  // namespace

bool LandingNames::is_slice_name(std::string_view name) {
  if (name.starts_with('.') || !has_tiff_extension(name)) return false;
  std::string stem(without_tiff_extension(name));
  std::ranges::transform(stem, stem.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  constexpr std::array<std::string_view, 5> kTemporary{".part", ".partial", ".tmp", ".temp", "~"};
  return std::ranges::none_of(kTemporary, [&](std::string_view end) { return stem.ends_with(end); });
}

Result<std::optional<LandingNames>> LandingNames::learn(const std::string& first, std::span<const std::string> present,
                                                        std::optional<std::int64_t> first_number, std::int64_t frames) {
  LandingNames names(first, frames);
  const std::vector<std::string> peers = alike(first, present);
  const auto runs = take_apart(first).runs;
  BEAMPORT_TRY(names.learn_run(peers));
  if (!names.run_ && frames > 1) {
    if (!runs.empty()) return std::nullopt;
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} has no number in its name, so its place among {} slices is unknown; number the slices "
                            "(slice_0001.tif, …) or leave this file out",
                            first, frames));
  }
  names.learn_fixed_runs(peers);
  names.first_number_was_given_ = first_number.has_value();
  if (first_number) {
    names.first_number_ = *first_number;
  } else {
    BEAMPORT_TRY(names.learn_first_number(peers));
  }
  BEAMPORT_TRY(names.frame_of(first));
  return names;
}

Result<void> LandingNames::learn_run(std::span<const std::string> peers) {
  const auto runs = take_apart(example_).runs;
  if (runs.size() == 1) run_ = 0;
  if (runs.size() < 2) return {};
  const bool any_differs =
      std::ranges::any_of(peers, [&](const std::string& name) { return take_apart(name).runs != runs; });
  if (!any_differs) return {};
  BEAMPORT_ASSIGN(run_, counting_run(peers));
  return {};
}

Result<void> LandingNames::learn_first_number(std::span<const std::string> peers) {
  if (!run_) return {};
  std::optional<std::int64_t> lowest;
  for (const std::string& name : peers) {
    BEAMPORT_ASSIGN(const std::int64_t number, number_of(name, take_apart(name).runs[*run_]));
    lowest = std::min(lowest.value_or(number), number);
  }
  first_number_ = *lowest;
  return {};
}

// Numbers that already vary beside the one that counts (dates) may go on doing so.
void LandingNames::learn_fixed_runs(std::span<const std::string> peers) {
  const auto runs = take_apart(example_).runs;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    is_fixed_.push_back(i != run_ && std::ranges::all_of(peers, [&](const std::string& name) {
                          return take_apart(name).runs[i] == runs[i];
                        }));
  }
}

Result<std::int64_t> LandingNames::frame_of(std::string_view name) const {
  const NumberedName taken = take_apart(name);
  const NumberedName example = take_apart(example_);
  bool fits = taken.pattern == example.pattern;
  for (std::size_t i = 0; fits && i < is_fixed_.size(); ++i) fits = !is_fixed_[i] || taken.runs[i] == example.runs[i];
  if (!fits) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} is not named like {}, with only the number of the slice different; take one of them "
                            "away, or choose the slices with a pattern such as \"slice_*.tif\"",
                            name, example_));
  }
  if (!run_) return 0;
  BEAMPORT_ASSIGN(const std::int64_t number, number_of(name, taken.runs[*run_]));
  if (number < first_number_ || number - first_number_ >= frames_) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} has the number {}, but {} slices from number {} on were announced{}", name, number,
                            frames_, first_number_,
                            first_number_was_given_ ? ""
                                                    : " (the lowest that was there when the first slice was complete; "
                                                      "if that is wrong, say which number comes first)"));
  }
  BEAMPORT_TRY(check_padding(name, taken.runs[*run_]));
  return number - first_number_;
}

// Zero padding must be that of one format: "%d" or "%04d", where larger numbers may outgrow the width.
Result<void> LandingNames::check_padding(std::string_view name, std::string_view digits) const {
  const std::string_view reference = take_apart(example_).runs[*run_];
  const bool fits = is_padded(digits)
                        ? (is_padded(reference) ? digits.size() == reference.size() : digits.size() <= reference.size())
                        : (!is_padded(reference) || digits.size() >= reference.size());
  if (fits) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("mixed number widths: {} and {}; these look like two series in one place. Separate them, or "
                          "rename the files to one width",
                          example_, name));
}

std::string LandingNames::name_of(std::int64_t frame) const {
  if (!run_) return example_;
  const std::string_view digits = take_apart(example_).runs[*run_];
  const auto begin = static_cast<std::size_t>(digits.data() - example_.data());
  return fmt::format("{}{:0{}}{}", std::string_view(example_).substr(0, begin), first_number_ + frame,
                     is_padded(digits) ? digits.size() : 0, std::string_view(example_).substr(begin + digits.size()));
}

}  // namespace beamport::image
