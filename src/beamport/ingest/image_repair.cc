// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/image_repair.h"

#include <fmt/format.h>

#include "beamport/base/log.h"
#include "beamport/base/metrics.h"
#include "beamport/ingest/settled_source.h"

namespace beamport::ingest {

Result<Scan> ImageRepair::begin(const std::string& image) const {
  BEAMPORT_ASSIGN(const ScanList known,
                  journal_.list({.states = {ScanState::kPublished}, .output = image}, {.limit = 1}));
  if (known.scans.empty()) {
    return fail(ErrorCode::kNotFound,
                "no scan of the journal made it; convert it again from its slices, if there are any");
  }
  const Scan& scan = known.scans.front();
  BEAMPORT_TRY(check_source(scan));
  BEAMPORT_ASSIGN(const NoticedScan again, journal_.repeat(scan.id));
  if (again.is_new) {
    metrics().counter("beamport_repairs_total", "Damaged images that were handed to be converted again").add();
    log::info("scan {}: {} is damaged and converted again as generation {}", again.scan.id.text(), image,
              again.scan.generation);
  }
  return again.scan;
}

std::string ImageRepair::describe(const std::string& image) const {
  const auto scan = begin(image);
  if (scan) return fmt::format("it is converted again from its source (scan {})", scan->id.text());
  return fmt::format("it cannot be repaired: {}", scan.error().message);
}

Result<void> ImageRepair::check_source(const Scan& scan) const {
  const IngestRoot* root = roots_.named(scan.request.root);
  if (root == nullptr) {
    return fail(ErrorCode::kFailedPrecondition, fmt::format("its root {} is no longer configured", scan.request.root));
  }
  const std::string place = roots_.below_root(scan, scan.request.source);
  const auto look = look_at_source(scan.request.source, root->slices);
  if (!look && look.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, fmt::format("its source {} is gone", place));
  }
  if (!look) return fail(look.error());
  if (look->content == scan.request.content) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("its source {} is not what it was when it was converted", place));
}

}  // namespace beamport::ingest
