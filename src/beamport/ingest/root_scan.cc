// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/root_scan.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace beamport::ingest {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::steady_clock::time_point;

// Two changes within this may leave equal stamps: 4 ms on Linux, up to 2 s on old file systems.
constexpr milliseconds kStampTick{2000};
constexpr int kIdleShare = 20;  // a look of a second is followed by 20 without one
constexpr std::size_t kMaxTroubles = 10'000;

std::string below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : fmt::format("{}/{}", directory, name);
}

bool is_below(std::string_view path, std::string_view directory) {
  return directory.empty() ||
         (path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/');
}

// The name in `directory` that leads to a path below it.
std::string child_of(std::string_view path, std::string_view directory) {
  const std::string_view rest = directory.empty() ? path : path.substr(directory.size() + 1);
  return std::string(rest.substr(0, rest.find('/')));
}

/// Then a walk of that one includes it.
bool lies_below_one_of(const std::set<std::string>& directories, std::string_view path) {
  if (path.empty()) return false;
  if (directories.contains("")) return true;
  for (std::size_t end = path.find('/'); end != std::string_view::npos; end = path.find('/', end + 1)) {
    if (directories.contains(std::string(path.substr(0, end)))) return true;
  }
  return false;
}

/// The first entry below a directory, or the directory's own where there is one of it.
template <typename Map>
auto first_below(Map& map, const std::string& directory) {
  return directory.empty() ? map.begin() : map.lower_bound(directory + "/");
}

}  // namespace

RootScan::RootScan(RootScanOptions options, std::unique_ptr<SourceView> view, MonotonicClock clock)
    : options_(std::move(options)),
      view_(std::move(view)),
      clock_(std::move(clock)),
      period_(options_.shortest_period),
      next_look_(clock_()) {}

void RootScan::remember(std::string path, SourceIdentity identity) {
  remembered_.insert_or_assign(std::move(path), std::move(identity));
}

RootLook RootScan::look(const std::stop_token& stop) {
  const Time begin = clock_();
  RootLook look;
  full_checks_left_ = options_.full_checks;
  found_level_ = false;
  touched_.clear();
  if (find_root(look)) {
    walk("", 0, {}, look, stop);
    look_at_active(look, stop);
    look_at_quiet(look, stop);
    check_in_full(look, stop);
  }
  plan_next(begin, look);
  return look;
}

void RootScan::touch(const std::string& path) {
  if (const auto found = scans_.find(path); found != scans_.end()) {
    // Even when it looks the same afterwards: somebody wrote to it.
    found->second.since = clock_();
    found->second.is_quiet = false;
    active_.insert(path);
    touched_.insert(path);
  } else if (path.empty() || levels_.contains(path)) {
    touched_.insert(path);
  }
}

bool RootScan::look_again(const std::string& path) {
  if (path.empty() || levels_.contains(path)) touched_.insert(path);
  return touched_.contains(path) || active_.contains(path);
}

RootLook RootScan::look_at_touched(const std::stop_token& stop) {
  RootLook look;
  full_checks_left_ = options_.full_checks;
  found_level_ = false;
  const std::set<std::string> touched = std::exchange(touched_, {});
  if (!find_root(look)) return look;
  for (const std::string& path : touched) {
    if (stop.stop_requested()) return look;
    if (path.empty()) {
      walk("", 0, {}, look, stop);
      continue;
    }
    if (!levels_.contains(path) || lies_below_one_of(touched, path)) continue;
    ScanFields fields;
    std::size_t level = 0;
    bool is_readable = true;
    for (std::string_view rest = path; !rest.empty() && is_readable; ++level) {
      const std::string_view name = rest.substr(0, rest.find('/'));
      is_readable = options_.pattern.read_level(level, name, fields).has_value();
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    }
    if (is_readable) walk(path, level, fields, look, stop);
  }
  look_at_active(look, stop);
  if (!look.news.empty() || found_level_) {
    period_ = options_.shortest_period;
    next_look_ = std::min(next_look_, clock_() + period_);
  }
  return look;
}

