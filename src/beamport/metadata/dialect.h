// SPDX-License-Identifier: Apache-2.0
#pragma once

// The dialects of metadata that Beamport reads, behind one face: sniff() says from the name and the first bytes
// whether a file is of a dialect, read() makes a record of it. No file is of two dialects. Everything is read within
// limits; a damaged file is an error, one of another kind is nothing.
//
//   p14      <prefix>_<run>_00001.json of the imaging beamline P14: collect, imaging, motor_pos, ff_ssim
//   desy     beamtime-metadata-<id>.json of a beam time at PETRA III
//   scicat   dataset of a SciCat catalogue as JSON, with the scientific metadata that TOMCAT writes
//   bruker   .log, _rec.log of SkyScan scanners
//   nikon    .xtekct of XT scanners
//   tiff     the description of a TIFF: ImageJ, OME-XML, else as text; shape, type and resolution
//   hdf5     NeXus with or without NXtomo, Data Exchange: scalars and short lists, by our own reader (hdf5_file.h)
//
// Pure but for read_metadata(), which reads the file. Thread-safe.

#include <filesystem>
#include <span>
#include <string_view>

#include "beamport/base/result.h"
#include "beamport/image/positional_reader.h"
#include "beamport/metadata/record.h"

namespace beamport::metadata {

struct Dialect {
  std::string_view name;   // "p14"
  std::string_view title;  // "P14 imaging (JSON)"
  /// `file_name` without its directory; `head` the first kHeadBytes of the file, or all of it.
  bool (*sniff)(std::string_view file_name, std::string_view head);
  Result<Record> (*read)(const image::PositionalReader& file);
};

inline constexpr std::size_t kHeadBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMaxTextFileBytes = std::size_t{16} << 20;

[[nodiscard]] std::span<const Dialect> dialects() noexcept;

/// nullptr when it is none that is known.
[[nodiscard]] const Dialect* dialect_of(std::string_view file_name, std::string_view head);

/// The record of an open file; kUnsupported when it is of no known dialect.
[[nodiscard]] Result<Record> read_metadata(const image::PositionalReader& file);

/// The same of the file at the path.
[[nodiscard]] Result<Record> read_metadata(const std::filesystem::path& path);

/// All of a small text file, for readers of dialects; kOutOfRange beyond kMaxTextFileBytes.
[[nodiscard]] Result<std::string> read_text(const image::PositionalReader& file);

/// "scan_1_00001.json" of "/data/…/scan_1_00001.json".
[[nodiscard]] std::string_view file_name_of(std::string_view path) noexcept;

// One a source file.
extern const Dialect kP14Dialect;
extern const Dialect kDesyDialect;
extern const Dialect kScicatDialect;
extern const Dialect kBrukerDialect;
extern const Dialect kNikonDialect;
extern const Dialect kTiffDialect;
extern const Dialect kHdf5Dialect;

}  // namespace beamport::metadata
