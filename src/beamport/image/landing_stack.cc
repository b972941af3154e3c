// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/landing_stack.h"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/base/log.h"
#include "beamport/image/frame_meaning.h"
#include "beamport/image/landing_directory.h"
#include "beamport/image/landing_names.h"
#include "beamport/image/landing_slice.h"
#include "beamport/image/open_files.h"
#include "beamport/image/tiff_reader.h"
#include "beamport/os/directory_watch.h"
#include "beamport/os/file.h"
#include "beamport/os/file_stamp.h"

namespace beamport::image {
namespace {

using Clock = LandingDirectory::Clock;
using std::chrono::milliseconds;

constexpr std::size_t kMaxOpenFiles = 64;
constexpr std::int64_t kMaxFrames = 1'000'000;
constexpr int kScanShare = 20;  // listing the directory takes at most one part in so many of the time
constexpr milliseconds kShortestPeriod{50};
constexpr milliseconds kLongestPeriod{1000};
constexpr milliseconds kUnwatchedPeriod{250};
constexpr milliseconds kLongestTime = std::chrono::hours(24 * 365);  // no time point overflows

// What the first complete slice fixes.
struct FirstSlice {
  std::string name;
  GreyPage page;
  FrameMeaning meaning;
  LandingNames names;
};

LandingProblem final_problem(ErrorCode code, std::string message) {
  return {.error = fail(code, std::move(message)).value(), .outlook = LandingProblem::Outlook::kFinal};
}

LandingProblem waiting(std::string message) {
  return {.error = fail(ErrorCode::kUnavailable, std::move(message)).value(),
          .outlook = LandingProblem::Outlook::kWaiting};
}

class LandingSource final : public LandingStack {
 public:
  LandingSource(std::filesystem::path directory, LandingOptions options)
      : directory_(std::move(directory)),
        options_(std::move(options)),
        slices_(static_cast<std::size_t>(options_.frames)),
        files_(directory_, options_.pattern, options_.settle),
        on_stop_(options_.stop, [this] { stop_.request_stop(); }),
        thread_([this] { run(); }) {}

  ~LandingSource() override { stop_.request_stop(); }
  LandingSource(const LandingSource&) = delete;
  LandingSource& operator=(const LandingSource&) = delete;

  Result<void> wait_for_first() const;

  Extent extent() const noexcept override {
    return {options_.frames, first_->page.page.height, first_->page.page.width};
  }
  DataType type() const noexcept override { return first_->page.type; }
  Result<void> read_rows(std::int64_t z, std::int64_t row, MutableVolumeView to) const override;
  bool prefers_whole_frames() const noexcept override { return first_->page.decodes_whole(); }
  std::optional<FrameState> frame_state(std::int64_t z) const override;
  Result<FrameState> await_frame(std::int64_t z) const override;
  std::string frame_name(std::int64_t z) const override;
  std::optional<std::array<double, 3>> voxel_size_um() const override { return first_->meaning.voxel_size_um; }
  const std::vector<std::string>& notes() const noexcept override { return first_->meaning.notes; }
  std::int64_t landed() const override;
  Result<void> confirm() const override;

 private:
  // Of the watching thread.
  void run();
  Result<void> follow();
  Result<bool> begin();
  Result<void> begin_again(Error gone);
  Result<os::DirectoryEvents> listen(Clock::time_point until);
  Result<void> look(const os::DirectoryEvents& events);
  Result<void> scan(Clock::time_point now);
  Result<void> judge_rewritten(const std::string& name);
  void look_at_suspects();
  void take_back(std::int64_t frame, bool is_closed);
  Result<void> try_candidate(const LandingDirectory::Candidate& candidate);
  std::optional<LandingProblem> take(const LandingDirectory::Candidate& candidate);
  std::optional<LandingProblem> publish(const LandingDirectory::Candidate& candidate, const GreyPage& page,
                                        FrameMeaning meaning);
  Result<void> check_patience() const;

  // Of everybody.
  Result<LandedSlice> await_landing(std::int64_t z, std::uint64_t unlike) const;
  Result<void> read_rows_of(const LandedSlice& slice, std::int64_t z, std::int64_t row, MutableVolumeView to) const;
  void suspect(std::int64_t z, std::uint64_t landing) const;
  Result<void> check_no_strays() const;

