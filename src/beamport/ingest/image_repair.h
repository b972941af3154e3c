// SPDX-License-Identifier: Apache-2.0
#pragma once

// What can be done about a damaged image: it is converted again, as the next generation of its scan, when its source is
// still what it was when it was converted. Only hands that to the journal; the image is replaced when the new one has
// been verified, as with any scan. Everything can be said twice. Thread-safe.

#include <string>

#include "beamport/base/result.h"
#include "beamport/ingest/ingest_roots.h"
#include "beamport/ingest/scan_journal.h"

namespace beamport::ingest {

class ImageRepair {
 public:
  /// Both outlive it.
  ImageRepair(ScanJournal& journal, const IngestRoots& roots) : journal_(journal), roots_(roots) {}

  /// `image` is its path below the data folder. The scan that makes it anew; otherwise an error that goes on after "it
  /// cannot be repaired: ".
  [[nodiscard]] Result<Scan> begin(const std::string& image) const;

  /// The same as a sentence for people.
  [[nodiscard]] std::string describe(const std::string& image) const;

 private:
  [[nodiscard]] Result<void> check_source(const Scan& scan) const;

  ScanJournal& journal_;
  const IngestRoots& roots_;
};

}  // namespace beamport::ingest
