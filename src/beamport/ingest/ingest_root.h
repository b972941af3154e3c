// SPDX-License-Identifier: Apache-2.0
#pragma once

// A folder in which scans land, and how those that lie in it become datasets. Plain value.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "beamport/ingest/convert.h"
#include "beamport/ingest/scan_path.h"
#include "beamport/ingest/source_policy.h"

namespace beamport::ingest {

struct IngestRoot {
  std::string name;
  std::filesystem::path path;  // absolute
  ScanPattern pattern;         // which folders below it are scans
  std::string slices = "*";    // which files in them are slices (image/file_pattern.h)
  std::string marker;          // a file that is made last; empty: there is none
  bool listen = true;          // to events of this machine; false: only look (network file systems)
  bool follow_links = false;
  std::chrono::milliseconds settle{30'000};          // a scan that did not change for so long is complete
  std::chrono::milliseconds patience{3'600'000};     // a scan of which nothing came for so long has failed
  std::chrono::milliseconds shortest_period{2'000};  // between two looks while something changes
  std::chrono::milliseconds longest_period{60'000};
  zarr::ProfileName profile = zarr::ProfileName::kLive;
  std::optional<TypeChange> type_change;
  image::GapPolicy gaps = image::GapPolicy::kRefuse;
  SourcePolicy source_policy;
};

}  // namespace beamport::ingest
