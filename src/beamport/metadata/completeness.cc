// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/completeness.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace beamport::metadata {
namespace {

std::string text_of(const Record& record, std::string_view name) {
  const Entry* entry = record.find(name);
  return entry == nullptr ? std::string() : to_text(entry->value.datum);
}

/// What a default says is nobody's knowledge.
bool is_known(const Record& record, const Field& field) {
  if (field.keyed) {
    const std::string prefix = field.name + ".";
    const auto first = record.entries().lower_bound(prefix);
    return first != record.entries().end() && first->first.starts_with(prefix);
  }
  const Entry* entry = record.find(field.name);
  return entry != nullptr && entry->value.known != Known::kDefault;
}

bool is_reconstructed(const Record& record) {
  const std::string type = text_of(record, "dataset_type");
  if (type == "derived" || type == "stitched") return true;
  const auto first = record.entries().lower_bound("recon_");
  return first != record.entries().end() && first->first.starts_with("recon_");
}

bool is_doubtful(const Field& field, const Value& value) {
  const bool number = std::holds_alternative<double>(value.datum) || std::holds_alternative<Numbers>(value.datum);
  return number && !field.unit.empty() && value.unit != field.unit && !find_unit(value.unit);
}

}  // namespace

std::size_t Completeness::needed() const noexcept {
  std::size_t sum = 0;
  for (const PurposeCompleteness& purpose : purposes) sum += purpose.needed;
  return sum;
}

std::size_t Completeness::known() const noexcept {
  std::size_t sum = 0;
  for (const PurposeCompleteness& purpose : purposes) sum += purpose.known();
  return sum;
}

double Completeness::score() const noexcept {
  const std::size_t all = needed();
  return all == 0 ? 1.0 : static_cast<double>(known()) / static_cast<double>(all);
}

bool holds(Condition condition, const Record& record) {
  switch (condition) {
    case Condition::kAlways:
      return true;
    case Condition::kRaw:
      return text_of(record, "dataset_type") == "raw";
    case Condition::kReconstructed:
      return is_reconstructed(record);
    case Condition::kTiles:
      return record.find("mosaic_id") != nullptr || record.find("tile_index") != nullptr;
    case Condition::kPhase: {
      const std::string method = text_of(record, "phase_method");
      return !method.empty() && method != "none";
    }
    case Condition::kRescaled:
      // Reconstructions are floating-point numbers; whole numbers were made from them.
      return is_reconstructed(record) &&
             (text_of(record, "voxel_type").starts_with("uint") || text_of(record, "voxel_type").starts_with("int"));
    case Condition::kStitched:
      return text_of(record, "dataset_type") == "stitched";
  }
  return false;
}

Completeness completeness_of(const Record& record, const Schema& schema) {
  Completeness result;
  for (std::size_t i = 0; i < result.purposes.size(); ++i) result.purposes[i].purpose = static_cast<Purpose>(i);
  for (const Field& field : schema.fields()) {
    if (field.need != Need::kRequired || !holds(field.when, record)) continue;
    PurposeCompleteness& purpose = result.purposes[static_cast<std::size_t>(field.purpose)];
    ++purpose.needed;
    const bool known = is_known(record, field) || std::ranges::any_of(field.alternatives, [&](const std::string& name) {
                         const Field* other = schema.find(name);
                         return other != nullptr && is_known(record, *other);
                       });
    if (!known) purpose.missing.push_back(&field);
  }
  for (const auto* entry : in_schema_order(record, schema)) {
    const Field* field = schema.find(entry->first);
    if (field == nullptr) continue;
    const auto once = [&](std::vector<const Field*>& list) {
      if (list.empty() || list.back() != field) list.push_back(field);
    };
    if (!entry->second.conflicts.empty()) once(result.conflicting);
    if (is_doubtful(*field, entry->second.value)) once(result.doubtful);
  }
  return result;
}

}  // namespace beamport::metadata
