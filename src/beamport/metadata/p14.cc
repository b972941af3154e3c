// SPDX-License-Identifier: Apache-2.0
// The sidecar of a tomography scan at P14 (EMBL, PETRA III). The control program writes it when the scan has ended,
// into the archive tree and not beside the images. Facts: mxcube/mxcubecore, EMBLXrayImaging.
//
//   {"motor_pos": {"phi": 12.5, "sampx": -0.1, …},
//    "collect": {"comments", "fileinfo": {"directory", "prefix", "run_number", …}, "sessionId", "detector_distance",
//                "energy" (keV), "transmission" (%), "oscillation_sequence": [{"exposure_time" (s),
//                "number_of_images", "start", "range" (deg), …}], "sample_reference", "motors", …},
//    "imaging": {"ff_num_images", "ff_pre", "ff_post", "ff_ssim_enabled", "sample_offset_a", … (mm),
//                "detector_distance" (mm), …},
//    "ff_ssim": null or the table of projections and flats}
//
// Older files have "path" for fileinfo and the parameters of the acquisition directly below "collect".

#include <array>

#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/metadata/dialect.h"
#include "beamport/metadata/json_keys.h"
#include "beamport/metadata/moment.h"
#include "beamport/metadata/reading.h"

namespace beamport::metadata {
namespace {

constexpr std::string_view kSequence = "/collect/oscillation_sequence/0";

constexpr std::array kRules = std::to_array<Rule>({
    {"/collect/comments", "description"},
    {"/collect/sessionId", "session_id"},
    {"/collect/energy", "photon_energy", "keV"},
    {"/collect/transmission", "transmission", "%"},
    {"/collect/fileinfo/prefix", "file_prefix"},
    {"/collect/fileinfo/run_number", "run_number"},
    {"/collect/fileinfo/directory", "source_files"},
    {"/collect/oscillation_sequence/0/exposure_time", "exposure_time", "s"},
    {"/collect/oscillation_sequence/0/number_of_images", "projection_count"},
    {"/collect/oscillation_sequence/0/start", "angle_start", "deg"},
    {"/collect/oscillation_sequence/0/range", "angle_step", "deg"},
    {"/collect/exposure_time", "exposure_time", "s"},
    {"/collect/exp_time", "exposure_time", "s"},
    {"/collect/num_images", "projection_count"},
    {"/collect/osc_start", "angle_start", "deg"},
    {"/collect/osc_range", "angle_step", "deg"},
    {"/path/base_prefix", "file_prefix"},
    {"/path/run_number", "run_number"},
    {"/path/directory", "source_files"},
    {"/collect/sample_reference/sample_name", "sample_name"},
    {"/collect/sample_reference/blSampleId", "sample_id"},
    {"/imaging/ff_num_images", "flat_count"},
    {"/imaging/ff_ssim_enabled", "flat_match"},
    {"/imaging/detector_distance", "detector_distances", "mm"},
});

bool sniff(std::string_view file_name, std::string_view head) {
  if (!file_name.ends_with(".json")) return false;
  const auto keys = outermost_keys(head);
  return has_keys(keys, {"collect", "imaging"}) || has_keys(keys, {"collect", "ff_ssim"});
}

void read_flats(Reading& reading) {
  const auto flag = [&](std::string_view place) {
    const Datum* datum = reading.see(place);
    const auto said = datum != nullptr ? as_type(*datum, FieldType::kFlag) : std::nullopt;
    return said && std::get<bool>(*said);
  };
  constexpr std::array<std::string_view, 2> kTiming{"/imaging/ff_pre", "/imaging/ff_post"};
  const bool before = flag(kTiming[0]);
  const bool after = flag(kTiming[1]);
  if (reading.see(kTiming[0]) != nullptr && reading.see(kTiming[1]) != nullptr) {
    const char* timing = before ? (after ? "before and after" : "before") : (after ? "after" : "none");
    reading.put("flat_timing", timing, "", kTiming);
  }
  constexpr std::array<std::string_view, 3> kOffsets{"/imaging/sample_offset_a", "/imaging/sample_offset_b",
                                                     "/imaging/sample_offset_c"};
  Numbers offset;
  for (const std::string_view place : kOffsets) {
    if (const auto number = reading.number(place)) offset.push_back(*number);
  }
  if (offset.size() == kOffsets.size()) reading.put("flat_offset", offset, "mm", kOffsets);
}

/// [[0, 3], [1, 3], …] as one list. A scan has thousands of projections, more than a record has places for.
void read_flat_matches(Reading& reading, JsonObject& object) {
  const Json* found = object.if_contains("ff_ssim");
  if (found == nullptr || !found->is_array()) return;
  Numbers table;
  for (const Json& row : found->get_array()) {
    if (!row.is_array() || row.get_array().size() != 2) return;
    for (const Json& item : row.get_array()) {
      const auto number = number_in<double>(item);
      if (!number) return;
      table.push_back(*number);
    }
  }
  if (reading.put("flat_match_table", std::move(table), "", "/ff_ssim")) object.erase("ff_ssim");
}

void read_motors(Reading& reading) {
  for (const std::string_view prefix : {"/motor_pos/", "/collect/motors/"}) {
    for (const std::string& place : reading.places_below(prefix)) {
      reading.take({.place = place, .field = fmt::format("motor_position.{}", place.substr(prefix.size()))});
    }
  }
}

/// "/…/P14/2026/ada/20260314/RAW_DATA/…": the user and the day of the session.
void read_path(Reading& reading, std::string_view place) {
  const auto directory = reading.text(place);
  if (!directory) return;
  const std::size_t raw = directory->find("/RAW_DATA");
  if (raw == std::string::npos) return;
  const std::string_view above(directory->data(), raw);
  const std::size_t day_slash = above.rfind('/');
  if (day_slash == std::string_view::npos || day_slash == 0) return;
  const auto day = parse_compact_day(above.substr(day_slash + 1));
  const std::size_t user_slash = above.rfind('/', day_slash - 1);
  if (!day || user_slash == std::string_view::npos) return;
  const std::string_view user = above.substr(user_slash + 1, day_slash - user_slash - 1);
  reading.put("session_date", *day, "", place, Known::kDerived);
  if (!user.empty()) reading.put("user_account", std::string(user), "", place, Known::kDerived);
}

Result<Record> read(const image::PositionalReader& file) {
  BEAMPORT_ASSIGN(const std::string text, read_text(file));
  BEAMPORT_ASSIGN(Json json, parse_json(text).map_error(in_context(file.name())));
  Reading reading(kP14Dialect.name, file.name());
  if (json.is_object()) read_flat_matches(reading, json.get_object());
  state_json(reading, json);
  for (const std::string_view place : {"/collect/fileinfo/directory", "/path/directory"}) read_path(reading, place);
  const auto prefix = reading.text("/collect/fileinfo/prefix");
  const auto run = reading.text("/collect/fileinfo/run_number");
  if (prefix && run) {
    constexpr std::array<std::string_view, 2> kName{"/collect/fileinfo/prefix", "/collect/fileinfo/run_number"};
    reading.put("dataset_name", fmt::format("{}_{}", *prefix, *run), "", kName, Known::kDerived);
  }
  const auto step = reading.number(fmt::format("{}/range", kSequence));
  const auto count = reading.number(fmt::format("{}/number_of_images", kSequence));
  if (step && count) {
    constexpr std::array<std::string_view, 2> kRange{"/collect/oscillation_sequence/0/range",
                                                     "/collect/oscillation_sequence/0/number_of_images"};
    reading.put("angle_range", *step * *count, "deg", kRange, Known::kDerived);
  }
  reading.take_all(kRules);
  // Only where the imaging parameters say nothing: the distance of diffraction is written, too.
  if (const auto distance = reading.number("/imaging/detector_distance"); !distance) {
    reading.take({"/collect/detector_distance", "detector_distances", "mm"});
  }
  read_flats(reading);
  read_motors(reading);
  return reading.finish();
}

}  // namespace

const Dialect kP14Dialect{"p14", "P14 imaging (JSON)", &sniff, &read};

}  // namespace beamport::metadata
