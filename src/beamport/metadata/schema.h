// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which fields a record may have: the schema in the tree (schema/fields.json, versioned) and, after it, the fields that
// a facility adds with a file of the same shape. A name that no schema knows is still a field: it is kept as it was
// read, under "<dialect>:<place>", and a facility may give it a name, a type and a unit later ("from").
//
//   {"schema": "beamport", "version": 1,
//    "fields": [{"name": "photon_energy", "group": "beam", "type": "number", "unit": "keV", "need": "required",
//                "for": "scan", "or": ["tube_voltage"], "term": "NXbeam/incident_energy", "text": "One sentence."}]}
//
//   type   text, number, integer, flag, time, numbers, texts
//   keyed  many values, each with a name of its own: motor_position.phi
//   need   required (something is missing without it), recorded (when present), derived (by Beamport)
//   for    with required: finding, scan or reconstruction, what cannot be done again without it
//   when   with required: raw, reconstructed, tiles, phase, rescaled or stitched; always, if absent
//   or     other fields that say as much
//   from   with from_unit: names of unknown fields that are this one, "p14:/imaging/lens"
//
// Immutable after parsing; safe to share between threads.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/metadata/datum.h"
#include "beamport/metadata/unit.h"

namespace beamport::metadata {

enum class Need : std::uint8_t { kRequired, kRecorded, kDerived };
enum class Purpose : std::uint8_t { kFinding, kScan, kReconstruction };
enum class Condition : std::uint8_t { kAlways, kRaw, kReconstructed, kTiles, kPhase, kRescaled, kStitched };

[[nodiscard]] std::string_view name_of(Need need) noexcept;
[[nodiscard]] std::string_view name_of(Purpose purpose) noexcept;
[[nodiscard]] std::string_view name_of(Condition condition) noexcept;

struct Field {
  std::string name;
  std::string group;
  FieldType type = FieldType::kText;
  bool keyed = false;
  std::string unit;  // a symbol of unit.h; empty: none
  Need need = Need::kRecorded;
  Purpose purpose = Purpose::kFinding;  // with kRequired
  Condition when = Condition::kAlways;
  std::vector<std::string> alternatives;
  std::string term;
  std::string text;
  std::vector<std::string> from;
  std::string from_unit;
};

class Schema {
 public:
  /// The one in the tree.
  [[nodiscard]] static const Schema& beamport();

  /// kInvalidArgument with the place of what is wrong.
  [[nodiscard]] static Result<Schema> parse(std::string_view json);

  /// These fields, then those of a facility; refuses a name that is there already.
  [[nodiscard]] Result<Schema> extended_by(const Schema& facility) const;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] int version() const noexcept { return version_; }

  /// In the order of the file.
  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }

  /// "photon_energy", or "motor_position.phi" of a keyed field; nullptr for an unknown name.
  [[nodiscard]] const Field* find(std::string_view name) const noexcept;

  /// Where find(name) is in the order of the file; after all of them for an unknown name.
  [[nodiscard]] std::size_t order_of(std::string_view name) const noexcept;

  /// The field that an unknown name becomes.
  [[nodiscard]] const Field* find_origin(std::string_view unknown_name) const noexcept;

 private:
  [[nodiscard]] Result<void> add(Field field);

  std::string name_;
  int version_ = 0;
  std::vector<Field> fields_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::map<std::string, std::size_t, std::less<>> by_origin_;
};

/// A field's name: a-z, digits and _, at most 64 bytes, a letter first.
[[nodiscard]] bool is_field_name(std::string_view name) noexcept;

}  // namespace beamport::metadata