// The name may lead to an empty mount point, or to another disk, while the real one is away. Then nothing of what was
// known is below it, and that says nothing about the scans.
bool RootScan::find_root(RootLook& look) {
  const auto away = [&](const Error& error) {
    trouble(look, "", error);
    look.is_root_there = false;
    return false;
  };
  const auto stamp = view_->stamp(options_.root);
  if (!stamp) return away(stamp.error());
  if (!stamp->is_directory) {
    return away({ErrorCode::kFailedPrecondition, fmt::format("{} is no directory", options_.root.string()), {}});
  }
  if (root_inode_ && root_inode_ != stamp->inode && !scans_.empty()) {
    const auto names = view_->list(options_.root, kMaxNamesInDirectory);
    if (!names) return away(names.error());
    std::set<std::string> known;
    for (const auto& [path, scan] : scans_) known.insert(child_of(path, ""));
    if (std::ranges::none_of(*names, [&](const ListedName& entry) { return known.contains(entry.name); })) {
      return away({ErrorCode::kUnavailable,
                   fmt::format("{} is another directory than before, and nothing of what was known is below it; is it "
                               "mounted?",
                               options_.root.string()),
                   {}});
    }
  }
  root_inode_ = stamp->inode;
  trouble_is_over(look, "");
  return true;
}

void RootScan::walk(const std::string& directory, std::size_t level, const ScanFields& fields, RootLook& look,
                    const std::stop_token& stop) {
  if (stop.stop_requested()) return;
  const auto names = view_->list(path_of(directory), kMaxNamesInDirectory);
  if (!names) {
    // Gone since its parent was listed: the next look at the parent says so. Anything else tells nothing about the
    // scans.
    if (names.error().code != ErrorCode::kNotFound) trouble(look, directory, names.error());
    return;
  }
  if (!directory.empty()) trouble_is_over(look, directory);
  if (levels_.insert(directory).second) found_level_ = true;
  drop_missing(directory, level, *names, look);
  for (const ListedName& entry : *names) {
    ScanFields read = fields;
    const std::string path = below(directory, entry.name);
    if (!enter(path, entry, level, read, look)) continue;
    if (level + 1 < options_.pattern.depth()) {
      walk(path, level + 1, read, look, stop);
    } else {
      add_scan(path, read, look);
    }
  }
}

// Whether an entry of this kind may be on the way to a scan, or one.
bool RootScan::may_lead_on(const ListedName& entry, std::size_t level) const {
  if (entry.kind == ListedName::Kind::kLink) return options_.follow_links;
  const bool wants_file = options_.pattern.is_file() && level + 1 == options_.pattern.depth();
  return entry.kind == (wants_file ? ListedName::Kind::kFile : ListedName::Kind::kDirectory);
}

bool RootScan::enter(const std::string& path, const ListedName& entry, std::size_t level, ScanFields& fields,
                     RootLook& look) {
  const bool is_link = entry.kind == ListedName::Kind::kLink;
  if (!is_link && !may_lead_on(entry, level)) return false;
  if (scans_.contains(path)) return true;  // judged when it came
  if (const auto readable = options_.pattern.read_level(level, entry.name, fields); !readable) {
    if (readable.error().code != ErrorCode::kNotFound) trouble(look, path, readable.error());
    return false;
  }
  if (!is_link) return true;
  if (!options_.follow_links) {
    trouble(look, path,
            {ErrorCode::kPermissionDenied,
             fmt::format("{} is a symbolic link and not followed; set follow_links for this root if links below it can "
                         "be trusted",
                         path_of(path).string()),
             {}});
    return false;
  }
  const auto target = view_->stamp(path_of(path));
  const bool wants_file = options_.pattern.is_file() && level + 1 == options_.pattern.depth();
  if (target && (wants_file ? target->is_regular : target->is_directory)) {
    trouble_is_over(look, path);
    return true;
  }
  if (!target) trouble(look, path, target.error());
  return false;
}

