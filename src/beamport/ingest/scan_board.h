// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scans as people see them: what the journal knows of each, and what the thread that has it in its hands says
// meanwhile. Tells those who listen. Thread-safe.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "beamport/ingest/convert.h"
#include "beamport/ingest/ingest_desk.h"
#include "beamport/ingest/ingest_roots.h"
#include "beamport/ingest/scan.h"
#include "beamport/ingest/scan_rate.h"

namespace beamport::ingest {

class ScanBoard {
 public:
  explicit ScanBoard(const IngestRoots& roots) : roots_(roots) {}

  [[nodiscard]] ScanView view_of(const Scan& scan);
  void listen(IngestDesk::Listener listener);
  void tell(const Scan& scan);

  void note_progress(const ScanId& id, const ConvertProgress& progress);
  /// Why it waits at the moment; nothing when it goes on.
  void note_waiting(const ScanId& id, const std::optional<std::string>& reason);
  /// It is in nobody's hands any more.
  void forget(const ScanId& id);

 private:
  struct Live {
    ConvertProgress progress;
    ScanRate rate;
    std::optional<std::string> waits_for;
  };
  void add_live(ScanView& view, const ScanId& id);

  const IngestRoots& roots_;

  std::mutex live_mutex_;
  std::map<ScanId, Live> live_;

  std::mutex listeners_mutex_;
  std::vector<IngestDesk::Listener> listeners_;
};

}  // namespace beamport::ingest
