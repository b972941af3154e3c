// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/export.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace beamport::metadata {
namespace {

Json json_of(const Datum& datum) {
  struct Writer {
    Json operator()(const std::string& text) const { return Json(text); }
    Json operator()(double number) const { return Json(number); }
    Json operator()(bool flag) const { return Json(flag); }
    Json operator()(const Moment& moment) const { return Json(moment.text); }
    Json operator()(const Numbers& numbers) const { return JsonArray(numbers.begin(), numbers.end()); }
    Json operator()(const Texts& texts) const { return JsonArray(texts.begin(), texts.end()); }
  };
  return std::visit(Writer{}, datum);
}

JsonObject json_of(const Value& value) {
  JsonObject object{{"value", json_of(value.datum)}};
  if (std::holds_alternative<Moment>(value.datum)) object["type"] = "time";
  if (const auto* numbers = std::get_if<Numbers>(&value.datum); numbers != nullptr && numbers->empty()) {
    object["type"] = "numbers";
  }
  if (const auto* texts = std::get_if<Texts>(&value.datum); texts != nullptr && texts->empty()) {
    object["type"] = "texts";
  }
  if (!value.unit.empty()) object["unit"] = value.unit;
  object["known"] = name_of(value.known);
  if (value.source != Source{}) {
    object["source"] = {{"file", value.source.file}, {"place", value.source.place}};
  }
  if (!value.stated.empty()) object["stated"] = value.stated;
  return object;
}

Failure corrupt(std::string_view pointer, std::string_view reason) {
  return fail(ErrorCode::kCorrupt, fmt::format("{} {}", pointer, reason));
}

Result<std::string> text_member(const JsonObject& object, std::string_view key, const std::string& pointer) {
  const Json* found = object.if_contains(key);
  if (found == nullptr) return std::string();
  if (!found->is_string()) return corrupt(pointer + "/" + std::string(key), "must be text");
  return std::string(found->get_string());
}

Result<Datum> list_from_json(const JsonArray& array, std::string_view type, const std::string& pointer) {
  if (array.empty()) {
    if (type == "numbers") return Datum(Numbers());
    if (type == "texts") return Datum(Texts());
    return corrupt(pointer, "is an empty list without a type");
  }
  if (array.front().is_string()) {
    Texts texts;
    for (const Json& item : array) {
      if (!item.is_string()) return corrupt(pointer, "must be a list of one kind");
      texts.emplace_back(item.get_string());
    }
    return Datum(std::move(texts));
  }
  Numbers numbers;
  for (const Json& item : array) {
    const auto number = item.is_number() ? number_in<double>(item) : std::nullopt;
    if (!number) return corrupt(pointer, "must be a list of one kind");
    numbers.push_back(*number);
  }
  return Datum(std::move(numbers));
}

Result<Datum> datum_from_json(const JsonObject& object, const std::string& pointer) {
  const Json* value = object.if_contains("value");
  BEAMPORT_ASSIGN(const std::string type, text_member(object, "type", pointer));
  if (value == nullptr) return corrupt(pointer, "has no value");
  const std::string place = pointer + "/value";
  if (const auto* text = value->if_string()) {
    if (type != "time") return Datum(std::string(*text));
    const auto moment = parse_moment(std::string_view(*text));
    if (!moment) return corrupt(place, "is no time");
    return Datum(*moment);
  }
  if (const auto* flag = value->if_bool()) return Datum(*flag);
  if (const auto* array = value->if_array()) return list_from_json(*array, type, place);
  const auto number = value->is_number() ? number_in<double>(*value) : std::nullopt;
  if (!number) return corrupt(place, "must be text, a number, true or false, or a list");
  return Datum(*number);
}

Result<Value> value_from_json(const Json& json, const std::string& pointer) {
  const JsonObject* object = json.if_object();
  if (object == nullptr) return corrupt(pointer, "must be an object");
  Value value;
  BEAMPORT_ASSIGN(value.datum, datum_from_json(*object, pointer));
  BEAMPORT_ASSIGN(value.unit, text_member(*object, "unit", pointer));
  BEAMPORT_ASSIGN(const std::string known, text_member(*object, "known", pointer));
  const auto parsed = parse_known(known);
  if (!parsed) return corrupt(pointer + "/known", "must be read, default, typed or derived");
  value.known = *parsed;
  if (const Json* source = object->if_contains("source")) {
    if (!source->is_object()) return corrupt(pointer + "/source", "must be an object");
    BEAMPORT_ASSIGN(value.source.file, text_member(source->get_object(), "file", pointer + "/source"));
    BEAMPORT_ASSIGN(value.source.place, text_member(source->get_object(), "place", pointer + "/source"));
  }
  BEAMPORT_ASSIGN(value.stated, text_member(*object, "stated", pointer));
  return value;
}

/// The field's value as text where there is one.
std::string text_of(const Record& record, std::string_view name) {
  const Entry* entry = record.find(name);
  return entry == nullptr ? std::string() : to_text(entry->value.datum);
}

void put_text(JsonObject& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

struct Renaming {
  std::string_view field;
  std::string_view member;
};

/// "PSI/SLS" and "TOMCAT" are "/PSI/SLS/TOMCAT".
std::string creation_location(const Record& record) {
  std::string location;
  for (const char* name : {"facility", "beamline"}) {
    if (const std::string part = text_of(record, name); !part.empty()) location += "/" + part;
  }
  return location;
}

/// A document database takes no dots in names, nor a dollar in front.
std::string document_key(std::string_view name) {
  std::string key(name);
  std::ranges::replace(key, '.', '_');
  if (key.starts_with('$')) key.front() = '_';
  return key;
}

std::string csv_cell(std::string text, bool may_be_formula) {
  constexpr std::string_view kFormula = "=+-@\t\r";
  if (may_be_formula && !text.empty() && kFormula.find(text.front()) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_value(const Datum& datum) {
  if (const auto* numbers = std::get_if<Numbers>(&datum)) return fmt::format("{}", fmt::join(*numbers, "; "));
  if (const auto* texts = std::get_if<Texts>(&datum)) return fmt::format("{}", fmt::join(*texts, "; "));
  return to_text(datum);
}

void append_csv_row(std::string& out, const std::string& name, const Value& value, bool counts) {
  const bool is_text = std::holds_alternative<std::string>(value.datum) || std::holds_alternative<Texts>(value.datum);
  out += fmt::format("{},{},{},{},{},{},{},{}\r\n", csv_cell(name, true), csv_cell(csv_value(value.datum), is_text),
                     csv_cell(value.unit, true), name_of(value.known), csv_cell(value.source.file, true),
                     csv_cell(value.source.place, true), csv_cell(value.stated, false), counts ? "yes" : "no");
}

}  // namespace

JsonObject to_json(const Record& record, const Schema& schema) {
  JsonObject fields;
  for (const auto* entry : in_schema_order(record, schema)) {
    JsonObject field = json_of(entry->second.value);
    if (!entry->second.conflicts.empty()) {
      JsonArray conflicts;
      for (const Value& value : entry->second.conflicts) conflicts.push_back(json_of(value));
      field["conflicts"] = std::move(conflicts);
    }
    fields[entry->first] = std::move(field);
  }
  return {{"schema", schema.name()},
          {"version", schema.version()},
          {"fields", std::move(fields)},
          {"notes", JsonArray(record.notes().begin(), record.notes().end())}};
}

JsonObject to_json(const Completeness& completeness) {
  const auto names = [](const std::vector<const Field*>& fields) {
    JsonArray list;
    for (const Field* field : fields) list.push_back(Json(field->name));
    return list;
  };
  JsonObject purposes;
  for (const PurposeCompleteness& purpose : completeness.purposes) {
    purposes[name_of(purpose.purpose)] = {
        {"needed", purpose.needed}, {"known", purpose.known()}, {"missing", names(purpose.missing)}};
  }
  return {{"score", completeness.score()},
          {"needed", completeness.needed()},
          {"known", completeness.known()},
          {"purposes", std::move(purposes)},
          {"conflicting", names(completeness.conflicting)},
          {"doubtful", names(completeness.doubtful)}};
}

Result<Record> record_from_json(const Json& json) {
  const JsonObject* object = json.if_object();
  const Json* fields = object != nullptr ? object->if_contains("fields") : nullptr;
  if (fields == nullptr || !fields->is_object()) return corrupt("/fields", "must be an object");
  Record record;
  for (const auto& [key, item] : fields->get_object()) {
    const std::string pointer = fmt::format("/fields/{}", std::string_view(key));
    BEAMPORT_ASSIGN(Value value, value_from_json(item, pointer));
    record.add(key, std::move(value));
    const Json* conflicts = item.get_object().if_contains("conflicts");
    if (conflicts == nullptr) continue;
    if (!conflicts->is_array()) return corrupt(pointer + "/conflicts", "must be a list");
    for (const Json& conflict : conflicts->get_array()) {
      BEAMPORT_ASSIGN(Value other, value_from_json(conflict, pointer + "/conflicts"));
      record.add(key, std::move(other));
    }
  }
  if (const Json* notes = object->if_contains("notes")) {
    if (!notes->is_array()) return corrupt("/notes", "must be a list");
    for (const Json& note : notes->get_array()) {
      if (!note.is_string()) return corrupt("/notes", "must be a list of texts");
      record.note(std::string_view(note.get_string()));
    }
  }
  return record;
}

JsonObject to_json_ld(const Record& record, const Schema& schema) {
  JsonObject dataset{{"@context", "https://schema.org/"}, {"@type", "Dataset"}};
  constexpr std::array kMembers = std::to_array<Renaming>({{"dataset_name", "name"},
                                                           {"description", "description"},
                                                           {"licence", "license"},
                                                           {"created", "dateCreated"},
                                                           {"technique", "measurementTechnique"}});
  for (const auto& [field, member] : kMembers) put_text(dataset, member, text_of(record, field));
  const std::string doi = text_of(record, "doi");
  put_text(dataset, "identifier", doi.empty() ? text_of(record, "dataset_id") : doi);
  if (const std::string owner = text_of(record, "owner"); !owner.empty()) {
    dataset["creator"] = {{"@type", "Person"}, {"name", owner}};
  }
  if (const Entry* keywords = record.find("keywords")) dataset["keywords"] = json_of(keywords->value.datum);
  JsonArray measured;
  for (const auto* entry : in_schema_order(record, schema)) {
    const Value& value = entry->second.value;
    const Field* field = schema.find(entry->first);
    JsonObject property{{"@type", "PropertyValue"}, {"name", entry->first}};
    Json content = json_of(value.datum);
    // A bare array in JSON-LD has no order.
    property["value"] = content.is_array() ? Json(JsonObject{{"@list", std::move(content)}}) : std::move(content);
    put_text(property, "unitText", value.unit);
    if (field != nullptr) {
      put_text(property, "propertyID", field->term);
      put_text(property, "description", field->text);
    }
    measured.push_back(std::move(property));
  }
  dataset["variableMeasured"] = std::move(measured);
  return dataset;
}

JsonObject to_scicat(const Record& record, const Schema& schema) {
  constexpr std::array kMembers = std::to_array<Renaming>({{"dataset_id", "pid"},
                                                           {"dataset_name", "datasetName"},
                                                           {"description", "description"},
                                                           {"owner", "owner"},
                                                           {"owner_group", "ownerGroup"},
                                                           {"access_groups", "accessGroups"},
                                                           {"contact_email", "contactEmail"},
                                                           {"principal_investigator", "principalInvestigator"},
                                                           {"proposal_id", "proposalId"},
                                                           {"sample_id", "sampleId"},
                                                           {"instrument", "instrumentId"},
                                                           {"acquisition_start", "startTime"},
                                                           {"acquisition_end", "endTime"},
                                                           {"created", "creationTime"},
                                                           {"file_count", "numberOfFiles"},
                                                           {"byte_count", "size"},
                                                           {"licence", "license"},
                                                           {"keywords", "keywords"}});
  JsonObject dataset{{"type", holds(Condition::kReconstructed, record) ? "derived" : "raw"}};
  for (const auto& [field, member] : kMembers) {
    if (const Entry* entry = record.find(field)) dataset[member] = json_of(entry->value.datum);
  }
  put_text(dataset, "creationLocation", creation_location(record));
  if (const Entry* folders = record.find("source_files")) {
    const auto* list = std::get_if<Texts>(&folders->value.datum);
    if (list != nullptr && list->size() == 1) dataset["sourceFolder"] = list->front();
  }
  if (const Entry* inputs = record.find("recon_inputs")) dataset["inputDatasets"] = json_of(inputs->value.datum);
  if (const std::string technique = text_of(record, "technique"); !technique.empty()) {
    dataset["techniques"] = JsonArray{JsonObject{{"name", technique}}};
  }
  if (const std::string program = text_of(record, "recon_software"); !program.empty()) {
    const std::string version = text_of(record, "recon_version");
    dataset["usedSoftware"] = JsonArray{Json(version.empty() ? program : fmt::format("{} {}", program, version))};
  }
  JsonObject scientific;
  for (const auto* entry : in_schema_order(record, schema)) {
    const auto& [name, fields] = *entry;
    if (std::ranges::find(kMembers, name, &Renaming::field) != kMembers.end()) continue;
    JsonObject quantity{{"value", json_of(fields.value.datum)}, {"unit", fields.value.unit}};
    const Field* field = schema.find(name);
    if (field != nullptr && field->keyed) {
      Json& group = scientific[field->name];
      if (!group.is_object()) group = JsonObject();
      group.get_object()[document_key(std::string_view(name).substr(field->name.size() + 1))] = std::move(quantity);
    } else {
      scientific[document_key(name)] = std::move(quantity);
    }
  }
  dataset["scientificMetadata"] = std::move(scientific);
  return dataset;
}

std::string to_csv(const Record& record, const Schema& schema) {
  std::string out = "field,value,unit,known,file,place,stated,counts\r\n";
  for (const auto* entry : in_schema_order(record, schema)) {
    append_csv_row(out, entry->first, entry->second.value, true);
    for (const Value& value : entry->second.conflicts) append_csv_row(out, entry->first, value, false);
  }
  return out;
}

}  // namespace beamport::metadata