void RootScan::add_scan(const std::string& path, const ScanFields& fields, RootLook& look) {
  if (scans_.contains(path)) return;
  if (scans_.size() >= options_.max_scans) {
    if (!std::exchange(is_full_, true))
      trouble(look, path,
              {ErrorCode::kOutOfRange,
               fmt::format("more than {} scans below {}; what comes after is not seen, move old ones away",
                           options_.max_scans, options_.root.string()),
               {}});
    return;
  }
  Scan& scan = scans_.try_emplace(path).first->second;
  scan.fields = fields;
  scan.since = clock_();
  active_.insert(path);
}

// Forgets what is no longer in a directory that was listed, or has become something else.
void RootScan::drop_missing(const std::string& directory, std::size_t level, const std::vector<ListedName>& names,
                            RootLook& look) {
  std::set<std::string> present;
  std::set<std::string> leading_on;
  for (const ListedName& entry : names) {
    present.insert(entry.name);
    if (may_lead_on(entry, level)) leading_on.insert(entry.name);
  }
  const auto is_missing = [&](const std::string& path) {
    return !path.empty() && !leading_on.contains(child_of(path, directory));
  };
  for (auto entry = first_below(scans_, directory); entry != scans_.end() && is_below(entry->first, directory);) {
    if (is_missing(entry->first)) {
      report_gone(*entry, look);
      active_.erase(entry->first);
      entry = scans_.erase(entry);
    } else {
      ++entry;
    }
  }
  for (auto entry = first_below(levels_, directory); entry != levels_.end() && is_below(*entry, directory);) {
    entry = is_missing(*entry) ? levels_.erase(entry) : std::next(entry);
  }
  for (auto entry = first_below(troubles_, directory); entry != troubles_.end() && is_below(entry->first, directory);) {
    const bool is_over = !entry->first.empty() && !present.contains(child_of(entry->first, directory));
    entry = is_over ? troubles_.erase(entry) : std::next(entry);
  }
}

void RootScan::look_at_active(RootLook& look, const std::stop_token& stop) {
  looked_at_ = clock_();
  const std::set<std::string> active = active_;
  for (const std::string& path : active) {
    if (stop.stop_requested()) return;
    const auto entry = scans_.find(path);
    if (entry == scans_.end()) continue;
    const bool is_due = entry->second.is_reported && clock_() - entry->second.since >= options_.settle;
    look_at(*entry, is_due && may_check(entry->second), look);
  }
}

// In turn, as many as there is time for; at least one, so that even the slowest file system is seen through.
void RootScan::look_at_quiet(RootLook& look, const std::stop_token& stop) {
  const Time end = clock_() + options_.quiet_budget;
  auto entry = scans_.upper_bound(quiet_cursor_);
  for (std::size_t left = scans_.size(); left > 0 && !stop.stop_requested(); --left, ++entry) {
    if (entry == scans_.end()) entry = scans_.begin();
    if (!entry->second.is_quiet) continue;
    look_at(*entry, false, look);
    quiet_cursor_ = entry->first;
    if (clock_() >= end) return;
  }
}

// Slices that were written anew in their place, without any event and not among the three: found by going round.
void RootScan::check_in_full(RootLook& look, const std::stop_token& stop) {
  const Time end = clock_() + options_.quiet_budget;
  auto entry = scans_.upper_bound(full_cursor_);
  for (std::size_t left = scans_.size(); left > 0 && !stop.stop_requested(); --left, ++entry) {
    if (entry == scans_.end()) entry = scans_.begin();
    if (!entry->second.is_quiet) continue;
    if (!may_check(entry->second)) return;
    look_at(*entry, true, look);
    full_cursor_ = entry->first;
    if (clock_() >= end) return;
  }
}

void RootScan::look_at(ScanEntry& entry, bool in_full, RootLook& look) {
  const Time before = clock_();
  const auto seen = see(entry, in_full);
  if (!seen) {
    // Gone: the listing of its parent says so. Unreadable: it stays what it was.
    if (seen.error().code != ErrorCode::kNotFound) trouble(look, entry.first, seen.error());
    return;
  }
  trouble_is_over(look, entry.first);
  judge(entry, *seen, before, look);
}