  const std::filesystem::path directory_;
  const LandingOptions options_;

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  mutable std::vector<LandedSlice> slices_;                 // guarded
  std::int64_t landed_ = 0;                                 // guarded
  mutable std::map<std::int64_t, std::uint64_t> suspects_;  // guarded; landings that were found changed, by frame
  std::optional<Error> failure_;                            // guarded; final
  std::optional<FirstSlice> first_;  // written once, guarded until open_landing_stack() has returned
  mutable OpenFiles open_files_{kMaxOpenFiles};

  // Of the watching thread.
  LandingDirectory files_;
  std::optional<os::DirectoryWatch> watch_;
  bool has_begun_ = false;
  bool hears_all_ = true;  // nothing landed yet that the watch had not told of
  milliseconds period_ = kShortestPeriod;
  Clock::time_point next_scan_ = Clock::time_point::min();
  Clock::time_point last_landing_ = Clock::now();

  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::jthread thread_;  // last: ends before anything above goes
};

void LandingSource::run() {
  auto result = follow();
  if (result || stop_.stop_requested()) return;
  {
    const std::scoped_lock lock(mutex_);
    failure_ = std::move(result.error());
  }
  changed_.notify_all();
}

Result<void> LandingSource::follow() {
  while (!stop_.stop_requested()) {
    if (!has_begun_) {
      BEAMPORT_ASSIGN(has_begun_, begin());
    }
    auto result = listen(has_begun_ ? std::min(next_scan_, files_.next_due()) : Clock::now() + kShortestPeriod)
                      .and_then([this](const os::DirectoryEvents& events) { return look(events); });
    if (!result) BEAMPORT_TRY(begin_again(std::move(result.error())));
    BEAMPORT_TRY(check_patience());
  }
  return {};
}

// Whether the directory is there. It is watched before it is first listed, so that nothing falls in between.
Result<bool> LandingSource::begin() {
  std::error_code error;
  const auto status = std::filesystem::status(directory_, error);
  if (status.type() == std::filesystem::file_type::not_found) return false;
  if (error) return os::system_error(error.value(), "look at", directory_);
  if (!std::filesystem::is_directory(status)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is not a directory; slices land in a directory", directory_.string()));
  }
  next_scan_ = Clock::time_point::min();
  if (!options_.watch) return true;
  auto watch = os::DirectoryWatch::open(directory_);
  if (watch) {
    watch_.emplace(std::move(*watch));
  } else if (watch.error().code == ErrorCode::kNotFound) {
    return false;
  } else if (watch.error().code == ErrorCode::kUnavailable) {
    log::warning("{}; looking for new slices from time to time instead", watch.error().message);
  } else {
    return fail(std::move(watch.error()));
  }
  return true;
}

// A directory that is removed and made anew before anything landed is the same to the user.
Result<void> LandingSource::begin_again(Error gone) {
  if (gone.code != ErrorCode::kNotFound || first_) return fail(std::move(gone));
  watch_.reset();
  files_ = LandingDirectory(directory_, options_.pattern, options_.settle);
  has_begun_ = false;
  return {};
}

Result<os::DirectoryEvents> LandingSource::listen(Clock::time_point until) {
  if (landed_ < options_.frames) until = std::min(until, last_landing_ + options_.patience);
  const auto now = Clock::now();
  const auto timeout = std::chrono::ceil<milliseconds>(std::min(until, now + kLongestPeriod) - std::min(until, now));
  if (watch_) return watch_->wait(timeout, stop_.get_token());
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop_.get_token(), timeout, [this] { return !suspects_.empty(); });
  return os::DirectoryEvents{};
}

Result<void> LandingSource::look(const os::DirectoryEvents& events) {
  if (!has_begun_) return {};
  const auto now = Clock::now();
  for (const std::string& name : files_.note(events, now)) BEAMPORT_TRY(judge_rewritten(name));
  look_at_suspects();
  if (events.lost || now >= next_scan_) BEAMPORT_TRY(scan(now));
  for (const auto& candidate : files_.due(now)) {
    if (stop_.stop_requested()) return {};
    BEAMPORT_TRY(try_candidate(candidate));
  }
  return {};
}

// As long as the watch tells everything, listing is a mere precaution.
Result<void> LandingSource::scan(Clock::time_point now) {
  BEAMPORT_ASSIGN(const std::size_t found, files_.scan(now));
  const auto end = Clock::now();
  const auto cost = std::chrono::ceil<milliseconds>(kScanShare * (end - now));
  period_ = found > 0 ? kShortestPeriod : std::min(2 * period_, kUnwatchedPeriod);
  if (watch_ && hears_all_) period_ = kLongestPeriod;
  period_ = std::min(std::max(period_, cost), kLongestPeriod);
  next_scan_ = end + period_;
  return {};
}

// A slice that had landed was closed once more, or replaced.
Result<void> LandingSource::judge_rewritten(const std::string& name) {
  BEAMPORT_ASSIGN(const std::int64_t frame, first_->names.frame_of(name));
  const LandedSlice& slice = slices_[static_cast<std::size_t>(frame)];  // only this thread writes it
  const auto stamp = os::stamp_of(files_.path_of(name));
  if (stamp && *stamp != slice.stamp) take_back(frame, true);  // if it is gone, whoever reads it will notice
  return {};
}

void LandingSource::look_at_suspects() {
  std::map<std::int64_t, std::uint64_t> suspects;
  {
    const std::scoped_lock lock(mutex_);
    suspects.swap(suspects_);
  }
  for (const auto& [frame, landing] : suspects) {
    const LandedSlice& slice = slices_[static_cast<std::size_t>(frame)];
    if (!slice.name.empty() && slice.landings == landing) take_back(frame, false);
  }
}

// It is not complete any more, and lands once more.
void LandingSource::take_back(std::int64_t frame, bool is_closed) {
  std::string name;
  {
    const std::scoped_lock lock(mutex_);
    name = std::exchange(slices_[static_cast<std::size_t>(frame)].name, {});
    --landed_;
  }
  last_landing_ = Clock::now();  // patience begins anew
  files_.mark_written_again(name, last_landing_, is_closed);
  log::info("{} was written again after it had been complete", files_.path_of(name).string());
}

Result<void> LandingSource::try_candidate(const LandingDirectory::Candidate& candidate) {
  auto problem = take(candidate);
  if (!problem) {
    files_.mark_landed(candidate.name);
    last_landing_ = Clock::now();
    if (candidate.is_surprise && hears_all_) {
      hears_all_ = false;
      next_scan_ = last_landing_;
    }
    return {};
  }
  if (candidate.is_hopeless(*problem, options_.settle)) return fail(std::move(problem->error));
  files_.mark_not_yet(candidate.name, std::move(*problem));
  return {};
}

// Nothing when it is a slice, and complete.
std::optional<LandingProblem> LandingSource::take(const LandingDirectory::Candidate& candidate) {
  const std::string& name = candidate.name;
  const std::filesystem::path path = files_.path_of(name);
  if (!candidate.stamp.is_regular) {
    return final_problem(ErrorCode::kInvalidArgument,
                         fmt::format("{} is not a file, but named like a slice", path.string()));
  }
  if (first_) {
    const auto frame = first_->names.frame_of(name).map_error(in_context(directory_.string()));
    if (!frame) return LandingProblem{.error = frame.error(), .outlook = LandingProblem::Outlook::kFinal};
    const std::string& other = slices_[static_cast<std::size_t>(*frame)].name;  // only this thread writes it
    if (!other.empty()) {
      return final_problem(
          ErrorCode::kFailedPrecondition,
          fmt::format("{}: {} and {} have the same number; keep one of them", directory_.string(), other, name));
    }
  }
  const auto file = TiffReader::open(path);
  if (!file) return LandingProblem{.error = file.error()};
  auto meaning = meaning_of(*file);
  if (!meaning) return LandingProblem{.error = meaning.error()};
  if (meaning->frames != 1) {
    return final_problem(ErrorCode::kUnsupported,
                         fmt::format("{} has {} pages where one slice is expected; convert it on its own, or take it "
                                     "out of the directory",
                                     path.string(), meaning->frames));
  }
  const GreyPage& page = file->pages().front();
  if (first_ && !same_shape(page, first_->page)) {
    return final_problem(ErrorCode::kUnsupported,
                         fmt::format("{} is {}, but {} is {}; the slices of a volume have one shape and one type",
                                     path.string(), describe(page), first_->name, describe(first_->page)));
  }
  return publish(candidate, page, std::move(*meaning));
}

std::optional<LandingProblem> LandingSource::publish(const LandingDirectory::Candidate& candidate, const GreyPage& page,
                                                     FrameMeaning meaning) {
  // What was just read must be what had been quiet. Whoever copies a file may set its times after closing it.
  const auto stamp = os::stamp_of(files_.path_of(candidate.name));
  if (!stamp) return LandingProblem{.error = stamp.error(), .outlook = LandingProblem::Outlook::kWaiting};
  const bool is_same_file = stamp->inode == candidate.stamp.inode && stamp->size == candidate.stamp.size;
  if (*stamp != candidate.stamp && !(candidate.is_closed && is_same_file)) return waiting("it is still being written");

  std::optional<FirstSlice> first;
  if (!first_) {
    auto names = LandingNames::learn(candidate.name, files_.pending_names(), options_.first_number, options_.frames)
                     .map_error(in_context(directory_.string()));
    if (!names) return LandingProblem{.error = names.error(), .outlook = LandingProblem::Outlook::kFinal};
    if (!*names) return waiting("its name has several numbers, and no second name tells which of them counts");
    first = FirstSlice{candidate.name, page, std::move(meaning), std::move(**names)};
  }
  const auto frame = (first ? *first : *first_).names.frame_of(candidate.name);
  BEAMPORT_CHECK(frame.has_value());
  {
    const std::scoped_lock lock(mutex_);
    if (first) first_ = std::move(first);
    LandedSlice& slice = slices_[static_cast<std::size_t>(*frame)];
    slice = {candidate.name, *stamp, candidate.is_closed, slice.landings + 1};
    ++landed_;
  }
  changed_.notify_all();
  return std::nullopt;
}

Result<void> LandingSource::check_patience() const {
  if (landed_ == options_.frames || Clock::now() < last_landing_ + options_.patience) return {};
  const auto why = files_.why_incomplete();
  const double seconds = std::chrono::duration<double>(options_.patience).count();
  const std::scoped_lock lock(mutex_);
  return fail(ErrorCode::kUnavailable,
              fmt::format("{}: nothing landed for {} s; {}{}{}", directory_.string(), seconds,
                          !has_begun_ ? "there is no such directory"
                          : first_    ? describe_missing(slices_, first_->names)
                                      : fmt::format("none of {} slices is complete", options_.frames),
                          why ? "; " : "", why.value_or("")));
}

Result<void> LandingSource::wait_for_first() const {
  std::unique_lock lock(mutex_);
  const bool is_over = changed_.wait(lock, stop_.get_token(), [this] { return failure_ || first_; });
  if (failure_) return fail(*failure_);
  if (!is_over) return fail(ErrorCode::kCancelled, "stopped on request");
  return {};
}

// Waits until the slice is complete, and another than the one of that many landings.
Result<LandedSlice> LandingSource::await_landing(std::int64_t z, std::uint64_t unlike) const {
  BEAMPORT_CHECK(z >= 0 && z < options_.frames);
  const LandedSlice& slice = slices_[static_cast<std::size_t>(z)];
  std::unique_lock lock(mutex_);
  const bool is_over = changed_.wait(lock, stop_.get_token(),
                                     [&] { return failure_ || (!slice.name.empty() && slice.landings != unlike); });
  if (failure_) return fail(*failure_);
  if (!is_over) return fail(ErrorCode::kCancelled, "stopped on request");
  return slice;
}

// The watching thread shall take back that landing of the slice, if it has not done so.
void LandingSource::suspect(std::int64_t z, std::uint64_t landing) const {
  {
    const std::scoped_lock lock(mutex_);
    suspects_[z] = landing;
  }
  changed_.notify_all();
}

std::optional<FrameState> LandingSource::frame_state(std::int64_t z) const {
  BEAMPORT_CHECK(z >= 0 && z < options_.frames);
  LandedSlice slice;
  {
    const std::scoped_lock lock(mutex_);
    slice = slices_[static_cast<std::size_t>(z)];
  }
  const bool is_complete = !slice.name.empty();
  const auto stamp = os::stamp_of(directory_ / (is_complete ? slice.name : first_->names.name_of(z)));
  if (!stamp) return std::nullopt;
  return is_complete ? state_of(slice, *stamp) : FrameState{0, *stamp};
}

Result<FrameState> LandingSource::await_frame(std::int64_t z) const {
  std::uint64_t changed = 0;
  while (true) {
    BEAMPORT_ASSIGN(const LandedSlice slice, await_landing(z, changed));
    const auto stamp = os::stamp_of(directory_ / slice.name);
    if (stamp) {
      const FrameState state = state_of(slice, *stamp);
      if (state.version != 0) return state;
    }
    changed = slice.landings;
    suspect(z, changed);
  }
}

Result<void> LandingSource::read_rows(std::int64_t z, std::int64_t row, MutableVolumeView to) const {
  std::uint64_t changed = 0;
  while (true) {
    BEAMPORT_ASSIGN(const LandedSlice slice, await_landing(z, changed));
    auto result = read_rows_of(slice, z, row, to);
    const auto stamp = os::stamp_of(directory_ / slice.name);
    if (stamp && state_of(slice, *stamp).version != 0) return result;
    changed = slice.landings;  // whatever was read, it is being written again
    suspect(z, changed);
  }
}

Result<void> LandingSource::read_rows_of(const LandedSlice& slice, std::int64_t z, std::int64_t row,
                                         MutableVolumeView to) const {
  // A file that was opened before it was written again must not serve for what it is now.
  const auto key = static_cast<std::size_t>(z) + slice.landings * slices_.size();
  BEAMPORT_ASSIGN(const auto file, open_files_.get(key, directory_ / slice.name));
  const GreyPage& page = file->pages().front();
  if (file->pages().size() == 1 && same_shape(page, first_->page)) return file->read_rows(page, row, to);
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} changed after it had been complete: it is now {}; wait until the stack is final and "
                          "start again",
                          file->name(), describe(page)));
}

