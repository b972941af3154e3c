// SPDX-License-Identifier: Apache-2.0
#pragma once

// The process in which foreign compressed files are decoded: confined before it has seen a byte of them, it takes
// requests (decode_protocol.h) from the socket at kDecodeWorkerSocket until the program closes it. main() comes here
// before any thread starts.

#include <cstdint>
#include <functional>

#include "beamport/array/volume_view.h"
#include "beamport/base/result.h"
#include "beamport/image/positional_reader.h"
#include "beamport/image/tiff_decoder.h"
#include "beamport/os/child_process.h"

namespace beamport::image {

inline constexpr int kDecodeWorkerSocket = os::ChildProcess::kFirstDescriptor;

/// decode_rows(); tests put in what crashes.
using RowsDecoder = std::function<Result<void>(const PositionalReader&, const CompressedRows&, MutableVolumeView)>;

/// Returns the exit code. `address_space_bytes` as text, from the command line.
[[nodiscard]] int run_decode_worker(const char* address_space_bytes, const RowsDecoder& decoder = decode_rows);

}  // namespace beamport::image
