// SPDX-License-Identifier: Apache-2.0
#pragma once

// How user, date and scan name are read from where a scan lies below a watched root. A pattern such as
// "<year>/<user>/<YYYYMMDD>/<scan>" has one part a directory level; a part is literal text with at most one of
// <user>, <scan>, <any> and any number of <year> and <YYYYMMDD>, so there is never more than one way to read a name.
// What is read becomes a path below the data directory: names that could leave it, hide in it, or be told apart by
// bytes alone are refused with a reason. Immutable, thread-safe; looks at no disk.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::ingest {

/// What a path says about its scan. A part that the pattern does not have is empty.
struct ScanFields {
  std::string user;
  std::string date;  // YYYYMMDD, a day of the calendar
  std::string scan;

  bool operator==(const ScanFields&) const = default;
};

inline constexpr std::size_t kMaxNameBytes = 200;  // a name plus what is appended to it stays below 255

/// Whether the text may name a user, a date or a scan on disk: valid UTF-8 in normal form C, 1 to kMaxNameBytes bytes;
/// letters, marks, digits, symbols, single spaces inside; nothing invisible, none of / \ : * ? " < > |; no dot, dash or
/// space first, no dot or space last; not *.zarr or *.partial. kInvalidArgument says which rule is broken.
[[nodiscard]] Result<void> check_scan_name(std::string_view name);

/// "user/date/scan.ome.zarr" with the parts there are, below the data directory. kInvalidArgument when one of them may
/// not name anything or there is no scan name.
[[nodiscard]] Result<std::string> image_path_of(const ScanFields& fields);

class ScanPattern {
 public:
  /// kInvalidArgument with the part that is wrong and what it should be.
  [[nodiscard]] static Result<ScanPattern> compile(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// How many names a scan's path below the root has.
  [[nodiscard]] std::size_t depth() const noexcept { return parts_.size(); }

  /// Scans are files, not directories: the pattern ends in .tif or .tiff (either stands for both, in any case).
  [[nodiscard]] bool is_file() const noexcept { return is_file_; }

  /// Reads one name of a path into the fields. kNotFound when it does not have the form (not meant as a scan, nothing
  /// to complain of); kInvalidArgument when it has, but may not be used.
  [[nodiscard]] Result<void> read_level(std::size_t level, std::string_view name, ScanFields& fields) const;

  /// A whole path relative to the root. Errors as above.
  [[nodiscard]] Result<ScanFields> read(std::string_view relative_path) const;

 private:
  enum class Kind { kLiteral, kYear, kUser, kDate, kScan, kAny };
  struct Piece {
    Kind kind = Kind::kLiteral;
    std::string literal;
  };
  using Part = std::vector<Piece>;

  ScanPattern() = default;
  static Result<Part> compile_part(std::string_view text);
  static Result<Piece> take_piece(std::string_view& text);
  Result<void> check_placeholders() const;

  std::string text_;
  std::vector<Part> parts_;
  bool is_file_ = false;
};

}  // namespace beamport::ingest
