// SPDX-License-Identifier: Apache-2.0
// The journal under threads, processes, kills and a full disk.

#include <csignal>
#include <cstdio>
#include <set>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "beamport/db/test_process.h"
#include "beamport/ingest/test_scans.h"
#include "beamport/os/file.h"

namespace beamport::ingest {
namespace {

using db::TestProcess;

class ScanFaultTest : public ScanJournalTest {
 protected:
  /// What must hold whenever the journal is opened, whatever happened before.
  void check_invariants(ScanJournal& journal) {
    std::map<std::string, int> at_work;
    std::map<std::string, int> published;
    std::set<std::string> ids;
    ScanPage page;
    do {
      const ScanList list = journal.list({}, page).value();
      for (const Scan& scan : list.scans) {
        EXPECT_TRUE(ids.insert(scan.id.text()).second);
        if (scan.state == State::kPublished) ++published[scan.request.source];
        if (scan.state != State::kPublished && scan.state != State::kSuperseded && scan.state != State::kCancelled) {
          ++at_work[scan.request.source];
        }
        EXPECT_EQ(scan.reason.has_value(), scan.attempts > 0 && scan.state != State::kPublished) << scan.request.source;
      }
      page.before = list.next;
    } while (page.before != 0);
    for (const auto& [source, count] : at_work) EXPECT_LE(count, 1) << source;
    for (const auto& [source, count] : published) EXPECT_LE(count, 1) << source;
  }

