// SPDX-License-Identifier: Apache-2.0
#pragma once

// A path with holes: "/tiles/{plane}/{tx}/{ty}.{format}" or "/zarr/{id}/{key...}". Between two captures of one segment
// there is text; a capture takes as little as it can and never nothing. Immutable after parsing.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/api/parameter_decode.h"
#include "beamport/base/result.h"

namespace beamport::api {

class SegmentTemplate {
 public:
  [[nodiscard]] static Result<SegmentTemplate> parse(std::string_view text);

  /// The segment as written when it has no capture.
  [[nodiscard]] const std::string* literal() const noexcept;
  /// "{key...}": matches all segments that are left, also none.
  [[nodiscard]] bool takes_the_rest() const noexcept { return takes_the_rest_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::vector<std::string> names() const;

  /// The captures in this segment; nothing when it does not match. Not for one that takes the rest.
  [[nodiscard]] std::optional<PathParameters> match(std::string_view segment) const;

 private:
  struct Piece {
    bool is_capture = false;
    std::string text;  // the literal, or the name of the capture
  };
  std::string text_;
  std::vector<Piece> pieces_;
  bool takes_the_rest_ = false;
};

/// The segments of a template that begins with '/'. Fails with kInvalidArgument naming the template.
[[nodiscard]] Result<std::vector<SegmentTemplate>> parse_path_template(std::string_view path);

}  // namespace beamport::api
