// SPDX-License-Identifier: Apache-2.0
// A dataset of a SciCat catalogue, as its web interface hands it out. The outer members are SciCat's; the scientific
// metadata is free. TOMCAT (SLS) writes {"u": unit, "v": value, "valueSI", "unitSI"} for every quantity; others, and
// Beamport's own export, write {"value", "unit", …} under the names of the schema.
//
//   {"pid": "20.500.11935/…", "owner", "contactEmail", "sourceFolder", "size", "numberOfFiles", "creationTime",
//   "endTime",
//    "type": "raw" or "derived", "datasetName", "description", "ownerGroup", "accessGroups", "proposalId", "license",
//    "scientificMetadata": {
//      "beamlineParameters": {"Beam energy": {"u": "keV", "v": 10, "valueSI": 1.6e-15, "unitSI": "(kg m^2) / s^2"}},
//      "detectorParameters": {"Actual pixel size": …, "Camera": "PCO.Edge 5.5", "X-ROI End": 2560, …},
//      "scanParameters": {"Number of projections": 1500, "Rot Y min position": …, …},
//      "postProcessingParameters": [{"commandLineArgument": {…}, "gitRepositoryLink", "postProcessingTimestamp"}]},
//    "history": [… earlier states of the catalogue entry, not of the measurement: left out]}

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "beamport/base/json.h"
#include "beamport/metadata/dialect.h"
#include "beamport/metadata/json_keys.h"
#include "beamport/metadata/reading.h"

