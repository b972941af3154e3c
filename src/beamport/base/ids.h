// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ids are 24 lower-case hexadecimal digits everywhere (the shape WEBKNOSSOS clients expect).
// A strong type per kind of thing, so that one id never passes for another.

#include <compare>
#include <string>
#include <string_view>

#include "beamport/base/result.h"

namespace beamport {

/// True for exactly 24 characters out of 0-9 and a-f.
[[nodiscard]] bool is_id_text(std::string_view text) noexcept;

template <typename Tag>
class Id {
 public:
  [[nodiscard]] static Result<Id> parse(std::string_view text) {
    if (!is_id_text(text)) return fail(ErrorCode::kInvalidArgument, "an id is 24 lower-case hexadecimal digits");
    return Id(std::string(text));
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  explicit Id(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

using DatasetId = Id<struct DatasetTag>;

}  // namespace beamport
