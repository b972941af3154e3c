// SPDX-License-Identifier: Apache-2.0
#pragma once

// One decode worker as the program sees it: the process, the socket to it, the memory shared with it. One thread at a
// time. After a breakdown it is of no use any more.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "beamport/base/result.h"
#include "beamport/image/decode_protocol.h"
#include "beamport/image/decode_workers.h"
#include "beamport/image/positional_reader.h"
#include "beamport/os/child_process.h"
#include "beamport/os/message_socket.h"
#include "beamport/os/sandbox.h"
#include "beamport/os/shared_memory.h"

namespace beamport::image {

class DecodeWorker {
 public:
  /// Why there is no answer.
  struct Breakdown {
    ErrorCode code = ErrorCode::kCorrupt;  // of the scan, if it happens again
    std::string what;                      // "crashed (signal 11 …)"
  };
  using Outcome = std::variant<Result<void>, Breakdown>;

  /// Runs and is confined; it may have so many bytes of address space.
  [[nodiscard]] static Result<std::unique_ptr<DecodeWorker>> start(const DecodeWorkerSetup& setup,
                                                                   std::uint64_t address_space_bytes);

  [[nodiscard]] std::uint64_t address_space_bytes() const noexcept { return address_space_bytes_; }
  [[nodiscard]] const os::Confinement& confinement() const noexcept { return confinement_; }

  /// What a request may take at most.
  struct Allowance {
    std::chrono::milliseconds compute;
    std::chrono::milliseconds wait;
  };

  /// Rows into the first bytes of memory(), packed.
  [[nodiscard]] Outcome decode(const PositionalReader& reader, const CompressedRows& wanted, Allowance allowance);

  [[nodiscard]] ByteView memory() const noexcept { return memory_->bytes(); }

 private:
  DecodeWorker(os::ChildProcess process, os::MessageSocket socket, std::uint64_t address_space_bytes)
      : process_(std::move(process)), socket_(std::move(socket)), address_space_bytes_(address_space_bytes) {}

  [[nodiscard]] Result<DecodeAnswer> await_answer(Allowance allowance);
  [[nodiscard]] Result<DecodeAnswer> read_answer(ByteView message) const;
  [[nodiscard]] Breakdown diagnose(const Error& error);

  os::ChildProcess process_;
  os::MessageSocket socket_;
  std::uint64_t address_space_bytes_;
  os::Confinement confinement_;
  std::optional<os::SharedMemory> memory_;
  std::uint32_t requests_ = 0;
};

}  // namespace beamport::image
