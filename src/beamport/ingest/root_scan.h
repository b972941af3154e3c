// SPDX-License-Identifier: Apache-2.0
#pragma once

// Finds the scans below a watched root by looking, and tells what is new, changed, quiet or gone. Right without a
// single event, so it serves network file systems, lost events and restarts alike; events (touch()) only make it
// quicker.
//
// What it costs: the directories of the pattern are listed at every look, a scan's directory only when its own stamp
// changed (and once more after that, because stamps tick coarsely); of a quiet scan four stamps are read, as many scans
// at a look as fit into `quiet_budget`; slices are looked at one by one only when a scan has become quiet, and in turn
// for all of them, at most `full_checks` at a look.
// What it trusts: names, stamps being equal or not, and the monotonic clock. A time on the disk is never compared with
// the time here. A root that is away (unmounted, unreachable, empty mount point) leaves everything as it was known.
// Symbolic links below the root are not followed unless told: a link could show one user another one's data.
//
// No thread; used by one at a time. The clock and the file system are injected.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/ingest/scan_path.h"
#include "beamport/ingest/source_identity.h"
#include "beamport/ingest/source_view.h"

namespace beamport::ingest {

using MonotonicClock = std::function<std::chrono::steady_clock::time_point()>;

struct RootScanOptions {
  std::filesystem::path root;
  ScanPattern pattern;
  std::string slices = "*";  // which names are slices (image/file_pattern.h)
  std::string marker = {};   // a file in the scan's directory that is made last; empty: there is none
  bool follow_links = false;
  std::chrono::milliseconds settle{30'000};         // a scan that did not change for so long is quiet
  std::chrono::milliseconds shortest_period{2000};  // between two looks while something changes
  std::chrono::milliseconds longest_period{60'000};
  std::chrono::milliseconds quiet_budget{500};  // time that one look spends on scans that are quiet
  std::size_t full_checks = 20'000;             // slices that one look at most looks at one by one
  std::size_t max_scans = 200'000;
};

struct ScanObservation {
  std::string path;  // relative to the root
  ScanFields fields;
  std::uint64_t slices = 0;
  bool has_marker = false;
  SourceIdentity identity;  // `full` only of a quiet scan
  std::chrono::milliseconds quiet{0};
};

struct ScanNews {
  enum class Kind {
    kNew,      // seen for the first time, with at least one slice
    kChanged,  // other names, other slices, the marker came or went, or it was written to
    kQuiet,    // did not change for `settle`; once after each kNew and kChanged
    kGone,     // no longer there, or without slices
  };
  Kind kind = Kind::kNew;
  ScanObservation scan;
};

/// Something that people should know: told once when it begins and once when it is over.
struct RootTrouble {
  std::string path;  // relative to the root; empty is the root itself
  Error error;
  bool is_over = false;
};

struct RootLook {
  std::vector<ScanNews> news;
  std::vector<RootTrouble> troubles;
  bool is_root_there = true;
};

class RootScan {
 public:
  RootScan(RootScanOptions options, std::unique_ptr<SourceView> view, MonotonicClock clock);

  /// What an earlier run did with a scan: when it is found as it was then, that is no news.
  void remember(std::string path, SourceIdentity identity);

  /// Looks at everything. A stop request ends it early, with what was found.
  [[nodiscard]] RootLook look(const std::stop_token& stop);

  /// An event was heard in a directory of the pattern or in a scan.
  void touch(const std::string& path);

  /// Something may have happened in a directory unheard. False when a later look is soon enough.
  bool look_again(const std::string& path);

  /// Looks only at what was touched and at scans whose time of quiet is over.
  [[nodiscard]] RootLook look_at_touched(const std::stop_token& stop);

  /// When the next complete look is due, and when there will be something for look_at_touched() without an event.
  [[nodiscard]] std::chrono::steady_clock::time_point next_look() const noexcept { return next_look_; }
  [[nodiscard]] std::chrono::steady_clock::time_point next_quiet() const;

  /// Directories in which events are worth hearing: those of the pattern, and the scans that changed last, at most
  /// `max_scans` of them. Relative to the root.
  [[nodiscard]] std::vector<std::string> directories_to_watch(std::size_t max_scans) const;

  [[nodiscard]] const RootScanOptions& options() const noexcept { return options_; }
  [[nodiscard]] std::filesystem::path path_of(const std::string& relative) const {
    return relative.empty() ? options_.root : options_.root / relative;
  }
  /// Scans with at least one slice.
  [[nodiscard]] std::size_t known_scans() const noexcept { return reported_; }
  [[nodiscard]] std::optional<ScanObservation> find(const std::string& path) const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Scan {
    ScanFields fields;
    NamedSource source;
    os::FileStamp stamp;              // of the directory, before it was listed
    std::optional<Time> stamp_since;  // nothing: never listed
    Time listed_at{};
    bool has_marker = false;
    SourceIdentity identity;
    Time since{};              // of the last change
    bool is_reported = false;  // has had slices
    bool is_quiet = false;
    bool owes_quiet = false;  // kNew or kChanged was told, kQuiet not yet
  };
  struct Seen {
    SourceIdentity identity;
    bool marker_changed = false;
  };
  using ScanEntry = std::map<std::string, Scan>::value_type;

  bool find_root(RootLook& look);
  void walk(const std::string& directory, std::size_t level, const ScanFields& fields, RootLook& look,
            const std::stop_token& stop);
  bool enter(const std::string& path, const ListedName& entry, std::size_t level, ScanFields& fields, RootLook& look);
  void add_scan(const std::string& path, const ScanFields& fields, RootLook& look);
  void drop_missing(const std::string& directory, std::size_t level, const std::vector<ListedName>& names,
                    RootLook& look);
  void look_at_active(RootLook& look, const std::stop_token& stop);
  void look_at_quiet(RootLook& look, const std::stop_token& stop);
  void check_in_full(RootLook& look, const std::stop_token& stop);
  void look_at(ScanEntry& entry, bool in_full, RootLook& look);
  Result<Seen> see(ScanEntry& entry, bool in_full);
  Result<std::vector<std::string>> list_slices(const std::string& path, Scan& scan, Seen& seen);
  void judge(ScanEntry& entry, const Seen& seen, Time before, RootLook& look);
  void first_seen(ScanEntry& entry, const Seen& seen, RootLook& look);
  void changed(ScanEntry& entry, const Seen& seen, RootLook& look);
  void report_gone(ScanEntry& entry, RootLook& look);
  void plan_next(Time begin, const RootLook& look);
  [[nodiscard]] bool may_lead_on(const ListedName& entry, std::size_t level) const;
  // The first one of a look always, or a huge stack would never have its turn.
  [[nodiscard]] bool may_check(const Scan& scan) const {
    return full_checks_left_ == options_.full_checks || scan.source.count() <= full_checks_left_;
  }
  [[nodiscard]] ScanObservation observation_of(const ScanEntry& entry) const;
  void trouble(RootLook& look, const std::string& path, const Error& error);
  void trouble_is_over(RootLook& look, const std::string& path);

  RootScanOptions options_;
  std::unique_ptr<SourceView> view_;
  MonotonicClock clock_;
  std::map<std::string, Scan> scans_;  // by path; also those without slices
  std::set<std::string> levels_;       // directories of the pattern above the scans; "" is the root
  std::set<std::string> active_;       // scans that are not quiet
  std::set<std::string> touched_;
  std::map<std::string, SourceIdentity> remembered_;
  std::map<std::string, Error> troubles_;
  std::optional<std::uint64_t> root_inode_;
  std::string quiet_cursor_;  // the quiet scan that was looked at last
  std::string full_cursor_;
  std::size_t full_checks_left_ = 0;
  std::size_t reported_ = 0;
  bool is_full_ = false;      // max_scans was reached
  bool found_level_ = false;  // a directory of the pattern appeared at this look
  std::chrono::milliseconds period_;
  Time looked_at_{};  // at the active ones
  Time next_look_{};
};

}  // namespace beamport::ingest
