// SPDX-License-Identifier: Apache-2.0
#pragma once

// The list of an image's files with size and checksum, written last and kept among them as "0/beamport.manifest":
// inside an array, where no reader lists, because zarr-python warns of strange files in a group. It covers what no
// chunk's own checksum does: metadata, the gaps before aligned chunks, files that are missing. One line a file, sorted
// by key:
//
//   beamport manifest 1
//   1c291ca3 4096 0/c/0/0/0          CRC-32C of all bytes, number of bytes, key
//   e3069283 9 zarr.json
//   end 2 5f2a0c11                   number of files, CRC-32C of every line before this one
//
// A plain value. Every flipped bit in it, and every cut, is noticed by parse().

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::ingest {

struct ManifestEntry {
  std::string key;  // as in store.h
  std::uint64_t size = 0;
  std::uint32_t crc32c = 0;

  bool operator==(const ManifestEntry&) const = default;
};

class Manifest {
 public:
  static constexpr std::string_view kKey = "0/beamport.manifest";
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 30;

  Manifest() = default;
  /// Keys are valid and different; the order does not matter.
  explicit Manifest(std::vector<ManifestEntry> entries);

  [[nodiscard]] const std::vector<ManifestEntry>& entries() const noexcept { return entries_; }  // sorted by key
  [[nodiscard]] const ManifestEntry* find(std::string_view key) const noexcept;

  [[nodiscard]] std::string encode() const;
  /// kCorrupt, naming the line, for anything that encode() would not write; kUnsupported for another version.
  [[nodiscard]] static Result<Manifest> parse(std::string_view text);

  bool operator==(const Manifest&) const = default;

 private:
  std::vector<ManifestEntry> entries_;
};

}  // namespace beamport::ingest
