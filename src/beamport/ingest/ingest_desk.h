// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where scans are handed in and asked after: the face of the ingest service for those who only talk to it (the web
// API). Everything can be said twice. Thread-safe.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/ingest/scan_state.h"

namespace beamport::ingest {

/// A scan that somebody says is there, or is landing.
struct HandIn {
  std::string source;                        // directory of slices, or one file; an absolute path of the server
  std::optional<std::string> user;           // nothing: as the watched root's pattern says, else "shared"
  std::optional<std::string> date;           // YYYYMMDD; nothing: as the pattern says, else today
  std::optional<std::string> name;           // nothing: as the pattern says, else the source's own name
  std::optional<std::int64_t> slices;        // how many there will be; nothing: those that are there
  std::optional<std::int64_t> first_number;  // in the first slice's name
  bool by_web = false;                       // or from the command line
  /// Asked once it is known whose scan it is, before anything is done; its error is the answer. Empty: all may.
  std::function<Result<void>(const std::string& user, const std::string& date)> permit{};
};

/// A scan as people see it.
struct ScanView {
  std::string id;
  std::int64_t sequence = 0;  // of noticing
  std::string user;
  std::string date;
  std::string name;
  std::string dataset_path;  // of the image below the data folder
  std::int64_t generation = 1;
  ScanState state = ScanState::kNoticed;
  std::optional<std::string> note;  // why it failed or waits, and what to do
  std::int64_t attempts = 0;
  std::int64_t slices_done = 0;  // converted
  std::int64_t slices_total = 0;
  std::int64_t bytes_done = 0;
  std::int64_t bytes_total = 0;
  std::optional<double> bytes_per_second;  // lately
  std::optional<double> seconds_left;
  std::string noticed;        // when, for people (timestamp.h)
  std::string changed;        // when its state last did
  std::int64_t revision = 0;  // grows with every change: of two views of a scan the higher one is true
};

class IngestDesk {
 public:
  virtual ~IngestDesk() = default;

  /// The scan, new or already known.
  [[nodiscard]] virtual Result<ScanView> hand_in(const HandIn& request) = 0;
  [[nodiscard]] virtual Result<ScanView> find(const std::string& id) = 0;

  struct Filter {
    bool open_only = false;   // only scans that are under way or have failed
    std::int64_t before = 0;  // only sequences below, for the next page; 0: the newest
    std::int64_t limit = 100;
  };
  /// Last noticed first.
  [[nodiscard]] virtual Result<std::vector<ScanView>> list(const Filter& filter) = 0;

  /// Tries a failed or cancelled scan again, at once. kFailedPrecondition for any other.
  [[nodiscard]] virtual Result<ScanView> retry(const std::string& id) = 0;
  /// kFailedPrecondition for one that has ended.
  [[nodiscard]] virtual Result<ScanView> cancel(const std::string& id) = 0;

  /// Called with every change, and now and then while a scan converts; must not wait. Dropped when it returns false.
  using Listener = std::function<bool(const ScanView&)>;
  virtual void listen(Listener listener) = 0;
};

}  // namespace beamport::ingest
