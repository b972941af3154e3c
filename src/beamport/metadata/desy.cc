// SPDX-License-Identifier: Apache-2.0
// beamtime-metadata-<id>.json in the root directory of a beam time at PETRA III: who was granted what, when and where.
// Facts: DESY's documentation of the file, and the programs that read it (ASAPO, MXCuBE at P11, SciCat ingestors).
//
//   {"beamtimeId": "11012345", "beamline": "p14", "beamlineAlias": "P14", "beamlineSetup": …, "facility": "PETRA III",
//    "proposalId", "proposalType", "title", "contact", "eventStart", "eventEnd", "corePath", "unixId", "generated",
//    "applicant", "leader", "pi": {"email", "institute", "lastname", "userId", "username"},
//    "users": {"doorDb": [names], "special": […], "unknown": […]}, "asapo": {…}, "onlineAnalysis": {…}}
//
// Older files call the beam time "id". Paths of keys and tokens are kept like everything else; their contents are not
// in the file.

#include <array>

#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/metadata/dialect.h"
#include "beamport/metadata/json_keys.h"
#include "beamport/metadata/reading.h"

namespace beamport::metadata {
namespace {

constexpr std::array kRules = std::to_array<Rule>({
    {"/beamtimeId", "beamtime_id"},
    {"/id", "beamtime_id"},
    {"/proposalId", "proposal_id"},
    {"/proposalType", "proposal_type"},
    {"/facility", "facility"},
    {"/title", "beamtime_title"},
    {"/contact", "local_contact"},
    {"/eventStart", "beamtime_start"},
    {"/eventEnd", "beamtime_end"},
    {"/unixId", "owner_group"},
    {"/beamlineSetup", "endstation"},
    {"/users/doorDb", "users"},
    {"/applicant/email", "contact_email"},
});

struct Role {
  std::string_view place;
  std::string_view field;
};

constexpr std::array kRoles = std::to_array<Role>(
    {{"/applicant", "applicant"}, {"/leader", "experiment_leader"}, {"/pi", "principal_investigator"}});

bool sniff(std::string_view file_name, std::string_view head) {
  if (!file_name.ends_with(".json")) return false;
  const auto keys = outermost_keys(head);
  if (file_name.starts_with("beamtime-metadata-")) return has_keys(keys, {"beamline"});
  return has_keys(keys, {"beamtimeId", "beamline", "applicant"}) ||
         has_keys(keys, {"beamtimeId", "beamline", "corePath"});
}

/// "Curie, Sklodowska Institute (mcurie)", of what is there.
void read_person(Reading& reading, const Role& role) {
  const auto part = [&](std::string_view key) {
    return reading.text(fmt::format("{}/{}", role.place, key)).value_or("");
  };
  const std::string name = part("lastname");
  const std::string institute = part("institute");
  const std::string account = part("username");
  std::string person = name.empty() ? account : name;
  if (person.empty()) return;
  if (!institute.empty()) person += ", " + institute;
  if (!name.empty() && !account.empty()) person += fmt::format(" ({})", account);
  std::vector<std::string> places;
  for (const char* key : {"lastname", "institute", "username"}) {
    places.push_back(fmt::format("{}/{}", role.place, key));
  }
  std::erase_if(places, [&](const std::string& place) { return reading.see(place) == nullptr; });
  const std::vector<std::string_view> views(places.begin(), places.end());
  reading.put(role.field, std::move(person), "", views);
}

Result<Record> read(const image::PositionalReader& file) {
  BEAMPORT_ASSIGN(const std::string text, read_text(file));
  BEAMPORT_ASSIGN(const Json json, parse_json(text).map_error(in_context(file.name())));
  Reading reading(kDesyDialect.name, file.name());
  state_json(reading, json);
  // The alias is the name that people use: "P14" and not "p14".
  const bool has_alias = reading.take({"/beamlineAlias", "beamline"});
  if (!has_alias) reading.take({"/beamline", "beamline"});
  reading.take_all(kRules);
  for (const Role& role : kRoles) read_person(reading, role);
  return reading.finish();
}

}  // namespace

const Dialect kDesyDialect{"desy", "DESY beam time (JSON)", &sniff, &read};

}  // namespace beamport::metadata