Result<RootScan::Seen> RootScan::see(ScanEntry& entry, bool in_full) {
  auto& [path, scan] = entry;
  const std::filesystem::path full_path = path_of(path);
  const Time now = clock_();
  BEAMPORT_ASSIGN(const os::FileStamp stamp, view_->stamp(full_path));
  Seen seen;
  if (options_.pattern.is_file()) {
    if (!stamp.is_regular)
      return fail(ErrorCode::kFailedPrecondition, fmt::format("{} is no file", full_path.string()));
    const std::string name = full_path.filename().string();
    scan.source = NamedSource(full_path.parent_path(), std::span(&name, 1));
    seen.identity = identity_of_file(stamp);
    return seen;
  }
  if (!stamp.is_directory) {
    return fail(ErrorCode::kFailedPrecondition, fmt::format("{} is no directory any more", full_path.string()));
  }
  const bool is_same = scan.stamp_since && scan.stamp == stamp;
  if (!is_same) {
    scan.stamp = stamp;
    scan.stamp_since = now;
  }
  std::optional<std::vector<std::string>> slices;
  if (in_full || !is_same || scan.listed_at < *scan.stamp_since + kStampTick) {
    BEAMPORT_ASSIGN(slices, list_slices(path, scan, seen));
  }
  Result<std::string> quick = scan.source.quick(*view_);
  if (!quick && quick.error().code == ErrorCode::kNotFound && !slices) {
    BEAMPORT_ASSIGN(slices, list_slices(path, scan, seen));
    quick = scan.source.quick(*view_);
  }
  if (!quick) return fail(std::move(quick).error());
  seen.identity.quick = std::move(*quick);
  if (in_full) {
    full_checks_left_ -= std::min(full_checks_left_, slices->size());
    BEAMPORT_ASSIGN(seen.identity.full, full_identity(*view_, full_path, *slices));
  }
  return seen;
}

Result<std::vector<std::string>> RootScan::list_slices(const std::string& path, Scan& scan, Seen& seen) {
  const Time now = clock_();
  BEAMPORT_ASSIGN(const std::vector<ListedName> names, view_->list(path_of(path), kMaxNamesInDirectory));
  std::vector<std::string> slices = slices_among(names, options_.slices);
  const bool has_marker =
      !options_.marker.empty() && std::ranges::find(names, options_.marker, &ListedName::name) != names.end();
  seen.marker_changed = has_marker != scan.has_marker;
  scan.has_marker = has_marker;
  scan.source = NamedSource(path_of(path), slices);
  scan.listed_at = now;
  return slices;
}

void RootScan::judge(ScanEntry& entry, const Seen& seen, Time before, RootLook& look) {
  auto& [path, scan] = entry;
  if (scan.source.count() == 0) {
    report_gone(entry, look);
    return;
  }
  if (!scan.is_reported) {
    first_seen(entry, seen, look);
    return;
  }
  const bool is_rewritten =
      !seen.identity.full.empty() && !scan.identity.full.empty() && seen.identity.full != scan.identity.full;
  if (scan.identity.quick != seen.identity.quick || is_rewritten || seen.marker_changed) {
    changed(entry, seen, look);
  } else if (!scan.is_quiet && before - scan.since >= options_.settle && !seen.identity.full.empty()) {
    scan.identity = seen.identity;
    scan.is_quiet = true;
    active_.erase(path);
    if (std::exchange(scan.owes_quiet, false)) look.news.push_back({ScanNews::Kind::kQuiet, observation_of(entry)});
  }
}

void RootScan::first_seen(ScanEntry& entry, const Seen& seen, RootLook& look) {
  auto& [path, scan] = entry;
  SourceIdentity identity = seen.identity;
  bool is_old = false;
  if (const auto known = remembered_.find(path); known != remembered_.end()) {
    is_old = known->second.quick == identity.quick;
    if (!is_old) {
      // Perhaps on other disks, but the same. While others are checked in full, it waits for the next look.
      if (identity.full.empty()) {
        if (!may_check(scan)) return;
        const auto again = see(entry, true);
        if (!again) return;
        identity = again->identity;
      }
      is_old = known->second.full == identity.full;
    }
    if (is_old) identity.full = known->second.full;
    remembered_.erase(known);
  }
  scan.is_reported = true;
  ++reported_;
  scan.since = clock_();
  scan.identity = std::move(identity);
  scan.is_quiet = is_old;
  scan.owes_quiet = !is_old;
  if (is_old) {
    active_.erase(path);
  } else {
    look.news.push_back({ScanNews::Kind::kNew, observation_of(entry)});
  }
}

