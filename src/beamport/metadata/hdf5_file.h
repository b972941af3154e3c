// SPDX-License-Identifier: Apache-2.0
#pragma once

// The small part of HDF5 that metadata needs, read by our own code within limits: groups, and datasets of numbers and
// texts that are scalars or short lists. No HDF5 library: what Debian ships must not see files of strangers inside the
// server. What is not read (filters, chunk indexes of version 4, virtual datasets, references, compounds) is told by
// its shape and type only; external and soft links are told by their targets.
// Source: HDF5 File Format Specification, version 3.
//
//   superblock     89 48 44 46 0D 0A 1A 0A, version, sizes of offsets and lengths, …, address of the root object
//   object header  version 1: 16 bytes, then messages (type u16, size u16, flags u8, 3 unused, data)
//                  version 2: "OHDR", flags, …, then messages (type u8, size u16, flags u8, data), checksum
//   old group      message 0x11 → B-tree "TREE" of "SNOD" tables of names in a local "HEAP"
//   new group      a message 0x06 each link, or message 0x02 → fractal heap "FRHP" and B-tree "BTHD" of many of them
//   dataset        messages 0x01 shape, 0x03 type, 0x08 where the values are, 0x0C an attribute each
//
// Every address is checked against the file before it is read; a budget bounds how much is read in all. Checksums are
// not verified: a wrong address fails on its signature. Not thread-safe (the budget counts down).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/image/positional_reader.h"
#include "beamport/metadata/datum.h"

namespace beamport::metadata {

inline constexpr std::string_view kHdf5Signature = "\x89HDF\r\n\x1a\n";

struct Hdf5Limits {
  std::uint64_t max_blocks = 200'000;                 // reads of the file
  std::uint64_t max_bytes = std::uint64_t{64} << 20;  // of all of them together
  std::uint64_t max_block_bytes = std::uint64_t{4} << 20;
  std::uint64_t max_values = 100'000;  // of one dataset
  std::size_t max_links = 20'000;      // of one group
};

struct Hdf5Link {
  enum class Kind : std::uint8_t { kHard, kSoft, kExternal };

  std::string name;
  Kind kind = Kind::kHard;
  std::uint64_t address = 0;  // of a hard link's object
  std::string target = {};    // of the others: a path, "file.h5:/path"
};

struct Hdf5Message {
  std::uint16_t type = 0;
  bool shared = false;
  Bytes data;
};

using Hdf5Object = std::vector<Hdf5Message>;

struct Hdf5Dataset {
  std::vector<std::uint64_t> shape;           // empty: one value
  std::string type;                           // "float64", "text", "other"
  std::optional<Datum> value = std::nullopt;  // where it is a scalar or a list that is read
  std::string unit = {};                      // its attribute "units"
};

class Hdf5File {
 public:
  /// The reader must outlive it. kUnsupported when it is no HDF5 file or of a version that is not read.
  [[nodiscard]] static Result<Hdf5File> open(const image::PositionalReader& reader, const Hdf5Limits& limits = {});

  [[nodiscard]] std::uint64_t root() const noexcept { return root_; }

  [[nodiscard]] Result<Hdf5Object> read_object(std::uint64_t address);

  [[nodiscard]] static bool is_dataset(const Hdf5Object& object) noexcept;

  [[nodiscard]] Result<std::vector<Hdf5Link>> read_links(const Hdf5Object& group);

  [[nodiscard]] Result<Hdf5Dataset> read_dataset(const Hdf5Object& dataset);

  // For the readers of groups and values.

  /// `length` bytes at the address; kCorrupt outside of the file, kResourceExhausted beyond the budget.
  [[nodiscard]] Result<Bytes> read_block(std::uint64_t address, std::uint64_t length);
  /// The same, of which the first bytes must be these.
  [[nodiscard]] Result<Bytes> read_signed_block(std::uint64_t address, std::uint64_t length,
                                                std::string_view signature);
  [[nodiscard]] Failure corrupt(std::uint64_t address, std::string_view what) const;
  [[nodiscard]] bool is_defined(std::uint64_t address) const noexcept;
  [[nodiscard]] std::size_t offset_bytes() const noexcept { return offset_bytes_; }
  [[nodiscard]] std::size_t length_bytes() const noexcept { return length_bytes_; }
  [[nodiscard]] std::uint64_t bytes_after(std::uint64_t address) const noexcept;
  [[nodiscard]] const Hdf5Limits& limits() const noexcept { return limits_; }

 private:
  Hdf5File(const image::PositionalReader& reader, const Hdf5Limits& limits) : reader_(&reader), limits_(limits) {}

  [[nodiscard]] Result<void> read_superblock();

  const image::PositionalReader* reader_;
  Hdf5Limits limits_;
  std::uint64_t blocks_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t base_ = 0;
  std::uint64_t root_ = 0;
  std::size_t offset_bytes_ = 8;
  std::size_t length_bytes_ = 8;
};

}  // namespace beamport::metadata
