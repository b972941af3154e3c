// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/landing_directory.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/image/file_pattern.h"
#include "beamport/image/landing_names.h"
#include "beamport/os/file.h"

namespace beamport::image {
namespace {

constexpr int kSlowly = 10;                        // times `settle`
constexpr std::chrono::milliseconds kSoonest{10};  // between two looks at a file
constexpr std::chrono::milliseconds kSoon{50};

bool is_slice(std::string_view name, std::string_view pattern) {
  return LandingNames::is_slice_name(name) && matches_wildcard(pattern, name);
}

}  // namespace

Result<std::vector<std::string>> list_slices(const std::filesystem::path& directory, std::string_view pattern) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (is_slice(name, pattern)) names.push_back(std::move(name));
  }
  if (error) return os::system_error(error.value(), "list", directory);
  std::ranges::sort(names);
  return names;
}

LandingDirectory::LandingDirectory(std::filesystem::path directory, std::string pattern,
                                   std::chrono::milliseconds settle)
    : directory_(std::move(directory)), pattern_(std::move(pattern)), settle_(settle) {}

bool LandingDirectory::Candidate::is_hopeless(const LandingProblem& problem, std::chrono::milliseconds settle) const {
  using enum LandingProblem::Outlook;
  // As long as it is fresh, it may still be renamed, or opened once more. A file that is gone is nobody's fault.
  if (quiet < settle || problem.outlook == kWaiting || problem.error.code == ErrorCode::kNotFound) return false;
  if (is_closed || problem.outlook == kFinal) return true;
  // A file that ends too early is what an unfinished one looks like; only its writer knows.
  return !is_held && quiet >= kSlowly * settle && problem.error.code != ErrorCode::kCorrupt;
}

std::vector<std::string> LandingDirectory::note(const os::DirectoryEvents& events, Clock::time_point now) {
  if (events.lost) {
    for (auto& [name, file] : pending_) file.is_held = false;  // its closing may have been among what was lost
  }
  std::vector<std::string> written_again;
  for (const auto& [kind, name] : events.list) {
    const bool is_complete = kind == os::DirectoryEvent::Kind::kComplete;
    if (landed_.contains(name)) {
      if (is_complete) written_again.push_back(name);
    } else if (is_slice(name, pattern_)) {
      Pending& file = pending_[name];
      file = Pending{.due = now,
                     .is_closed = is_complete,
                     .is_held = !is_complete && !os::is_link(path_of(name)),
                     .problem = std::move(file.problem)};
      next_due_ = now;
    }
  }
  return written_again;
}

Result<std::size_t> LandingDirectory::scan(Clock::time_point now) {
  std::size_t found = 0;
  BEAMPORT_ASSIGN(std::vector<std::string> names, list_slices(directory_, pattern_));
  for (std::string& name : names) {
    if (landed_.contains(name)) continue;
    if (!pending_.try_emplace(std::move(name), Pending{.due = now, .is_surprise = was_scanned_}).second) continue;
    ++found;
    next_due_ = now;
  }
  was_scanned_ = true;
  return found;
}

// Whether it is still there.
bool LandingDirectory::look_at(const std::string& name, Pending& file, Clock::time_point now) const {
  const auto stamp = os::stamp_of(path_of(name));
  if (!stamp) {
    if (stamp.error().code == ErrorCode::kNotFound) return false;
    file.problem = LandingProblem{.error = stamp.error()};
    file.stamp.reset();
    return true;
  }
  if (file.stamp == *stamp) return true;
  if (file.stamp) file.is_closed = false;  // somebody went on writing after it had been closed
  file.stamp = *stamp;
  // Taken after the look, so that the time of quiet never seems longer than it was.
  file.since = std::max(now, Clock::now());
  return true;
}

std::vector<LandingDirectory::Candidate> LandingDirectory::due(Clock::time_point now) {
  std::vector<Candidate> candidates;
  if (now < next_due_) return candidates;
  next_due_ = Clock::time_point::max();
  for (auto next = pending_.begin(); next != pending_.end();) {
    auto& [name, file] = *next;
    if (file.due <= now) {
      const bool was_looked_at = file.stamp.has_value();
      if (!look_at(name, file, now)) {
        next = pending_.erase(next);
        continue;
      }
      if (file.stamp) {
        const auto quiet = std::chrono::duration_cast<std::chrono::milliseconds>(now - file.since);
        const bool is_settled = was_looked_at && quiet >= settle_ * (file.is_held ? kSlowly : 1);
        if (file.is_closed || is_settled) {
          candidates.push_back({name, *file.stamp, quiet, file.is_closed, file.is_held, file.is_surprise});
        }
      }
      file.due = now + std::max(settle_, kSoonest);
      if (file.stamp && file.since + settle_ > now) file.due = file.since + settle_;
    }
    next_due_ = std::min(next_due_, file.due);
    ++next;
  }
  std::ranges::sort(candidates, {}, &Candidate::name);
  return candidates;
}

void LandingDirectory::mark_landed(const std::string& name) {
  pending_.erase(name);
  landed_.insert(name);
}

void LandingDirectory::mark_not_yet(const std::string& name, LandingProblem problem) {
  const auto file = pending_.find(name);
  if (file == pending_.end()) return;
  if (problem.outlook == LandingProblem::Outlook::kWaiting) {
    file->second.due = std::min(file->second.due, Clock::now() + kSoon);
    next_due_ = std::min(next_due_, file->second.due);
  }
  file->second.problem = std::move(problem);
}

void LandingDirectory::mark_written_again(const std::string& name, Clock::time_point now, bool is_closed) {
  landed_.erase(name);
  pending_[name] = Pending{.due = now, .is_closed = is_closed};
  next_due_ = now;
}

std::vector<std::string> LandingDirectory::pending_names() const {
  std::vector<std::string> names;
  names.reserve(pending_.size());
  for (const auto& [name, file] : pending_) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> LandingDirectory::why_incomplete() const {
  const std::vector<std::string> names = pending_names();
  if (names.empty()) return std::nullopt;
  const auto& problem = pending_.at(names.front()).problem;
  return problem ? fmt::format("{} is there, but cannot be taken: {}", names.front(), problem->error.message)
                 : fmt::format("{} is there, but is still being written", names.front());
}

}  // namespace beamport::image
