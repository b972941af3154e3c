// SPDX-License-Identifier: Apache-2.0
#pragma once

// What somebody needs to find a dataset again, to repeat its scan and to repeat its reconstruction, and what of it is
// missing. A field that the schema requires is known when it, or a field that says as much, has a value that is not a
// mere default. Conditions ("tiles", "phase" …) are taken from the record itself. Pure functions.

#include <array>
#include <cstddef>
#include <vector>

#include "beamport/metadata/record.h"
#include "beamport/metadata/schema.h"

namespace beamport::metadata {

struct PurposeCompleteness {
  Purpose purpose = Purpose::kFinding;
  std::size_t needed = 0;
  std::vector<const Field*> missing = {};  // in the order of the schema

  [[nodiscard]] std::size_t known() const noexcept { return needed - missing.size(); }
};

struct Completeness {
  std::array<PurposeCompleteness, 3> purposes;  // finding, scan, reconstruction
  std::vector<const Field*> conflicting = {};   // more than one value
  std::vector<const Field*> doubtful = {};      // a value whose unit is not said or not understood

  [[nodiscard]] std::size_t needed() const noexcept;
  [[nodiscard]] std::size_t known() const noexcept;

  /// Known by needed, 0 to 1; 1 when nothing is needed.
  [[nodiscard]] double score() const noexcept;
};

/// The pointers are into the schema.
[[nodiscard]] Completeness completeness_of(const Record& record, const Schema& schema);

[[nodiscard]] bool holds(Condition condition, const Record& record);

}  // namespace beamport::metadata
