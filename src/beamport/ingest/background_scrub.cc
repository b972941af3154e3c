// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/background_scrub.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/log.h"
#include "beamport/base/metrics.h"
#include "beamport/catalog/damage_book.h"
#include "beamport/os/file_lock.h"
#include "beamport/os/thread_priority.h"

namespace beamport::ingest {
namespace {

using std::chrono::milliseconds;
using Finding = ScrubbedImage::Finding;

constexpr milliseconds kAfterError = std::chrono::hours(1);
constexpr milliseconds kWhileAnotherScrubs = std::chrono::minutes(5);
constexpr milliseconds kLongestWait = std::chrono::hours(1);  // then the wall clock is asked again
constexpr std::chrono::seconds kNoted{5};                     // between two notes of how far it has got

void sleep_for(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

void BackgroundScrub::start() {
  if (options_.every.count() > 0) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void BackgroundScrub::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void BackgroundScrub::run(const std::stop_token& stop) {
  if (const auto given = os::give_way(); !given) log::debug("scrub: {}", given.error().message);
  while (!stop.stop_requested()) {
    auto pause = look(stop);
    if (stop.stop_requested()) return;
    if (!pause) log::error("scrub: {}; it is tried again in an hour", pause.error().message);
    sleep_for(pause.value_or(kAfterError), stop);
  }
}

Result<milliseconds> BackgroundScrub::look(const std::stop_token& stop) {
  // Whoever holds it says what is due.
  BEAMPORT_ASSIGN(const auto lock, os::FileLock::try_take(options_.data / ".beamport" / "scrub.lock"));
  if (!lock) return kWhileAnotherScrubs;
  auto diary = read_diary(options_.data);
  if (!diary && diary.error().code != ErrorCode::kCorrupt) return fail(std::move(diary).error());
  if (!diary) log::warning("scrub: {}; it begins anew", diary.error().message);
  const ScrubDiary known = diary.value_or(ScrubDiary{});
  const milliseconds left = time_to_next(known);
  if (left.count() > 0) return std::min(left, kLongestWait);
  BEAMPORT_TRY(run_pass(known, stop));
  return milliseconds(0);
}

milliseconds BackgroundScrub::time_to_next(const ScrubDiary& diary) const {
  if (diary.pass || !diary.ended) return milliseconds(0);
  const std::int64_t since = now_s() - *diary.ended;
  // The clock was set back: nobody knows how long it has been.
  if (since < 0) return milliseconds(0);
  return std::max(milliseconds(0), options_.every - milliseconds(std::chrono::seconds(since)));
}

std::int64_t BackgroundScrub::now_s() const {
  return std::chrono::duration_cast<std::chrono::seconds>(options_.wall().time_since_epoch()).count();
}

Result<void> BackgroundScrub::run_pass(ScrubDiary diary, const std::stop_token& stop) {
  log::info("scrub: a pass {}", diary.pass ? fmt::format("goes on after {}", diary.pass->after) : "begins");
  if (!diary.pass) {
    diary.pass = ScrubPass{};
    diary.pass->began = now_s();
    BEAMPORT_TRY(write_diary(options_.data, diary));
  }
  ScrubPass& pass = *diary.pass;
  auto noted = std::chrono::steady_clock::now();
  Result<void> written;
  const auto observe = [&](const ScrubbedImage& image) {
    note(image, pass);
    if (std::chrono::steady_clock::now() - noted < kNoted) return;
    noted = std::chrono::steady_clock::now();
    written = write_diary(options_.data, diary);
  };
  const ScrubRequest request{
      .root = options_.data, .workers = 1, .limits = options_.limits, .after = pass.after, .repair = options_.repair};
  const auto report = scrub(request, observe, stop);
  if (!report) {
    BEAMPORT_TRY(write_diary(options_.data, diary));
    return fail(report.error());
  }
  BEAMPORT_TRY(std::move(written));
  for (const std::string& problem : report->problems) log::warning("scrub: {}", problem);
  tell_of(pass);
  diary.ended = now_s();
  diary.pass.reset();
  return write_diary(options_.data, diary);
}

void BackgroundScrub::note(const ScrubbedImage& image, ScrubPass& pass) const {
  pass.after = image.relative_path;
  pass.bytes += image.bytes;
  metrics().counter("beamport_scrubbed_bytes_total", "Bytes that the background scrub has read").add(image.bytes);
  const bool is_damaged = image.finding == Finding::kDamaged || image.finding == Finding::kUnreadable;
  if (is_damaged) {
    ++pass.damaged;
    log::error("scrub: {}: {} files are damaged, first {} {}; {}", image.relative_path, image.damaged.size(),
               image.damaged.front().key, image.damaged.front().problem, image.repair.value_or("it stays as it is"));
  } else if (image.finding == Finding::kSound) {
    ++pass.sound;
  } else {
    ++pass.unchecked;
  }
  if (const auto recorded = catalog::DamageBook(options_.data).ids()) {
    metrics()
        .gauge("beamport_damaged_images", "Published images in the damage book")
        .set(static_cast<double>(recorded->size()));
  }
}

void BackgroundScrub::tell_of(const ScrubPass& pass) const {
  log::info("scrub: a pass has ended after {} s: {} images sound, {} damaged, {} not checked, {:.1f} GB read",
            now_s() - pass.began, pass.sound, pass.damaged, pass.unchecked, static_cast<double>(pass.bytes) / 1e9);
  metrics().counter("beamport_scrub_passes_total", "Whole passes of the background scrub").add();
  metrics()
      .gauge("beamport_scrub_last_pass_timestamp_seconds", "When the last whole pass of the background scrub ended")
      .set(static_cast<double>(now_s()));
}

}  // namespace beamport::ingest
