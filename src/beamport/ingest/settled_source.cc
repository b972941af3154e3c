// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/settled_source.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "beamport/image/landing_directory.h"
#include "beamport/ingest/source_identity.h"
#include "beamport/os/file_stamp.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kShortestPause{20};
constexpr std::chrono::milliseconds kLongestPause{1000};

Result<void> pause(std::chrono::milliseconds length, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, length, [] { return false; });
  if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
  return {};
}

}  // namespace

Result<SourceLook> look_at_source(const fs::path& source, std::string_view pattern) {
  BEAMPORT_ASSIGN(const os::FileStamp whole, os::stamp_of(source));
  if (!whole.is_directory) return SourceLook{1, identity_of_file(whole).full};
  BEAMPORT_ASSIGN(const std::vector<std::string> names, image::list_slices(source, pattern));
  const auto view = make_disk_view();
  BEAMPORT_ASSIGN(std::string content, full_identity(*view, source, names));
  return SourceLook{static_cast<std::int64_t>(names.size()), std::move(content)};
}

std::string stack_of(const fs::path& source, std::string_view pattern) {
  std::error_code error;
  if (pattern == "*" || fs::is_regular_file(source, error)) return source.string();
  return (source / pattern).string();
}

Result<SourceLook> wait_until_settled(const fs::path& source, std::string_view pattern,
                                      std::chrono::milliseconds settle, std::chrono::milliseconds patience,
                                      const std::stop_token& stop) {
  const Clock::time_point begun = Clock::now();
  const std::chrono::milliseconds step = std::clamp(settle / 8, kShortestPause, kLongestPause);
  std::optional<SourceLook> last;
  Clock::time_point since = begun;
  while (true) {
    // Taken before the look: what changes during it counts as later.
    const Clock::time_point now = Clock::now();
    auto look = look_at_source(source, pattern);
    if (!look && look.error().code != ErrorCode::kNotFound) return look;
    const bool same = look && last && *look == *last;
    if (same && look->files > 0 && now - since >= settle) return look;
    if (!same) since = now;
    last = look ? std::optional(*std::move(look)) : std::nullopt;
    if (now - begun >= patience) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{}: {}", source.string(),
                              !last              ? "it is not there (any more)"
                              : last->files == 0 ? "no slice has come"
                                                 : fmt::format("{} files are there and still change", last->files)));
    }
    BEAMPORT_TRY(pause(step, stop));
  }
}

}  // namespace beamport::ingest
