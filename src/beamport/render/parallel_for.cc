// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/parallel_for.h"

namespace beamport::render {

Result<void> run_in_turn(std::int64_t count, const std::stop_token& stop, const NumberedTask& task) {
  for (std::int64_t index = 0; index < count; ++index) {
    if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "the request was cancelled");
    BEAMPORT_TRY(task(index));
  }
  return {};
}

}  // namespace beamport::render
