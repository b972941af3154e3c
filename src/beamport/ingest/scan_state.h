// SPDX-License-Identifier: Apache-2.0
#pragma once

// The life of a scan, and which step may follow which:
//
//   noticed ──▶ settling ──▶ converting ⇄ verifying ──▶ published ──▶ superseded
//      ▲            │             │            │
//      ├────────────┴─────────────┴────────────┤   stopped or put back: it waits again
//      └── failed ◀───────────────┴────────────┘   a retry; cancelled goes back the same way
//
// From everywhere before published it may also go to cancelled (somebody asked) or superseded (a newer generation of
// the same source took its place). A pure table.

#include <cstdint>

#include "beamport/base/describe.h"

namespace beamport::ingest {

enum class ScanState : std::uint8_t {
  kNoticed,     // waits for its turn
  kSettling,    // a process has it and waits for enough slices
  kConverting,  // slabs are being written, slices may still land
  kVerifying,   // all is written and is being read again
  kPublished,   // has its name; ended
  kFailed,      // with a reason; a retry is due at some time, or never
  kSuperseded,  // ended
  kCancelled,   // ended, until somebody asks for it again
};
BOOST_DESCRIBE_ENUM(ScanState, kNoticed, kSettling, kConverting, kVerifying, kPublished, kFailed, kSuperseded,
                    kCancelled)

/// Staying is not a step.
[[nodiscard]] bool may_follow(ScanState from, ScanState to) noexcept;

/// In the hands of a process.
[[nodiscard]] bool is_running(ScanState state) noexcept;

}  // namespace beamport::ingest
