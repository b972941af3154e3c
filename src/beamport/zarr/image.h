// SPDX-License-Identifier: Apache-2.0
#pragma once

// An OME-Zarr image opened for reading: the multiscale group and its levels (0.5 on v3, 0.4 on v2, 0.6 tolerated;
// a bioformats2raw wrapper is descended into). Immutable and thread-safe.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "beamport/base/json.h"
#include "beamport/base/result.h"
#include "beamport/store/store.h"
#include "beamport/zarr/array.h"
#include "beamport/zarr/multiscales.h"

namespace beamport::zarr {

struct ImageLevel {
  std::string path;  // node inside the store
  Array array;
  std::array<double, 3> voxel_size_um{};   // z, y, x
  std::array<double, 3> translation_um{};  // centre of voxel (0,0,0)
};

class Image {
 public:
  /// `path` is the image's group inside the store ("" = the root, "labels/nuclei").
  /// Fails with kNotFound when there is no Zarr group, kUnsupported or kCorrupt with the field that is wrong.
  [[nodiscard]] static Result<Image> open(std::shared_ptr<const store::Store> store, const std::string& path = "");

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::vector<ImageLevel>& levels() const noexcept { return levels_; }
  [[nodiscard]] DataType type() const noexcept { return levels_.front().array.type(); }
  [[nodiscard]] const std::optional<DisplayWindow>& window() const noexcept { return window_; }
  /// False when the file gave no unit, so that micrometres are a guess.
  [[nodiscard]] bool voxel_size_known() const noexcept { return voxel_size_known_; }
  /// The same image from the given level on, as if that were its finest; the coarsest always stays.
  [[nodiscard]] Image from_level(std::size_t level) const;

  /// The `attributes` object of the image group, whole.
  [[nodiscard]] const JsonObject& attributes() const noexcept { return attributes_; }

 private:
  std::string name_;
  std::vector<ImageLevel> levels_;
  std::optional<DisplayWindow> window_;
  bool voxel_size_known_ = false;
  JsonObject attributes_;
};

}  // namespace beamport::zarr
