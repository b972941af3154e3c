// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compresses answers that are text (JSON, the front end's files) for clients that take it. Their entity tags are weak,
// so that one tag stands for all codings. Exact voxels and pictures choose their coding themselves.

#include "beamport/net/http_message.h"

namespace beamport::api {

/// Changes 200 answers of a text type, above 1 KiB, that have no coding yet; adds Vary to every one of a text type.
void compress_text(const net::Request& request, net::Response& response);

}  // namespace beamport::api
