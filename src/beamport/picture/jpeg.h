// SPDX-License-Identifier: Apache-2.0
#pragma once

// Grey pictures as baseline JPEG (JFIF, one component). Same picture, same bytes, on every processor.

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/picture/grey_picture.h"

namespace beamport::picture {

[[nodiscard]] Result<Bytes> encode_jpeg(const GreyView& picture, int quality);

}  // namespace beamport::picture
