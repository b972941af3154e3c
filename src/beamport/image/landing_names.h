// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which slice of a stack that is still landing a file name stands for. The names of finished stacks are judged together
// (frame_number.h); here the pattern is learnt from the first complete slice and what lies beside it, and every later
// name is held against it. Whatever could put a slice into the wrong place is refused. Immutable, safe to share.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/image/frame_number.h"

namespace beamport::image {

class LandingNames {
 public:
  /// A TIFF name that is neither hidden nor temporary (slice.part.tif). Anything else may be renamed to one later.
  [[nodiscard]] static bool is_slice_name(std::string_view name);

  /// `present` are all slice names there, `first` among them. Without `first_number`, the lowest number present is that
  /// of frame 0. Nothing when `first` has several numbers and no other name tells yet which of them counts the slices.
  [[nodiscard]] static Result<std::optional<LandingNames>> learn(const std::string& first,
                                                                 std::span<const std::string> present,
                                                                 std::optional<std::int64_t> first_number,
                                                                 std::int64_t frames);

  /// The frame of a slice name. kOutOfRange when its number is none of the stack's, kFailedPrecondition when it is not
  /// named like the others.
  [[nodiscard]] Result<std::int64_t> frame_of(std::string_view name) const;

  /// What a slice that is not there would be called, for messages.
  [[nodiscard]] std::string name_of(std::int64_t frame) const;

 private:
  LandingNames(std::string example, std::int64_t frames) : example_(std::move(example)), frames_(frames) {}

  Result<void> learn_run(std::span<const std::string> peers);
  Result<void> learn_first_number(std::span<const std::string> peers);
  void learn_fixed_runs(std::span<const std::string> peers);
  Result<void> check_padding(std::string_view name, std::string_view digits) const;

  std::string example_;
  std::int64_t frames_;
  std::int64_t first_number_ = 0;
  bool first_number_was_given_ = false;
  std::optional<std::size_t> run_;  // which run of digits counts; nothing for a single slice without a clear number
  std::vector<bool> is_fixed_;      // by run: has to be the same in every name
};

}  // namespace beamport::image
