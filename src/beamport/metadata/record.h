// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is known of a dataset: for each field the value that counts, where it is from, how it is known, and every other
// value that a source gave and that does not agree. Several sources are merged by one rule: what a person typed goes
// before what was read, that before what was derived, that before a default; among equals the earlier source. Values
// that say the same (datum.h) are one. So the result of a merge does not depend on how it is bracketed, and nothing
// that disagrees gets lost.
//
// Everything is bounded (RecordLimits), because it comes from files of others: what is cut or left out is in notes().
// All texts are UTF-8, all numbers finite. A plain value; not thread-safe while it changes.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/metadata/datum.h"
#include "beamport/metadata/schema.h"

namespace beamport::metadata {

/// How a value is known; the later ones count more.
enum class Known : std::uint8_t { kDefault, kDerived, kRead, kTyped };

[[nodiscard]] std::string_view name_of(Known known) noexcept;
[[nodiscard]] std::optional<Known> parse_known(std::string_view name) noexcept;

struct Source {
  std::string file = {};   // name or path; empty for what no file says
  std::string place = {};  // in the file: "/collect/energy", "[Acquisition] Exposure (ms)", "page 1"

  friend bool operator==(const Source&, const Source&) = default;
};

struct Value {
  Datum datum;
  std::string unit = {};  // a symbol of unit.h, or the file's own word
  Known known = Known::kRead;
  Source source = {};
  std::string stated = {};  // as the file has it, where it was converted: "150 ms"

  friend bool operator==(const Value&, const Value&) = default;
};

struct Entry {
  Value value;
  std::vector<Value> conflicts = {};  // in order of precedence

  friend bool operator==(const Entry&, const Entry&) = default;
};

struct RecordLimits {
  std::size_t max_entries = 4096;
  std::size_t max_values_per_field = 16;
  std::size_t max_name_bytes = 512;
  std::size_t max_text_bytes = std::size_t{16} << 10;
  std::size_t max_items = 100'000;
  std::size_t max_total_bytes = std::size_t{16} << 20;
  std::size_t max_notes = 100;
};

class Record {
 public:
  using Entries = std::map<std::string, Entry, std::less<>>;

  /// Takes one more value for a field.
  void add(std::string_view name, Value value);

  void note(std::string_view text);

  /// Everything of the other record after everything of this one.
  void merge(const Record& other);

  /// The field's entry, or nullptr.
  [[nodiscard]] const Entry* find(std::string_view name) const noexcept;

  [[nodiscard]] const Entries& entries() const noexcept { return entries_; }

  /// What was cut, left out or odd, in sentences.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

  friend bool operator==(const Record& a, const Record& b) { return a.entries_ == b.entries_ && a.notes_ == b.notes_; }

 private:
  void bound(std::string_view name, Value& value);

  Entries entries_;
  std::vector<std::string> notes_;
  std::size_t total_bytes_ = 0;
};

inline constexpr RecordLimits kRecordLimits{};

/// The entries as the schema lists their fields, those it does not know after them by name. The pointers are into the
/// record.
[[nodiscard]] std::vector<const Record::Entries::value_type*> in_schema_order(const Record& record,
                                                                              const Schema& schema);

/// The value with the field's type and unit. Nothing when it says no such thing ("Polychromatic" as a number). A unit
/// that is unknown or of another dimension stays, and so does a missing one: it is not guessed.
[[nodiscard]] std::optional<Value> fitted(const Field& field, Value value);

/// Fields under their own names that were unknown when they were read; see "from" in schema.h.
[[nodiscard]] Record with_known_names(const Record& record, const Schema& schema);

}  // namespace beamport::metadata
