// SPDX-License-Identifier: Apache-2.0
#pragma once

// A JSON value together with its place in the document, so that every complaint names the field:
// "codecs[1].configuration.level: expected an integer". For reading metadata that others wrote. Holds a reference to
// the document, which must outlive it. Failures are kCorrupt.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/json.h"
#include "beamport/base/result.h"

namespace beamport::codec {

class JsonField {
 public:
  JsonField(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}

  [[nodiscard]] const Json& value() const noexcept { return *value_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// A member of this object; nothing when it is absent or this is no object.
  [[nodiscard]] std::optional<JsonField> find(std::string_view key) const;
  /// The same, where absence (or not being an object) is an error.
  [[nodiscard]] Result<JsonField> at(std::string_view key) const;
  /// The elements of this array, at most that many.
  [[nodiscard]] Result<std::vector<JsonField>> elements(std::size_t max_count) const;

  [[nodiscard]] Result<const JsonObject*> object() const;
  /// kUnsupported when this object has members other than these.
  [[nodiscard]] Result<void> only(std::initializer_list<std::string_view> known) const;
  [[nodiscard]] Result<std::string_view> text() const;
  [[nodiscard]] Result<bool> boolean() const;
  [[nodiscard]] Result<std::int64_t> integer() const;
  [[nodiscard]] Result<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] Result<double> number() const;

  /// "<path>: <message>"
  [[nodiscard]] Failure failure(ErrorCode code, std::string_view message) const;

 private:
  const Json* value_;
  std::string path_;
};

/// How Zarr v3 names a codec, a grid, a key encoding: {"name": …, "configuration": {…}}, or the bare name.
struct NamedConfiguration {
  std::string_view name;                   // lives in the document
  std::optional<JsonField> configuration;  // an object

  [[nodiscard]] static Result<NamedConfiguration> parse(const JsonField& field);
};

}  // namespace beamport::codec