void RootScan::changed(ScanEntry& entry, const Seen& seen, RootLook& look) {
  auto& [path, scan] = entry;
  scan.identity = seen.identity;
  scan.since = clock_();  // taken after the look, so that the time of quiet never seems longer than it was
  scan.is_quiet = false;
  scan.owes_quiet = true;
  active_.insert(path);
  look.news.push_back({ScanNews::Kind::kChanged, observation_of(entry)});
}

void RootScan::report_gone(ScanEntry& entry, RootLook& look) {
  auto& [path, scan] = entry;
  if (!scan.is_reported) return;
  look.news.push_back({ScanNews::Kind::kGone, observation_of(entry)});
  scan.is_reported = false;
  scan.is_quiet = false;
  scan.owes_quiet = false;
  scan.identity = {};
  active_.insert(path);
  --reported_;
}

void RootScan::plan_next(Time begin, const RootLook& look) {
  const bool is_busy = found_level_ || !look.news.empty() || std::ranges::any_of(active_, [&](const std::string& path) {
                         return scans_.at(path).is_reported;
                       });
  period_ = is_busy ? options_.shortest_period : std::min(period_ * 2, options_.longest_period);
  const Time end = clock_();
  const auto took = std::chrono::duration_cast<milliseconds>(end - begin);
  next_look_ = end + std::max(period_, took * kIdleShare);
}

Time RootScan::next_quiet() const {
  Time next = Time::max();
  for (const std::string& path : active_) {
    const Scan& scan = scans_.at(path);
    // What was due at the last look already waits for its turn among the full checks.
    const Time due = scan.since + options_.settle;
    if (scan.is_reported && due > looked_at_) next = std::min(next, due);
  }
  return next;
}

std::vector<std::string> RootScan::directories_to_watch(std::size_t max_scans) const {
  std::vector<std::string> directories(levels_.begin(), levels_.end());
  if (options_.pattern.is_file()) return directories;
  std::vector<std::pair<Time, const std::string*>> latest;
  for (const auto& [path, scan] : scans_) {
    latest.emplace_back(scan.since, &path);
  }
  const auto count = static_cast<std::ptrdiff_t>(std::min(max_scans, latest.size()));
  std::ranges::partial_sort(latest, latest.begin() + count, std::greater<>());
  for (auto entry = latest.begin(); entry != latest.begin() + count; ++entry) directories.push_back(*entry->second);
  return directories;
}

std::optional<ScanObservation> RootScan::find(const std::string& path) const {
  const auto found = scans_.find(path);
  if (found == scans_.end() || !found->second.is_reported) return std::nullopt;
  return observation_of(*found);
}

ScanObservation RootScan::observation_of(const ScanEntry& entry) const {
  const auto& [path, scan] = entry;
  return {.path = path,
          .fields = scan.fields,
          .slices = scan.source.count(),
          .has_marker = scan.has_marker,
          .identity = scan.identity,
          .quiet = std::chrono::duration_cast<milliseconds>(clock_() - scan.since)};
}

void RootScan::trouble(RootLook& look, const std::string& path, const Error& error) {
  if (troubles_.size() >= kMaxTroubles || !troubles_.try_emplace(path, error).second) return;
  look.troubles.push_back({path, error, false});
}

void RootScan::trouble_is_over(RootLook& look, const std::string& path) {
  const auto found = troubles_.find(path);
  if (found == troubles_.end()) return;
  look.troubles.push_back({path, found->second, true});
  troubles_.erase(found);
}

}  // namespace beamport::ingest