namespace beamport::metadata {
namespace {

constexpr std::string_view kScientific = "/scientificMetadata";

constexpr std::array kRules = std::to_array<Rule>({
    {"/pid", "dataset_id"},
    {"/datasetName", "dataset_name"},
    {"/type", "dataset_type"},
    {"/description", "description"},
    {"/owner", "owner"},
    {"/ownerGroup", "owner_group"},
    {"/accessGroups", "access_groups"},
    {"/contactEmail", "contact_email"},
    {"/principalInvestigator", "principal_investigator"},
    {"/investigator", "principal_investigator"},
    {"/principalInvestigators", "users"},
    {"/proposalId", "proposal_id"},
    {"/sampleId", "sample_id"},
    {"/instrumentId", "instrument"},
    {"/sourceFolder", "source_files"},
    {"/startTime", "acquisition_start"},
    {"/endTime", "acquisition_end"},
    {"/creationTime", "created"},
    {"/numberOfFiles", "file_count"},
    {"/size", "byte_count", "B"},
    {"/license", "licence"},
    {"/keywords", "keywords"},
    {"/inputDatasets", "recon_inputs"},
    {"/techniques/0/name", "technique"},
    {"/scientificMetadata/beamlineParameters/Beam energy", "photon_energy"},
    {"/scientificMetadata/beamlineParameters/Monostripe", "monochromator"},
    {"/scientificMetadata/beamlineParameters/Ring current", "ring_current"},
    {"/scientificMetadata/detectorParameters/Actual pixel size", "effective_pixel_size_x"},
    {"/scientificMetadata/detectorParameters/Camera", "detector_model"},
    {"/scientificMetadata/detectorParameters/Exposure time", "exposure_time"},
    {"/scientificMetadata/detectorParameters/Exposure period", "exposure_period"},
    {"/scientificMetadata/detectorParameters/Microscope", "objective"},
    {"/scientificMetadata/detectorParameters/Objective", "magnification"},
    {"/scientificMetadata/detectorParameters/Scintillator", "scintillator"},
    {"/scientificMetadata/scanParameters/File Prefix", "file_prefix"},
    {"/scientificMetadata/scanParameters/Angular step", "angle_step"},
    {"/scientificMetadata/scanParameters/Number of darks", "dark_count"},
    {"/scientificMetadata/scanParameters/Number of flats", "flat_count"},
    {"/scientificMetadata/scanParameters/Number of projections", "projection_count"},
    {"/scientificMetadata/scanParameters/Flat frequency", "flat_interval"},
    {"/scientificMetadata/scanParameters/Rot Y min position", "angle_start"},
    {"/scientificMetadata/scanParameters/Rotation axis position", "scan_mode"},
});

/// What TOMCAT's reconstruction was told, below postProcessingParameters/0.
constexpr std::array kProcessingRules = std::to_array<Rule>({
    {"commandLineArgument/filter", "recon_filter"},
    {"commandLineArgument/zeroPadding", "recon_padding"},
    {"commandLineArgument/centerOfRotation", "rotation_axis_position", "px"},
    {"commandLineArgument/maxTif", "grey_maximum"},
    {"commandLineArgument/minTif", "grey_minimum"},
    {"gitRepositoryLink", "recon_commit"},
    {"postProcessingTimestamp", "recon_time"},
});

bool sniff(std::string_view file_name, std::string_view head) {
  if (!file_name.ends_with(".json")) return false;
  const auto keys = outermost_keys(head);
  return has_keys(keys, {"scientificMetadata", "ownerGroup"}) ||
         has_keys(keys, {"scientificMetadata", "sourceFolder"}) ||
         has_keys(keys, {"pid", "ownerGroup", "sourceFolder"});
}

/// A quantity is one statement with its unit, not four.
bool state_quantity(Reading& reading, const JsonObject& object, const std::string& pointer) {
  const auto member = [&](std::string_view a, std::string_view b) {
    const Json* found = object.if_contains(a);
    return found != nullptr ? found : object.if_contains(b);
  };
  const Json* value = member("v", "value");
  const Json* unit = member("u", "unit");
  if (value == nullptr || value->is_object() || value->is_null()) return false;
  if (unit != nullptr && !unit->is_string()) return false;
  constexpr std::array<std::string_view, 6> kMembers{"v", "value", "u", "unit", "valueSI", "unitSI"};
  for (const auto& entry : object) {
    if (std::ranges::find(kMembers, std::string_view(entry.key())) == kMembers.end()) return false;
  }
  const std::string_view unit_text = unit == nullptr ? std::string_view() : std::string_view(unit->get_string());
  if (value->is_number()) {
    reading.state(pointer, number_datum(*value), unit_text);
    return true;
  }
  if (!value->is_array()) {
    if (!unit_text.empty()) return false;
    state_json(reading, *value, pointer);
    return true;
  }
  Numbers numbers;
  for (const Json& item : value->get_array()) {
    const auto number = item.is_number() ? number_in<double>(item) : std::nullopt;
    if (!number) {
      if (!unit_text.empty()) return false;
      state_json(reading, *value, pointer);
      return true;
    }
    numbers.push_back(*number);
  }
  reading.state(pointer, std::move(numbers), unit_text);
  return true;
}

void state_scientific(Reading& reading, const Json& value, const std::string& pointer) {
  const JsonObject* object = value.if_object();
  if (object == nullptr) {
    state_json(reading, value, pointer);
    return;
  }
  if (state_quantity(reading, *object, pointer)) return;
  for (const auto& [key, item] : *object) state_scientific(reading, item, pointer + "/" + pointer_token(key));
}

/// Directly below scientificMetadata, under the names of the schema; keyed fields are an object there.
void read_own_names(Reading& reading) {
  const std::string prefix = fmt::format("{}/", kScientific);
  for (const std::string& place : reading.places_below(prefix)) {
    std::string name = place.substr(prefix.size());
    if (const std::size_t slash = name.find('/'); slash != std::string::npos) name[slash] = '.';
    if (Schema::beamport().find(name) != nullptr) reading.take({.place = place, .field = name});
  }
}

void read_creation_location(Reading& reading) {
  constexpr std::string_view kPlace = "/creationLocation";
  const auto location = reading.text(kPlace);
  if (!location) return;
  // "/PSI/SLS/TOMCAT": the last part is the beamline, what is before it the facility.
  const std::size_t last = location->rfind('/');
  if (last == std::string::npos || last + 1 == location->size()) {
    reading.put("facility", *location, "", kPlace);
    return;
  }
  const std::string_view facility = std::string_view(*location).substr(0, last);
  reading.put("beamline", location->substr(last + 1), "", kPlace);
  reading.put("facility", std::string(facility.substr(std::min(facility.find_first_not_of('/'), facility.size()))), "",
              kPlace);
}

void read_filters(Reading& reading) {
  std::vector<std::string> filters;
  std::vector<std::string> places;
  for (const char* key : {"FE-Filter", "OP-Filter1", "OP-Filter2", "OP-Filter3"}) {
    const std::string place = fmt::format("{}/beamlineParameters/{}", kScientific, key);
    if (const auto filter = reading.text(place)) {
      filters.push_back(fmt::format("{}: {}", key, *filter));
      places.push_back(place);
    }
  }
  const std::vector<std::string_view> views(places.begin(), places.end());
  if (!filters.empty()) reading.put("attenuator", fmt::format("{}", fmt::join(filters, "; ")), "", views);
}

void read_geometry(Reading& reading) {
  const std::string scan = fmt::format("{}/scanParameters/", kScientific);
  const std::string low = scan + "Rot Y min position";
  const std::string high = scan + "Rot Y max position";
  const auto first = reading.number(low);
  const auto last = reading.number(high);
  if (first && last) {
    const std::array<std::string_view, 2> places{low, high};
    reading.put("angle_range", *last - *first, "deg", places);
  }
  const std::string detector = fmt::format("{}/detectorParameters/", kScientific);
  const std::array<std::string, 4> edges{detector + "X-ROI Start", detector + "X-ROI End", detector + "Y-ROI Start",
                                         detector + "Y-ROI End"};
  Numbers region;
  for (const std::string& edge : edges) {
    if (const auto number = reading.number(edge)) region.push_back(*number);
  }
  const std::vector<std::string_view> views(edges.begin(), edges.end());
  if (region.size() == edges.size()) reading.put("region_of_interest", std::move(region), "px", views);
}

Result<Record> read(const image::PositionalReader& file) {
  BEAMPORT_ASSIGN(const std::string text, read_text(file));
  BEAMPORT_ASSIGN(const Json json, parse_json(text).map_error(in_context(file.name())));
  const JsonObject* object = json.if_object();
  if (object == nullptr) return fail(ErrorCode::kCorrupt, fmt::format("{}: is no JSON object", file.name()));
  Reading reading(kScicatDialect.name, file.name());
  for (const auto& [key, value] : *object) {
    const std::string pointer = "/" + pointer_token(key);
    if (key == "history") {
      reading.note(fmt::format("{}: /history, the earlier states of the catalogue entry, is left out", file.name()));
    } else if (pointer == kScientific) {
      state_scientific(reading, value, pointer);
    } else {
      state_json(reading, value, pointer);
    }
  }
  // Light that is not monochromatic has words where others have an energy.
  const std::string energy = fmt::format("{}/beamlineParameters/Beam energy", kScientific);
  if (reading.text(energy) && !reading.number(energy)) reading.take({energy, "beam_spectrum"});
  reading.take_all(kRules);
  read_geometry(reading);
  read_filters(reading);
  read_creation_location(reading);
  for (const Rule& rule : kProcessingRules) {
    const std::string place = fmt::format("{}/postProcessingParameters/0/{}", kScientific, rule.place);
    reading.take({place, rule.field, rule.unit});
  }
  read_own_names(reading);
  return reading.finish();
}

}  // namespace

const Dialect kScicatDialect{"scicat", "SciCat dataset (JSON)", &sniff, &read};

}  // namespace beamport::metadata
