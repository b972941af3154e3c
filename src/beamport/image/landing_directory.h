// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is known about the slice files of a directory that is still being filled, and when to look at which of them
// again. A file is worth trying when its closing (or its arrival by rename) was announced, or when its size and times
// have been the same for `settle`. That its headers are fine is no sign: a writer may reserve the whole file and write
// the header first. A file that somebody on this machine made and has not closed settles ten times as slowly, because
// its closing will be announced; links have no closing. Used by one thread.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/os/directory_watch.h"
#include "beamport/os/file_stamp.h"

namespace beamport::image {

/// Why a file is no slice (yet).
struct LandingProblem {
  enum class Outlook {
    kUnsure,   // its content is wrong; perhaps because it is not all there
    kFinal,    // its name is wrong, or it is whole and something else: more writing will not help
    kWaiting,  // nothing is wrong with it
  };
  Error error;
  Outlook outlook = Outlook::kUnsure;
};

/// The names of slices (landing_names.h) in a directory that fit a pattern (file_pattern.h); sorted.
[[nodiscard]] Result<std::vector<std::string>> list_slices(const std::filesystem::path& directory,
                                                           std::string_view pattern);

class LandingDirectory {
 public:
  using Clock = std::chrono::steady_clock;

  /// Names that do not fit the pattern are left alone.
  LandingDirectory(std::filesystem::path directory, std::string pattern, std::chrono::milliseconds settle);

  [[nodiscard]] std::filesystem::path path_of(const std::string& name) const { return directory_ / name; }

  /// Takes events in. Returns slices that had landed and were written or replaced again.
  [[nodiscard]] std::vector<std::string> note(const os::DirectoryEvents& events, Clock::time_point now);

  /// Lists the directory and takes new names in, of which it returns the number; looks at no file.
  [[nodiscard]] Result<std::size_t> scan(Clock::time_point now);

  struct Candidate {
    std::string name;
    os::FileStamp stamp{};               // taken before the file is read
    std::chrono::milliseconds quiet{0};  // for how long it has been like that
    bool is_closed = false;              // its last closing was announced
    bool is_held = false;                // somebody here made it and has not closed it
    bool is_surprise = false;            // found by looking, after the first time; no event had told of it

    /// Whether the problem found in it will not go away by waiting.
    [[nodiscard]] bool is_hopeless(const LandingProblem& problem, std::chrono::milliseconds settle) const;
  };

  /// Files worth trying now, in the order of their names. Each is offered again later unless it is reported as landed.
  [[nodiscard]] std::vector<Candidate> due(Clock::time_point now);

  /// When due() will have something to do, as far as one knows.
  [[nodiscard]] Clock::time_point next_due() const noexcept { return next_due_; }

  void mark_landed(const std::string& name);
  void mark_not_yet(const std::string& name, LandingProblem problem);
  /// A slice that had landed, but changed: to be tried anew, at once when its closing was announced.
  void mark_written_again(const std::string& name, Clock::time_point now, bool is_closed);

  [[nodiscard]] std::vector<std::string> pending_names() const;

  /// One sentence about a file that is there and not complete, if there is one: the first by name.
  [[nodiscard]] std::optional<std::string> why_incomplete() const;

 private:
  struct Pending {
    std::optional<os::FileStamp> stamp = std::nullopt;
    Clock::time_point since{};  // of this stamp
    Clock::time_point due{};
    bool is_closed = false;
    bool is_held = false;
    bool is_surprise = false;
    std::optional<LandingProblem> problem = std::nullopt;
  };

  bool look_at(const std::string& name, Pending& file, Clock::time_point now) const;

  std::filesystem::path directory_;
  std::string pattern_;
  std::chrono::milliseconds settle_;
  std::unordered_map<std::string, Pending> pending_;
  std::unordered_set<std::string> landed_;
  bool was_scanned_ = false;
  Clock::time_point next_due_ = Clock::time_point::max();
};

}  // namespace beamport::image