  static int report(const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
  }
};

TEST_F(ScanFaultTest, FiftyNoticesAtOnceFromThreadsAreOneScan) {
  const auto journal = open();
  std::mutex mutex;
  std::set<std::string> ids;
  int made = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(50);
    for (int i = 0; i < 50; ++i) {
      threads.emplace_back([&] {
        const auto noticed = journal->notice(request_of("anna", "s1"));
        const std::lock_guard lock(mutex);
        ASSERT_TRUE(noticed);
        ids.insert(noticed->scan.id.text());
        made += noticed->is_new ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(made, 1);
  EXPECT_EQ(journal->counts().value().at(State::kNoticed), 1);
}

// The journal itself does not exist before, either.
TEST_F(ScanFaultTest, FiftyNoticesAtOnceFromProcessesAreOneScan) {
  std::vector<TestProcess> children;
  children.reserve(50);
  for (int i = 0; i < 50; ++i) {
    children.emplace_back([&] {
      const auto journal = ScanJournal::open(path_, settings());
      if (!journal) return report(journal.error());
      const auto noticed = (*journal)->notice(request_of("anna", "s1"));
      return noticed ? 0 : report(noticed.error());
    });
  }
  for (TestProcess& child : children) EXPECT_EQ(child.wait(), 0);
  const auto journal = open();
  EXPECT_EQ(journal->list({}, {}).value().scans.size(), 1U);
  EXPECT_EQ(journal->changes().value(), 1);
}

TEST_F(ScanFaultTest, ServicesInThreadsShareTheScansWithoutDoingOneTwice) {
  constexpr int kScans = 40;
  for (int i = 0; i < kScans; ++i)
    ASSERT_TRUE(open()->notice(request_of(fmt::format("u{}", i % 3), fmt::format("s{}", i))));
  std::mutex mutex;
  std::multiset<std::string> done;
  const auto serve = [&] {
    const auto journal = open();
    while (const auto scan = journal->claim_next({.slots = 2}).value()) {
      EXPECT_TRUE(journal->advance(scan->id, State::kConverting));
      EXPECT_TRUE(journal->advance(scan->id, State::kVerifying));
      EXPECT_TRUE(journal->begin_publishing(scan->id));
      EXPECT_TRUE(journal->mark_published(scan->id, "first content"));
      const std::lock_guard lock(mutex);
      done.insert(scan->id.text());
    }
  };
  {
    std::vector<std::jthread> services;
    services.reserve(3);
    for (int i = 0; i < 3; ++i) services.emplace_back(serve);
  }
  EXPECT_EQ(done.size(), static_cast<std::size_t>(kScans));
  EXPECT_EQ(std::set<std::string>(done.begin(), done.end()).size(), done.size());
}

TEST_F(ScanFaultTest, AKilledServiceIsFoundGoneAndALivingOneIsNot) {
  {
    ASSERT_TRUE(open()->notice(request_of("anna", "s1")));
  }
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  TestProcess service([&] {
    const auto journal = ScanJournal::open(path_, settings());
    if (!journal || !*(*journal)->claim_next({})) return 1;
    if (::write(ready[1], "x", 1) != 1) return 2;
    while (true) ::pause();
  });
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  const auto journal = open();
  EXPECT_EQ(journal->requeue_interrupted().value(), 0);
  EXPECT_EQ(journal->counts().value().at(State::kSettling), 1);
  service.kill();
  EXPECT_EQ(journal->requeue_interrupted().value(), 1);
  EXPECT_TRUE(journal->claim_next({}).value());
  ::close(ready[0]);
  ::close(ready[1]);
}

// What the service was told is written to a file of its own, synced, and looked for after each kill.
TEST_F(ScanFaultTest, KilledAtAnyPointItKeepsWhatItAcknowledged) {
  const std::filesystem::path acknowledged = directory_.path() / "acknowledged";
  auto clock = settings();
  clock.retry.first_delay = std::chrono::milliseconds(0);
  const auto serve = [&](int round) {
    const auto journal = ScanJournal::open(path_, clock);
    if (!journal) return report(journal.error());
    ScanJournal& j = **journal;
    std::FILE* told = std::fopen(acknowledged.c_str(), "a");
    if (told == nullptr || !j.requeue_interrupted()) return 1;
    for (int i = 0;; ++i) {
      const auto noticed = j.notice(request_of("anna", fmt::format("r{}-{}", round, i)));
      if (!noticed) return report(noticed.error());
      std::fprintf(told, "%s\n", noticed->scan.id.text().c_str());
      std::fflush(told);
      const auto claimed = j.claim_next({});
      if (!claimed) return report(claimed.error());
      if (!*claimed) continue;
      const ScanId id = (*claimed)->id;
      if (i % 3 == 0) {
        if (const auto failed = j.mark_failed(id, {ErrorCode::kIo, "a bad disk", {}}, Retry::kLater); !failed) {
          return report(failed.error());
        }
        continue;
      }
      if (!j.advance(id, State::kConverting) || !j.report_progress(id, {.slices_done = i + 1}) ||
          !j.advance(id, State::kVerifying) || !j.begin_publishing(id) || !j.mark_published(id, "first content")) {
        return 1;
      }
      std::fprintf(told, "%s published\n", id.text().c_str());
      std::fflush(told);
    }
  };
  for (int round = 0; round < 25; ++round) {
    const auto size = [&] {
      std::error_code none;
      const auto bytes = std::filesystem::file_size(acknowledged, none);
      return none ? 0 : bytes;
    };
    const auto before = size();
    TestProcess child([&] { return serve(round); });
    // Every other time at any moment, also while the journal is opened; else after something was acknowledged, however
    // slow the machine is.
    for (int i = 0; round % 2 == 1 && i < 60'000 && size() == before; ++i) ::usleep(1000);
    ::usleep(static_cast<useconds_t>(2'300 * round));
    child.kill();
    const auto journal = open();
    check_invariants(*journal);
  }
  const auto journal = open();
  const std::string text(as_text(os::read_file(acknowledged, 1U << 26).value()));
  std::size_t lines = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    const auto id = ScanId::parse(line.substr(0, 24));
    ASSERT_TRUE(id) << line;
    const auto scan = journal->find(*id);
    ASSERT_TRUE(scan) << line;
    if (line.size() > 24) {
      EXPECT_EQ(scan->state, State::kPublished);
    }
    begin = end + 1;
    ++lines;
  }
  EXPECT_GE(lines, 12U);
  // And nothing is stuck: whatever was at work can be finished.
  ASSERT_TRUE(journal->requeue_interrupted());
  while (const auto scan = journal->claim_next({}).value()) {
    ASSERT_TRUE(journal->advance(scan->id, State::kConverting));
    ASSERT_TRUE(journal->advance(scan->id, State::kVerifying));
    ASSERT_TRUE(journal->begin_publishing(scan->id));
    ASSERT_TRUE(journal->mark_published(scan->id, "first content"));
  }
  EXPECT_EQ(journal->counts().value().size(), 1U);
}

TEST_F(ScanFaultTest, OnAFullDiskItSaysSoAndKeepsWhatItHas) {
  TestProcess child([&] {
    const auto journal = ScanJournal::open(path_, settings());
    if (!journal) return report(journal.error());
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 800'000, .rlim_max = RLIM_INFINITY};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    std::size_t noticed = 0;
    while (true) {
      const auto one = (*journal)->notice(request_of("anna", fmt::format("s{}", noticed)));
      if (one) {
        ++noticed;
        continue;
      }
      if (one.error().code != ErrorCode::kNoSpace) return report(one.error());
      break;
    }
    const auto counts = (*journal)->counts();
    if (!counts || counts->at(State::kNoticed) != static_cast<std::int64_t>(noticed)) return 3;
    const rlimit none{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &none);
    return (*journal)->notice(request_of("anna", fmt::format("s{}", noticed))) ? 0 : 4;
  });
  EXPECT_EQ(child.wait(), 0);
  const auto journal = open();
  EXPECT_GT(journal->counts().value().at(State::kNoticed), 10);
}

TEST_F(ScanFaultTest, NothingIsLeftOfServicesThatEnded) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(open());
  TestProcess child([&]() -> int {
    const auto journal = ScanJournal::open(path_, settings());
    ::_exit(journal ? 0 : 1);  // without the destructor
  });
  ASSERT_EQ(child.wait(), 0);
  const auto journal = open();
  ASSERT_TRUE(journal->requeue_interrupted());
  const std::filesystem::directory_iterator owners(path_.parent_path() / "owners");
  EXPECT_EQ(std::distance(begin(owners), end(owners)), 1);
}

}  // namespace
}  // namespace beamport::ingest
