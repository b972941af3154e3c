// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/first_number.h"

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "beamport/image/frame_number.h"
#include "beamport/image/landing_directory.h"

namespace beamport::ingest {
namespace {

using Clock = std::chrono::steady_clock;
using enum FirstNumber::Sureness;

constexpr std::chrono::milliseconds kPause{100};
constexpr int kListingShare = 20;  // listing takes at most one part in so many of the time

/// The stack itself says what is wrong, or does without.
constexpr FirstNumber kNotOurs{.sureness = kCertain};

/// Which run of digits counts the slices; nothing while that is open. An error when there is none.
Result<std::optional<std::size_t>> run_of(std::span<const std::string> names) {
  const auto first = image::take_apart(names.front());
  for (const std::string& name : names) {
    if (image::take_apart(name).pattern == first.pattern) continue;
    return fail(ErrorCode::kFailedPrecondition, fmt::format("{} and {} are not named alike", names.front(), name));
  }
  if (first.runs.empty()) return fail(ErrorCode::kFailedPrecondition, "there is no number");
  if (first.runs.size() == 1) return std::optional<std::size_t>(0);
  if (names.size() == 1) return std::optional<std::size_t>();
  BEAMPORT_ASSIGN(const std::size_t run, image::counting_run(names));
  return std::optional(run);
}

}  // namespace

FirstNumber first_number_of(std::span<const std::string> names, std::int64_t slices) {
  if (names.empty()) return {};
  if (slices == 1) return kNotOurs;
  const auto run = run_of(names);
  if (!run) return kNotOurs;
  if (!*run) return {};
  std::set<std::int64_t> numbers;
  for (const std::string& name : names) {
    const auto number = image::value_of_digits(image::take_apart(name).runs[**run]);
    if (!number || *number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 2)) return kNotOurs;
    numbers.insert(static_cast<std::int64_t>(*number));
  }
  const std::int64_t lowest = *numbers.begin();
  const std::int64_t span = *numbers.rbegin() - lowest + 1;
  if (lowest == 0 || span >= slices) return {.sureness = kCertain, .number = lowest};
  const bool is_run = numbers.size() > 1 && span == static_cast<std::int64_t>(numbers.size());
  if (lowest == 1 && is_run) return {.sureness = kLikely, .number = lowest};
  return {};
}

Result<FirstNumber> await_first_number(const std::filesystem::path& source, std::string_view pattern,
                                       std::int64_t slices, std::chrono::milliseconds patience,
                                       const std::stop_token& stop) {
  std::size_t seen = 0;
  Clock::time_point since = Clock::now();
  while (!stop.stop_requested()) {
    const Clock::time_point begin = Clock::now();
    auto names = image::list_slices(source, pattern);
    if (!names && names.error().code != ErrorCode::kNotFound) return fail(std::move(names).error());
    const std::vector<std::string> there = names ? *std::move(names) : std::vector<std::string>();
    const FirstNumber found = first_number_of(there, slices);
    if (found.sureness != kOpen) return found;
    const Clock::time_point end = Clock::now();
    if (there.size() != seen) since = end;
    seen = there.size();
    if (end - since >= patience) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{}: {} of {} slices have come, and which of them is the first is not known yet; say "
                              "first_number if it never will be",
                              source.string(), seen, slices));
    }
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, std::max<Clock::duration>(kPause, kListingShare * (end - begin)), [] { return false; });
  }
  return fail(ErrorCode::kCancelled, "stopped on request");
}

}  // namespace beamport::ingest
