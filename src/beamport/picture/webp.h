// SPDX-License-Identifier: Apache-2.0
#pragma once

// Grey pictures as lossy WebP (VP8 key frame). Same picture, same bytes.

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/picture/grey_picture.h"

namespace beamport::picture {

[[nodiscard]] Result<Bytes> encode_webp(const GreyView& picture, int quality);

}  // namespace beamport::picture
