// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "commands.h"
#include "console.h"
#include "metadata_table.h"
#include <fmt/format.h>

#include "beamport/base/bytes.h"
#include "beamport/base/json.h"
#include "beamport/metadata/completeness.h"
#include "beamport/metadata/dialect.h"
#include "beamport/metadata/export.h"
#include "beamport/os/file.h"

namespace beamport::app {
namespace {

Result<metadata::Schema> schema_of(const std::string& path) {
  const metadata::Schema& own = metadata::Schema::beamport();
  if (path.empty()) return own;
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;
  BEAMPORT_ASSIGN(const Bytes bytes, os::read_file(path, kMaxBytes));
  BEAMPORT_ASSIGN(const auto facility, metadata::Schema::parse(as_text(bytes)).map_error(in_context(path)));
  return own.extended_by(facility).map_error(in_context(path));
}

Result<std::string> written(const metadata::Record& record, const metadata::Schema& schema, const std::string& format) {
  if (format == "table") {
    return fmt::format("{}\n{}", metadata_table(record, schema), completeness_text(completeness_of(record, schema)));
  }
  if (format == "json") {
    return write_json(
               {{"metadata", to_json(record, schema)}, {"completeness", to_json(completeness_of(record, schema))}}) +
           "\n";
  }
  if (format == "json-ld") return write_json_pretty(to_json_ld(record, schema));
  if (format == "scicat") return write_json_pretty(to_scicat(record, schema));
  if (format == "csv") return to_csv(record, schema);
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--format {}: must be table, json, json-ld, scicat or csv", format));
}

}  // namespace

Result<void> run_metadata(const MetadataOptions& options) {
  BEAMPORT_ASSIGN(const metadata::Schema schema, schema_of(options.schema));
  const std::string format = options.json ? "json" : options.format;
  metadata::Record record;
  std::optional<Error> first_error;  // of a file that could not be read; the others are printed all the same
  for (const std::string& file : options.files) {
    auto read = metadata::read_metadata(std::filesystem::path(file));
    if (read) {
      record.merge(*read);
    } else if (!first_error) {
      first_error = std::move(read).error();
    } else {
      print_aside("{}\n", read.error().message);
    }
  }
  record = with_known_names(record, schema);
  BEAMPORT_ASSIGN(const std::string text, written(record, schema, format));
  if (!first_error || !record.entries().empty()) print_out("{}", text);
  if (first_error) return fail(std::move(*first_error));
  return {};
}

}  // namespace beamport::app