std::string LandingSource::frame_name(std::int64_t z) const {
  const std::scoped_lock lock(mutex_);
  const LandedSlice& slice = slices_[static_cast<std::size_t>(z)];
  return slice.name.empty() ? first_->names.name_of(z) : slice.name;
}

std::int64_t LandingSource::landed() const {
  const std::scoped_lock lock(mutex_);
  return landed_;
}

Result<void> LandingSource::confirm() const {
  {
    const std::scoped_lock lock(mutex_);
    if (failure_) return fail(*failure_);
    if (std::ranges::any_of(slices_, [](const LandedSlice& slice) { return slice.landings == 0; })) {
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("{}: {}", directory_.string(), describe_missing(slices_, first_->names)));
    }
  }
  for (std::int64_t z = 0; z < options_.frames; ++z) BEAMPORT_TRY(await_frame(z));
  return check_no_strays();
}

// A further slice may mean that the number of slices announced was wrong.
Result<void> LandingSource::check_no_strays() const {
  BEAMPORT_ASSIGN(const std::vector<std::string> names, list_slices(directory_, options_.pattern));
  for (const std::string& name : names) {
    BEAMPORT_ASSIGN(const std::int64_t frame, first_->names.frame_of(name).map_error(in_context(directory_.string())));
    const std::scoped_lock lock(mutex_);
    const std::string& taken = slices_[static_cast<std::size_t>(frame)].name;
    if (taken.empty() || taken == name) continue;
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{}: {} and {} have the same number; keep one of them", directory_.string(), taken, name));
  }
  return {};
}

Result<void> check(const LandingOptions& options) {
  if (options.frames <= 0 || options.frames > kMaxFrames) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} slices announced; it must be 1 to {}", options.frames, kMaxFrames));
  }
  if (options.first_number.value_or(0) < 0) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the first slice cannot have the number {}", *options.first_number));
  }
  if (options.settle < milliseconds(0) || options.patience <= milliseconds(0)) {
    return fail(ErrorCode::kInvalidArgument, "the times to settle and to wait must be positive");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<LandingStack>> open_landing_stack(const std::filesystem::path& directory,
                                                         LandingOptions options) {
  BEAMPORT_TRY(check(options));
  options.settle = std::min(options.settle, kLongestTime);
  options.patience = std::min(options.patience, kLongestTime);
  auto stack = std::make_unique<LandingSource>(directory, std::move(options));
  BEAMPORT_TRY(stack->wait_for_first());
  return stack;
}

}  // namespace beamport::image
