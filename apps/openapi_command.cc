// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "console.h"
#include <fmt/format.h>

#include "beamport/api/openapi.h"

namespace beamport::app {

Result<void> run_openapi() {
  print_out("{}", api::openapi_document());
  return {};
}

}  // namespace beamport::app
