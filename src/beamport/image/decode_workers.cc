// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/decode_workers.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/base/log.h"
#include "beamport/image/decode_worker_process.h"

namespace beamport::image {
namespace {

using std::chrono::milliseconds;

// What a worker is asked for at a time. Asking and copying out costs 4 to 15 % of decoding; with pieces of 1 MiB, 5 to
// 26 % (decode_workers_bench).
constexpr std::int64_t kPieceBytes = std::int64_t{16} << 20;
// The program itself, its libraries, and what a decoder needs besides the pixels (zstd: a window of 128 MiB).
constexpr std::uint64_t kBaseAddressSpace = std::uint64_t{512} << 20;

struct Decoding {
  DecodeWorkerSetup setup;  // without a program: none was said
  bool is_here = false;
};

// Written by main() before other threads start, only read afterwards.
Decoding& decoding() {
  static Decoding of_this_process;
  return of_this_process;
}

/// Whole blocks, at least one, as far as the rows go.
std::int64_t end_of_piece(const GreyPage& grey, std::int64_t row, std::int64_t row_end) {
  const std::int64_t block = grey.page.block_height;
  const std::int64_t fitting = std::max<std::int64_t>(1, kPieceBytes / grey.row_bytes());
  const std::int64_t end = std::max((row + fitting) / block, row / block + 1) * block;
  return std::min(end, row_end);
}

/// The pixels, a block that does not lie as wanted, the same compressed, and what grows by doubling.
std::uint64_t address_space_for(const CompressedRows& piece) {
  const auto block = static_cast<std::uint64_t>(piece.grey.rows_of_block_row(0) * piece.grey.block_row_bytes());
  const auto pixels = static_cast<std::uint64_t>(piece.rows * piece.grey.row_bytes());
  return std::bit_ceil(kBaseAddressSpace + std::max<std::uint64_t>(pixels, kPieceBytes) + 4 * block);
}

DecodeWorker::Allowance allowance_for(const CompressedRows& piece) {
  constexpr std::int64_t kBytesPerMillisecond = (1 << 20) / 1000;
  const DecodeWorkerSetup& setup = decoding().setup;
  const milliseconds more(piece.rows * piece.grey.row_bytes() / kBytesPerMillisecond);
  return {setup.compute_limit + more, setup.wait_limit + more};
}

void copy_rows(ByteView from, MutableVolumeView to, std::int64_t row_bytes) {
  if (to.strides.y == row_bytes) {
    std::memcpy(to.row(0, 0), from.data(), static_cast<std::size_t>(to.extent.y * row_bytes));
    return;
  }
  for (std::int64_t y = 0; y < to.extent.y; ++y) {
    std::memcpy(to.row(0, y), from.data() + y * row_bytes, static_cast<std::size_t>(row_bytes));
  }
}

void warn_once_of_gaps(const os::Confinement& confinement) {
  static std::atomic<bool> has_warned = false;
  const bool is_whole = confinement.landlock_abi > 0 && confinement.filters_system_calls;
  if (is_whole || has_warned.exchange(true)) return;
  log::warning(
      "decoders of compressed files are confined by less than they should be: {}{}{} missing in this kernel, or "
      "hidden by a container",
      confinement.landlock_abi > 0 ? "" : "Landlock",
      confinement.landlock_abi == 0 && !confinement.filters_system_calls ? " and " : "",
      confinement.filters_system_calls ? "" : "seccomp filters");
}

std::string name_of_rows(const PositionalReader& reader, const CompressedRows& piece) {
  return fmt::format("{}: page {}: rows {} to {}", reader.name(), piece.grey.page.number, piece.row,
                     piece.row + piece.rows - 1);
}

Failure broke_down(const PositionalReader& reader, const CompressedRows& piece,
                   const DecodeWorker::Breakdown& breakdown) {
  const std::string where = name_of_rows(reader, piece);
  if (breakdown.code == ErrorCode::kCorrupt) {
    return fail(breakdown.code, fmt::format("{}: the content of this file made the decoder fail twice: it {}; check "
                                            "the file, write it again or save it uncompressed",
                                            where, breakdown.what));
  }
  return fail(breakdown.code,
              fmt::format("{}: could not be decoded in two attempts: the decoder {}", where, breakdown.what));
}

}  // namespace

void use_decode_workers(DecodeWorkerSetup setup) {
  decoding() = {std::move(setup), false};
}

void decode_in_this_process() {
  decoding() = {{}, true};
}

DecodeWorkers::DecodeWorkers() = default;
DecodeWorkers::~DecodeWorkers() = default;

Result<void> DecodeWorkers::decode(const PositionalReader& reader, const CompressedRows& wanted, MutableVolumeView to) {
  if (decoding().is_here) return decode_rows(reader, wanted, to).map_error(in_context(reader.name()));
  if (decoding().setup.program.path.empty()) {
    return fail(ErrorCode::kInternal,
                fmt::format("{}: compressed, and this program has no decode worker set up", reader.name()));
  }
  const std::int64_t row_end = wanted.row + wanted.rows;
  for (std::int64_t row = wanted.row; row < row_end;) {
    const std::int64_t end = end_of_piece(wanted.grey, row, row_end);
    CompressedRows piece = wanted;
    piece.row = row;
    piece.rows = end - row;
    const Box box{{0, row - wanted.row, 0}, {1, end - wanted.row, to.extent.x}};
    BEAMPORT_TRY(decode_piece(reader, piece, to.part(box)));
    row = end;
  }
  return {};
}

Result<void> DecodeWorkers::decode_piece(const PositionalReader& reader, const CompressedRows& piece,
                                         MutableVolumeView to) {
  const DecodeWorker::Allowance allowance = allowance_for(piece);
  for (bool again = false;; again = true) {
    BEAMPORT_ASSIGN(auto worker, take(piece, again));
    auto outcome = worker->decode(reader, piece, allowance);
    if (const auto* breakdown = std::get_if<DecodeWorker::Breakdown>(&outcome)) {
      if (again) return broke_down(reader, piece, *breakdown);
      log::warning("{}: the decoder {}; trying it once more in a new one", name_of_rows(reader, piece),
                   breakdown->what);
      continue;
    }
    auto& result = std::get<Result<void>>(outcome);
    if (result) copy_rows(worker->memory(), to, piece.grey.row_bytes());
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(worker));
    return std::move(result).map_error(in_context(reader.name()));
  }
}

Result<std::unique_ptr<DecodeWorker>> DecodeWorkers::take(const CompressedRows& piece, bool fresh) {
  const std::uint64_t address_space = address_space_for(piece);
  std::unique_ptr<DecodeWorker> worker;
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      worker = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  // One that may not have as much as this piece needs makes room for one that may, so there are never more of them
  // than threads that read.
  if (worker != nullptr && !fresh && worker->address_space_bytes() >= address_space) return worker;
  worker.reset();
  BEAMPORT_ASSIGN(worker, DecodeWorker::start(decoding().setup, address_space));
  warn_once_of_gaps(worker->confinement());
  return worker;
}

}  // namespace beamport::image
