// SPDX-License-Identifier: Apache-2.0
#include "beamport/picture/jpeg.h"

#include <memory>

#include <fmt/format.h>
#include <turbojpeg.h>

namespace beamport::picture {
namespace {

struct Destroy {
  void operator()(void* handle) const noexcept { tjDestroy(handle); }
};

}  // namespace

Result<Bytes> encode_jpeg(const GreyView& picture, int quality) {
  BEAMPORT_TRY(check_picture(picture, quality));
  const std::unique_ptr<void, Destroy> encoder(tjInitCompress());
  if (encoder == nullptr) {
    return fail(ErrorCode::kResourceExhausted, fmt::format("JPEG encoder: {}", tjGetErrorStr2(nullptr)));
  }
  const int width = static_cast<int>(picture.width);
  const int height = static_cast<int>(picture.height);
  Bytes bytes(tjBufSize(width, height, TJSAMP_GRAY));
  auto* to = reinterpret_cast<unsigned char*>(bytes.data());
  unsigned long size = bytes.size();
  // The accurate transform is the one that all processors compute alike.
  const int status = tjCompress2(encoder.get(), picture.pixels.data(), width, 0, height, TJPF_GRAY, &to, &size,
                                 TJSAMP_GRAY, quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
  if (status != 0) return fail(ErrorCode::kInternal, fmt::format("JPEG encoder: {}", tjGetErrorStr2(encoder.get())));
  bytes.resize(size);
  return bytes;
}

}  // namespace beamport::picture
