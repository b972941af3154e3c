// SPDX-License-Identifier: Apache-2.0
#pragma once

// A journal in a fresh directory, a clock that tests can make jump, and requests, for the tests of the journal.

#include <atomic>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/ingest/scan_journal.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {

struct TestClock {
  std::atomic<std::int64_t> wall_s{1'700'000'000};
  std::atomic<std::int64_t> since_boot_ms{1'000'000};
  std::string boot = "a boot";

  [[nodiscard]] ScanClock clock() {
    return {.wall = [this] { return std::chrono::system_clock::time_point(std::chrono::seconds(wall_s)); },
            .since_boot = [this] { return std::chrono::milliseconds(since_boot_ms); },
            .boot = boot};
  }
  void pass(std::chrono::milliseconds time) { since_boot_ms += time.count(); }
};

inline ScanRequest request_of(const std::string& user, const std::string& name) {
  return {.source = fmt::format("/beamline/{}/{}", user, name),
          .output = fmt::format("{}/20260101/{}.ome.zarr", user, name),
          .user = user,
          .date = "20260101",
          .name = name,
          .root = "p14",
          .content = "first content",
          .source_bytes = 30'000'000'000};
}

class ScanJournalTest : public testing::Test {
 protected:
  using State = ScanState;

  [[nodiscard]] ScanJournalSettings settings() {
    ScanJournalSettings settings;
    settings.clock = time_.clock();
    settings.poll = std::chrono::milliseconds(20);
    return settings;
  }
  [[nodiscard]] std::unique_ptr<ScanJournal> open() {
    auto journal = ScanJournal::open(path_, settings());
    if (!journal) ADD_FAILURE() << journal.error().message;
    return std::move(journal).value();
  }

  /// Claims the next scan, which is this one, and takes it to the state.
  static void bring_to(ScanJournal& journal, const ScanId& id, State state) {
    const auto claimed = journal.claim_next({.slots = 1000}).value();
    ASSERT_TRUE(claimed && claimed->id == id);
    if (state == State::kSettling) return;
    ASSERT_TRUE(journal.advance(id, State::kConverting));
    if (state == State::kConverting) return;
    ASSERT_TRUE(journal.advance(id, State::kVerifying));
    if (state == State::kVerifying) return;
    ASSERT_TRUE(journal.begin_publishing(id));
    ASSERT_TRUE(journal.mark_published(id, "first content"));
  }

  TestClock time_;
  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  std::filesystem::path path_ = directory_.path() / ".beamport" / "journal.sqlite";
};

}  // namespace beamport::ingest
