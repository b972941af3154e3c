// SPDX-License-Identifier: Apache-2.0
#pragma once

// Decodes compressed rows in confined processes, so that a file that makes libtiff crash, hang or worse costs its own
// scan and nothing else. A stack has its workers for itself: what one file may have taken over sees no other stack's
// pixels. They are started when they are needed, at most one for each thread that reads, and end with the object.
//
//   this process                              decode worker (decode_worker.h)
//   decode() ── request, descriptor ────────▶ libtiff reads the descriptor,
//        ◀──── answer ─────────────────────── decodes into the shared memory
//        copies from the shared memory
//
// Thread-safe.

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "beamport/array/volume_view.h"
#include "beamport/base/result.h"
#include "beamport/image/positional_reader.h"
#include "beamport/image/tiff_decoder.h"
#include "beamport/os/child_process.h"

namespace beamport::image {

class DecodeWorker;

struct DecodeWorkerSetup {
  os::Program program;  // ends in run_decode_worker(), whose address space is put behind the arguments
  std::chrono::milliseconds start_limit{60'000};  // until it says that it is ready
  // For a piece; large ones get a second per MiB more. The machine and the disk may be slow, so what a worker computes
  // and how long it is waited for are two things.
  std::chrono::milliseconds compute_limit{120'000};
  std::chrono::milliseconds wait_limit{900'000};
};

/// How this process decodes. main() says it once before other threads start; without it, decoding is an error.
void use_decode_workers(DecodeWorkerSetup setup);

/// Unconfined, where it is called: for fuzzing, which wants to see the crash.
void decode_in_this_process();

class DecodeWorkers {
 public:
  DecodeWorkers();
  ~DecodeWorkers();
  DecodeWorkers(const DecodeWorkers&) = delete;
  DecodeWorkers& operator=(const DecodeWorkers&) = delete;

  /// See decode_rows(); errors also name the file. A worker that crashes or computes for too long is replaced once;
  /// then the file is kCorrupt. kDeadlineExceeded when it did not compute, kUnavailable when somebody else killed it.
  [[nodiscard]] Result<void> decode(const PositionalReader& reader, const CompressedRows& wanted, MutableVolumeView to);

 private:
  [[nodiscard]] Result<void> decode_piece(const PositionalReader& reader, const CompressedRows& piece,
                                          MutableVolumeView to);
  [[nodiscard]] Result<std::unique_ptr<DecodeWorker>> take(const CompressedRows& piece, bool fresh);

  std::mutex mutex_;
  std::vector<std::unique_ptr<DecodeWorker>> idle_;  // the last used at the end
};

}  // namespace beamport::image
