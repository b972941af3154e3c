// SPDX-License-Identifier: Apache-2.0
#include "beamport/picture/webp.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>
#include <webp/encode.h>

namespace beamport::picture {
namespace {

// Between the fastest (0) and the smallest (6): beyond 2 the time doubles for a few per cent of size.
constexpr int kEffort = 2;

// VP8 keeps brightness in 16…235 (ITU-R BT.601) and grey has no colour.
constexpr std::uint8_t kNeutralChroma = 128;
constexpr std::array<std::uint8_t, 256> make_luma() {
  std::array<std::uint8_t, 256> luma{};
  for (std::size_t grey = 0; grey < luma.size(); ++grey) {
    luma[grey] = static_cast<std::uint8_t>(16 + (grey * 219 + 127) / 255);
  }
  return luma;
}
constexpr auto kLuma = make_luma();

class Picture {
 public:
  Picture() { valid_ = WebPPictureInit(&picture_) != 0; }
  ~Picture() { WebPPictureFree(&picture_); }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  [[nodiscard]] bool allocate(const GreyView& from) {
    if (!valid_) return false;
    picture_.use_argb = 0;
    picture_.colorspace = WEBP_YUV420;
    picture_.width = static_cast<int>(from.width);
    picture_.height = static_cast<int>(from.height);
    return WebPPictureAlloc(&picture_) != 0;
  }

  void draw(const GreyView& from) {
    for (std::int64_t row = 0; row < from.height; ++row) {
      const std::uint8_t* grey = from.pixels.data() + row * from.width;
      std::transform(grey, grey + from.width, picture_.y + row * picture_.y_stride,
                     [](std::uint8_t value) { return kLuma[value]; });
    }
    const std::int64_t chroma_rows = (from.height + 1) / 2;
    std::memset(picture_.u, kNeutralChroma, static_cast<std::size_t>(chroma_rows * picture_.uv_stride));
    std::memset(picture_.v, kNeutralChroma, static_cast<std::size_t>(chroma_rows * picture_.uv_stride));
  }

  [[nodiscard]] WebPPicture& get() noexcept { return picture_; }

 private:
  WebPPicture picture_{};
  bool valid_ = false;
};

class Output {
 public:
  Output() { WebPMemoryWriterInit(&writer_); }
  ~Output() { WebPMemoryWriterClear(&writer_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void attach(WebPPicture& picture) noexcept {
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer_;
  }
  [[nodiscard]] Bytes bytes() const {
    const auto* begin = reinterpret_cast<const std::byte*>(writer_.mem);
    return {begin, begin + writer_.size};
  }

 private:
  WebPMemoryWriter writer_{};
};

}  // namespace

Result<Bytes> encode_webp(const GreyView& picture, int quality) {
  BEAMPORT_TRY(check_picture(picture, quality));
  WebPConfig config;
  if (WebPConfigInit(&config) == 0)
    return fail(ErrorCode::kInternal, "WebP encoder: the library is of another version");
  config.quality = static_cast<float>(quality);
  config.method = kEffort;

  Picture frame;
  if (!frame.allocate(picture)) return fail(ErrorCode::kResourceExhausted, "WebP encoder: no memory for the picture");
  frame.draw(picture);
  Output output;
  output.attach(frame.get());
  if (WebPEncode(&config, &frame.get()) == 0) {
    return fail(ErrorCode::kInternal, fmt::format("WebP encoder: error {}", static_cast<int>(frame.get().error_code)));
  }
  return output.bytes();
}

}  // namespace beamport::picture
